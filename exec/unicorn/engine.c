/* SPDX-License-Identifier: BSD-3-Clause */
/* The Unicorn engine: its life, and the runs of Planes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exec/unicorn/unicorn.h"

#define RELOADS_MAX      (1u << 16)
#define RELOADS_HERE_MAX 64u
#define LOOPS_MAX        256
#define BUDGET_DEFAULT   UINT64_C(100000000)
#define LIMIT_NONE       (UINT64_C(1) << 60) /* never reached */

/* --- RECs -------------------------------------------------------------------------------------- */

static struct cpu *find_cpu(struct rmmsim_unicorn *u, uint64_t rec, unsigned int plane)
{
	struct cpu *cpu;

	for (cpu = u->cpus; cpu; cpu = cpu->next) {
		if (cpu->rec == rec && cpu->plane == plane)
			return cpu;
	}
	return NULL;
}

static struct cpu *get_cpu(struct rmmsim_unicorn *u, const struct rmmsim_vcpu *vcpu)
{
	struct cpu *cpu = find_cpu(u, vcpu->rec, vcpu->plane);

	if (cpu)
		return cpu;
	cpu = calloc(1, sizeof(*cpu));
	if (!cpu)
		return NULL;
	if (uc_context_alloc(u->uc, &cpu->context) != UC_ERR_OK) {
		free(cpu);
		return NULL;
	}
	cpu->rec = vcpu->rec;
	cpu->rd = vcpu->rd;
	cpu->plane = vcpu->plane;
	cpu->next = u->cpus;
	u->cpus = cpu;
	return cpu;
}

static void forget(void *context, uint64_t rec)
{
	struct rmmsim_unicorn *u = context;
	struct cpu **at = &u->cpus;

	pthread_mutex_lock(&u->lock);
	while (*at) {
		struct cpu *cpu = *at;

		if (cpu->rec != rec) {
			at = &cpu->next;
			continue;
		}
		if (u->last == cpu)
			u->last = NULL;
		*at = cpu->next;
		uc_context_free(cpu->context);
		free(cpu);
	}
	pthread_mutex_unlock(&u->lock);
}

/* --- a run ---------------------------------------------------------------------------------------- */

void engine_limits(struct rmmsim_unicorn *u)
{
	const uint64_t done = executed(u);
	const uint64_t left = u->budget > u->cpu->used ? u->budget - u->cpu->used : 0;
	uint64_t before, limit = done + LIMIT_NONE;

	if (u->budget && left < limit)
		limit = left;
	u->deadline = timer_deadline(u);
	before = u->deadline > u->skipped ? u->deadline - u->skipped : 0;
	if (before < limit)
		limit = before;
	u->limit = limit;
	u->left = (int64_t)(limit - done) * INSN_SIZE;
}

static void note_stop(struct rmmsim_unicorn *u, const struct rmmsim_event *event)
{
	struct rmmsim_unicorn_stop *stop = &u->cpu->stop;

	stop->plane = u->vcpu->plane;
	stop->el = PSTATE_EL(u->vcpu->context->pstate);
	stop->pc = event->insn;
	stop->insn_known = walk_fetch(u, stop->pc, &stop->insn);
}

static void leave(struct rmmsim_unicorn *u, struct rmmsim_event *event, enum rmmsim_event_kind kind)
{
	*event = (struct rmmsim_event){.kind = kind, .insn = u->vcpu->context->pc};
}

/* A virtual SError that is not masked. */
static void take_serror(struct rmmsim_unicorn *u)
{
	struct rmmsim_vcpu *vcpu = u->vcpu;
	const struct deliver d = {
		.esr = SYNDROME_EC(SYNDROME_SERROR) | SYNDROME_IL |
		       (vcpu->serror_syndrome & SYNDROME_ISS_MASK),
		.serror = true,
		.elr = vcpu->context->pc,
	};

	if (!vcpu->serror_pending || (vcpu->context->pstate & PSTATE_A))
		return;
	vcpu->serror_pending = false;
	deliver_exception(u, vcpu, &d);
}

/* An access that is resolved again and again is a defect of this engine: it must not look like a Realm
 * that runs. */
