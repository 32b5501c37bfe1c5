/* SPDX-License-Identifier: BSD-3-Clause */
/* The script engine: which script runs, on which stack, from when to when. */
#include <stdlib.h>

#include "exec/script.h"

#define PAGE_SHIFT 12

static struct script_rec **find_rec(struct rmmsim_scripts *scripts, uint64_t rec)
{
	/* RECs of a Realm lie close together: consecutive pages go to different buckets. */
	struct script_rec **at = &scripts->buckets[(rec >> PAGE_SHIFT) % SCRIPT_BUCKETS];

	while (*at && (*at)->rec != rec)
		at = &(*at)->next;
	return at;
}

static struct script_rec *get_rec(struct rmmsim_scripts *scripts, uint64_t rec)
{
	struct script_rec **at = find_rec(scripts, rec);

	if (*at)
		return *at;
	*at = calloc(1, sizeof(**at));
	if (!*at)
		return NULL;
	(*at)->rec = rec;
	for (unsigned int plane = 0; plane < SCRIPT_PLANES; plane++)
		(*at)->planes[plane].plane = plane;
	return *at;
}

static void stop(struct rmmsim_scripts *scripts, struct rmmsim_realm *realm)
{
	if (realm->coroutine)
		coroutine_destroy(&scripts->stacks, realm->coroutine);
	realm->coroutine = NULL;
}

static void forget_rec(struct rmmsim_scripts *scripts, struct script_rec **at)
{
	struct script_rec *rec = *at;

	for (unsigned int plane = 0; plane < SCRIPT_PLANES; plane++)
		stop(scripts, &rec->planes[plane]);
	*at = rec->next;
	free(rec);
}

/* --- running ------------------------------------------------------------------------------------ */

/* What a Plane does whose function has returned, or that never had one. */
static void idle(struct rmmsim_realm *realm)
{
	const struct rmmsim_event event = {.kind = RMMSIM_EVENT_BUDGET};

	if (realm->vcpu->trap_wfi)
		rmmsim_realm_wfi(realm);
	else
		script_raise_async(realm, &event);
}

static void body(void *argument)
{
	struct rmmsim_realm *realm = argument;

	realm->fn(realm, realm->argument);
	for (;;) {
		if (realm->plane == 0)
			rmmsim_realm_call(realm, SMC_PSCI_SYSTEM_OFF, 0, 0, 0, 0, 0);
		else
			idle(realm);
	}
}

static const struct script_binding *find_binding(const struct rmmsim_scripts *scripts, uint64_t rd,
						 unsigned int plane)
{
	const struct script_binding *b, *any = NULL;

	for (b = scripts->bindings; b; b = b->next) {
		if (b->plane != plane)
			continue;
		if (b->rd == rd)
			return b;
		if (b->rd == 0)
			any = b;
	}
	return any;
}

static bool start(struct rmmsim_scripts *scripts, struct rmmsim_realm *realm, uint64_t rd)
{
	const struct script_binding *binding = find_binding(scripts, rd, realm->plane);

	stop(scripts, realm);
	if (!binding)
		return false;
	realm->fn = binding->fn;
	realm->argument = binding->argument;
	realm->syndrome = 0;
	realm->coroutine = coroutine_create(&scripts->stacks, body, realm);
	return realm->coroutine != NULL;
}

/*
 * The script of the Plane, ready to be resumed; NULL if there is none. Without the lock it stays
 * valid as long as the REC runs: forget() is for other RECs.
 */
static struct rmmsim_realm *prepare(struct rmmsim_scripts *scripts, struct rmmsim_vcpu *vcpu)
{
	struct script_rec *rec = get_rec(scripts, vcpu->rec);
	struct rmmsim_realm *realm;