static void check_progress(struct rmmsim_unicorn *u)
{
	const uint64_t page = u->abort.ipa & ~PAGE_MASK;

	if (u->stop_pc != u->reload_pc || u->stop != STOP_RELOAD) {
		u->reload_pc = u->stop_pc;
		u->reloads = u->reloads_here = 0;
		return;
	}
	/* One instruction of a loop may clear many pages that were executed before. */
	u->reloads_here = page == u->reload_page ? u->reloads_here + 1 : 0;
	u->reload_page = page;
	if (++u->reloads < RELOADS_MAX && u->reloads_here < RELOADS_HERE_MAX)
		return;
	snprintf(u->failure, sizeof(u->failure),
		 "the access of 0x%llx by 0x%llx cannot be resolved (syndrome 0x%llx)",
		 (unsigned long long)u->abort.ipa, (unsigned long long)u->stop_pc,
		 (unsigned long long)u->abort.esr);
	u->stop = STOP_BUDGET;
}

/*
 * An exception was taken at its own vector, again and again: with a vector that cannot be executed nothing
 * else will ever happen, unless another PE or the Host changes the Realm's memory.
 */
static bool loops(struct rmmsim_unicorn *u)
{
	const struct rmmsim_plane *plane = u->vcpu->context;
	const uint64_t *sysreg = plane->sysreg;

	if (plane->pc != sysreg[RMMSIM_SYSREG_ELR_EL1] ||
	    plane->pc != sysreg[RMMSIM_SYSREG_VBAR_EL1] + VECTOR_SYNC_EL1H) {
		u->cpu->loops = 0;
		return false;
	}
	if (++u->cpu->loops < LOOPS_MAX)
		return false;
	u->cpu->loops = 0;
	return true;
}

/* One stay on the CPU. True if `event` is to be returned. */
static bool stay(struct rmmsim_unicorn *u, struct rmmsim_event *event)
{
	take_serror(u);
	shadow_sync(u);
	engine_limits(u);
	if (u->left <= 0) {
		leave(u, event, timer_is_due(u) ? RMMSIM_EVENT_IRQ : RMMSIM_EVENT_BUDGET);
		note_stop(u, event);
		return true;
	}
	if (loops(u)) {
		leave(u, event, RMMSIM_EVENT_BUDGET);
		note_stop(u, event);
		u->cpu->stop.looping = true;
		return true;
	}
	state_load(u);
	if (u->vcpu->context->gic.misr) {
		leave(u, event, RMMSIM_EVENT_IRQ);
		return true;
	}
	state_start(u);
	u->places.pass = false;
	if (u->stop == STOP_NONE) {
		/* Nothing of this engine stopped it. */
		snprintf(u->failure, sizeof(u->failure), "Unicorn stopped at 0x%llx: %s",
			 (unsigned long long)state_pc(u->uc), uc_strerror(uc_errno(u->uc)));
		u->stop = STOP_BUDGET;
		u->stop_pc = state_pc(u->uc);
	}
	hooks_settle(u, u->stop_pc);
	state_save(u);
	if (u->both)
		shadow_make_writable(u, u->both_ipa);
	u->both = false;
	if (u->stop == STOP_ABORT)
		fault_finish(u);
	if (u->stop == STOP_MINMAX)
		minmax_finish(u);
	check_progress(u);
	switch (u->stop) {
	case STOP_EVENT:
		/* What the monitor completes is an instruction too; and nothing may go on for ever. */
		count_instruction(u);
		/* A timer that fired comes first: a call may make another Plane the active one. */
		if (SYNDROME_EC_OF(u->event.esr) == SYNDROME_SMC64 && timer_is_due(u)) {
			leave(u, event, RMMSIM_EVENT_IRQ);
			return true;
		}
		*event = u->event;
		note_stop(u, event);
		return true;
	case STOP_DELIVER:
		count_instruction(u);
		deliver_exception(u, u->vcpu, &u->deliver);
		return false;
	case STOP_IRQ:
		leave(u, event, RMMSIM_EVENT_IRQ);
		return true;
	case STOP_BUDGET:
	case STOP_HALT:
		leave(u, event, RMMSIM_EVENT_BUDGET);
		note_stop(u, event);
		return true;
	default:
		return false;
	}
}

static void begin(struct rmmsim_unicorn *u, struct rmmsim_vcpu *vcpu)
{
	struct cpu *cpu = u->cpu;

	u->vcpu = vcpu;
	attend(u);
	shadow_sync(u);
	u->time = rmmsim_time(u->sim);
	u->limit = u->skipped = 0;
	u->left = 0;
	begin_block(u, 0, 0);
	if (cpu->call != vcpu->call) {
		cpu->call = vcpu->call;
		cpu->used = 0;
		cpu->loops = 0;
	}
	memset(&cpu->stop, 0, sizeof(cpu->stop));
	inspect_note_injected(u);
	sysreg_finish_id(u);
	timer_begin(u);
}

static void finish(struct rmmsim_unicorn *u)
{
	timer_update(u, u->time + executed(u) + u->skipped);
	rmmsim_time_advance(u->sim, executed(u) + u->skipped);
	u->instructions += executed(u);
	u->cpu->used += executed(u);
	u->vcpu = NULL;
	attend(u);
}

/* What this engine cannot execute is not executed. */
static bool refuse(struct rmmsim_unicorn *u, const struct rmmsim_vcpu *vcpu)
{
	char *text = u->cpu->stop.refusal;
	const size_t size = sizeof(u->cpu->stop.refusal);

	if (u->failure[0])
		snprintf(text, size, "%s", u->failure);
	else if (!traps_pstate_valid(vcpu->context->pstate))
		snprintf(text, size,
			 "Plane %u was entered with PSTATE 0x%llx: this CPU has EL0 and EL1 in "
			 "AArch64 state only (docs/realms.md)",
			 vcpu->plane, (unsigned long long)vcpu->context->pstate);
	return text[0];
}

static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct rmmsim_unicorn *u = context;

	pthread_mutex_lock(&u->lock);
	u->cpu = get_cpu(u, vcpu);
	if (!u->cpu) {
		*event = (struct rmmsim_event){RMMSIM_EVENT_BUDGET, .insn = vcpu->context->pc};
		pthread_mutex_unlock(&u->lock);
		return;
	}
	begin(u, vcpu);
	if (inspect_instead(u)) {
		leave(u, event, RMMSIM_EVENT_BUDGET);
	} else if (refuse(u, vcpu)) {
		leave(u, event, RMMSIM_EVENT_BUDGET);
		note_stop(u, event);
	} else if (debug_begin(u)) {
		leave(u, event, RMMSIM_EVENT_BUDGET);
	} else if (timer_rose(u)) {
		leave(u, event, RMMSIM_EVENT_IRQ);
	} else {
		while (!stay(u, event))
			;
	}
	debug_end(u);
	finish(u);
	pthread_mutex_unlock(&u->lock);
}

static const struct rmmsim_engine_ops ops = {
	.size = sizeof(ops),
	.name = "unicorn",
	.run = run,
	.forget = forget,
};

/* --- life ------------------------------------------------------------------------------------------- */

void rmmsim_unicorn_config_init(struct rmmsim_unicorn_config *config)
{
	if (!config)
		return;
	*config = (struct rmmsim_unicorn_config){
		.size = sizeof(*config),
		.budget = BUDGET_DEFAULT,
	};
}

static enum rmmsim_status set_error(struct rmmsim_error *error, enum rmmsim_status status,
				    const char *text)
{
	if (error && error->status == RMMSIM_OK) {
		error->status = status;
		snprintf(error->text, sizeof(error->text), "%s", text);
	}
	return error ? error->status : status;
}

static bool open_cpu(uc_engine **uc)
{
	return uc_open(UC_ARCH_ARM64, UC_MODE_ARM, uc) == UC_ERR_OK &&
	       uc_ctl_set_cpu_model(*uc, UC_CPU_ARM64_MAX) == UC_ERR_OK;
}

static enum rmmsim_status start(struct rmmsim_unicorn *u, struct rmmsim_error *error)
{
	enum rmmsim_status status;

	if (!open_cpu(&u->uc))
		return set_error(error, RMMSIM_ERR_MEMORY, "Unicorn cannot open a CPU");
	if (!memory_setup(u, error) || !calibrate(u, error))
		return set_error(error, RMMSIM_ERR_STATE, "Unicorn cannot be used");
	status = rmmsim_engine_watch(u->sim, &u->change_count);
	if (status != RMMSIM_OK)
		return set_error(error, status, "the instance has no memory log");
	u->change_line = *u->change_count;
	state_setup(u);
	if (!self_test(u, error))
		return set_error(error, RMMSIM_ERR_STATE, "Unicorn failed the self test");
	/* After the test, so that it sees the CPU alone. */
	if (!hooks_install(u))
		return set_error(error, RMMSIM_ERR_STATE, "Unicorn refused a hook");
	state_monitor(u);
	uc_ctl_remove_cache(u->uc, u->pool.base, u->pool.base + PAGE_SIZE);
	rmmsim_unicorn_id_regs(&u->cpu_id);
	disasm_open(u);
	status = rmmsim_set_engine(u->sim, &ops, u);
	if (status != RMMSIM_OK)
		return set_error(error, status, "a REC of the instance is running");
	return RMMSIM_OK;
}