	if (!rec || vcpu->plane >= SCRIPT_PLANES)
		return NULL;
	realm = &rec->planes[vcpu->plane];
	realm->vcpu = vcpu;
	if (realm->coroutine && script_continues(realm))
		return realm;
	return start(scripts, realm, vcpu->rd) ? realm : NULL;
}

static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct rmmsim_scripts *scripts = context;
	struct rmmsim_realm *realm;

	script_update_timers(vcpu);
	pthread_mutex_lock(&scripts->lock);
	realm = prepare(scripts, vcpu);
	pthread_mutex_unlock(&scripts->lock);
	if (!realm) {
		*event = (struct rmmsim_event){
			.kind = RMMSIM_EVENT_BUDGET,
			.insn = vcpu->context->pc,
		};
		return;
	}
	realm->event = event;
	coroutine_resume(realm->coroutine);
	realm->vcpu = NULL;
	realm->event = NULL;
}

static void forget(void *context, uint64_t rec)
{
	struct rmmsim_scripts *scripts = context;
	struct script_rec **at;

	pthread_mutex_lock(&scripts->lock);
	at = find_rec(scripts, rec);
	if (*at)
		forget_rec(scripts, at);
	pthread_mutex_unlock(&scripts->lock);
}

static const struct rmmsim_engine_ops engine = {
	.size = sizeof(engine),
	.name = "script",
	.run = run,
	.forget = forget,
};

/* --- life --------------------------------------------------------------------------------------- */

enum rmmsim_status rmmsim_scripts_create(struct rmmsim *sim, struct rmmsim_scripts **scripts)
{
	struct rmmsim_scripts *created;
	enum rmmsim_status status;

	if (!sim || !scripts)
		return RMMSIM_ERR_ARGUMENT;
	*scripts = NULL;
	created = calloc(1, sizeof(*created));
	if (!created)
		return RMMSIM_ERR_MEMORY;
	pthread_mutex_init(&created->lock, NULL);
	status = rmmsim_set_engine(sim, &engine, created);
	if (status != RMMSIM_OK) {
		rmmsim_scripts_destroy(created);
		return status;
	}
	*scripts = created;
	return RMMSIM_OK;
}

void rmmsim_scripts_destroy(struct rmmsim_scripts *scripts)
{
	struct script_binding *binding;

	if (!scripts)
		return;
	for (size_t i = 0; i < SCRIPT_BUCKETS; i++) {
		while (scripts->buckets[i])
			forget_rec(scripts, &scripts->buckets[i]);
	}
	while ((binding = scripts->bindings)) {
		scripts->bindings = binding->next;
		free(binding);
	}
	coroutine_pool_clear(&scripts->stacks);
	pthread_mutex_destroy(&scripts->lock);
	free(scripts);
}

/* The binding of exactly this Realm and Plane, a new one if there is none. With the lock held. */
static struct script_binding *get_binding(struct rmmsim_scripts *scripts, uint64_t rd,
					  unsigned int plane)
{
	struct script_binding *b;

	for (b = scripts->bindings; b; b = b->next) {
		if (b->rd == rd && b->plane == plane)
			return b;
	}
	b = calloc(1, sizeof(*b));
	if (!b)
		return NULL;
	b->rd = rd;
	b->plane = plane;
	b->next = scripts->bindings;
	scripts->bindings = b;
	return b;
}

enum rmmsim_status rmmsim_script_bind(struct rmmsim_scripts *scripts, uint64_t rd,
				      unsigned int plane, rmmsim_script_fn fn, void *argument)
{
	struct script_binding *binding;

	if (!scripts || !fn || plane >= SCRIPT_PLANES)
		return RMMSIM_ERR_ARGUMENT;
	pthread_mutex_lock(&scripts->lock);
	binding = get_binding(scripts, rd, plane);
	if (binding) {
		binding->fn = fn;
		binding->argument = argument;
	}
	pthread_mutex_unlock(&scripts->lock);
	return binding ? RMMSIM_OK : RMMSIM_ERR_MEMORY;
}