enum rmmsim_status rmmsim_unicorn_create(struct rmmsim *sim,
					 const struct rmmsim_unicorn_config *config,
					 struct rmmsim_unicorn **engine, struct rmmsim_error *error)
{
	struct rmmsim_error unused;
	struct rmmsim_unicorn *u;
	enum rmmsim_status status;

	error = error ? error : &unused;
	*error = (struct rmmsim_error){.status = RMMSIM_OK};
	if (!sim || !engine || (config && config->size != sizeof(*config)))
		return set_error(error, RMMSIM_ERR_ARGUMENT,
				 "sim or engine is NULL, or config is of another version");
	*engine = NULL;
	u = calloc(1, sizeof(*u));
	if (!u)
		return set_error(error, RMMSIM_ERR_MEMORY, "no memory for the engine");
	u->sim = sim;
	rmmsim_unicorn_config_init(&u->config);
	if (config)
		u->config = *config;
	u->budget = u->config.budget;
	pthread_mutex_init(&u->lock, NULL);
	status = start(u, error);
	if (status == RMMSIM_OK)
		*engine = u;
	else
		rmmsim_unicorn_destroy(u);
	return status;
}

void rmmsim_unicorn_destroy(struct rmmsim_unicorn *u)
{
	struct cpu *cpu;

	if (!u)
		return;
	while ((cpu = u->cpus)) {
		u->cpus = cpu->next;
		uc_context_free(cpu->context);
		free(cpu);
	}
	if (u->monitor)
		uc_context_free(u->monitor);
	if (u->scratch)
		uc_context_free(u->scratch);
	if (u->uc)
		uc_close(u->uc);
	memory_free(u);
	disasm_close(u);
	pthread_mutex_destroy(&u->lock);
	free(u);
}

/* --- questions ----------------------------------------------------------------------------------------- */

void rmmsim_unicorn_id_regs(struct rmmsim_id_regs *id)
{
	uc_engine *uc;

	*id = (struct rmmsim_id_regs){.ich_vtr = 0x90000003};
	if (uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc) != UC_ERR_OK)
		return;
	uc_ctl_set_cpu_model(uc, UC_CPU_ARM64_MAX);
	/* EL1 and EL0 in AArch64 alone, no EL2 and EL3; the engine adds a GIC. SVE is trapped. */
	id->id_aa64pfr0 =
		(cp_read(uc, SYSREG(3, 0, 0, 4, 0)) & UINT64_C(0x00ff0000)) | UINT64_C(0x01000011);
	id->id_aa64pfr1 = cp_read(uc, SYSREG(3, 0, 0, 4, 1)) & 0xff;
	/* Debug is not virtualised, there is no PMU that counts. */
	id->id_aa64dfr0 = cp_read(uc, SYSREG(3, 0, 0, 5, 0)) & UINT64_C(0xfffff0ff);
	id->id_aa64isar0 = cp_read(uc, SYSREG(3, 0, 0, 6, 0));
	id->id_aa64isar1 = cp_read(uc, SYSREG(3, 0, 0, 6, 1));
	id->id_aa64mmfr0 = cp_read(uc, SYSREG(3, 0, 0, 7, 0));
	id->id_aa64mmfr1 = cp_read(uc, SYSREG(3, 0, 0, 7, 1));
	id->id_aa64mmfr2 = cp_read(uc, SYSREG(3, 0, 0, 7, 2));
	uc_close(uc);
}

void rmmsim_unicorn_set_budget(struct rmmsim_unicorn *engine, uint64_t budget)
{
	engine->budget = budget;
}

uint64_t rmmsim_unicorn_instructions(const struct rmmsim_unicorn *engine)
{
	return engine->instructions;
}

enum rmmsim_status rmmsim_unicorn_last_stop(struct rmmsim_unicorn *engine, uint64_t rec,
					    struct rmmsim_unicorn_stop *stop)
{
	const struct cpu *cpu, *found = NULL;

	pthread_mutex_lock(&engine->lock);
	for (cpu = engine->cpus; cpu; cpu = cpu->next) {
		if (cpu->rec == rec && (!found || cpu->call >= found->call))
			found = cpu;
	}
	if (found)
		*stop = found->stop;
	if (found)
		stop->exceptions = found->exceptions;
	if (found && stop->insn_known)
		disasm_text(engine, stop->pc, stop->insn, stop->text, sizeof(stop->text));
	pthread_mutex_unlock(&engine->lock);
	return found ? RMMSIM_OK : RMMSIM_ERR_STATE;
}
