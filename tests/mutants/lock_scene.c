/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/mutants/locks.h"

#include <pthread.h>
#include <unistd.h>

#include <rmmsim/snapshot.h>

#define ROUNDS    40
#define IN_A_STAY 20000 /* calls at most */
#define HELD_MS   40
#define DATA_IPA  UINT64_C(0x1000)
#define ESR_SMC64 (UINT64_C(0x17) << 26)

static bool get(const bool *flag)
{
	return __atomic_load_n(flag, __ATOMIC_RELAXED);
}

/* Relaxed: an order between the threads would hide races. */
static void set(bool *flag)
{
	__atomic_store_n(flag, true, __ATOMIC_RELAXED);
}

/* --- what the other thread does ---------------------------------------------------------------------- */

uint64_t lock_smc(struct lock_scene *s, unsigned int pe, uint64_t fid, uint64_t x1, uint64_t x2,
		  uint64_t x3, uint64_t x4)
{
	struct rmmsim_regs regs = {{fid, x1, x2, x3, x4}};

	rmmsim_smc(s->host.sim, pe, &regs);
	return regs.x[0];
}

/* Until the other thread has mapped and unmapped again; in the middle of one SMC: once. */
static void use_inside(const struct rmmsim_vcpu *vcpu, struct lock_scene *s)
{
	const unsigned int rounds = __atomic_load_n(&s->rounds, __ATOMIC_RELAXED);

	if (!s->row->inside)
		return;
	while (s->hold && !get(&s->holding))
		usleep(100);
	for (unsigned int i = 0; i < IN_A_STAY && !s->hold; i++) {
		s->row->inside(vcpu, s);
		if (__atomic_load_n(&s->rounds, __ATOMIC_RELAXED) > rounds + 1)
			return;
	}
	s->row->inside(vcpu, s);
	set(&s->used);
}

/* PE 0 fetches a token in two stays of three; PE 1 is the thread of the function under test. */
static void run(void *context, struct rmmsim_vcpu *vcpu, struct rmmsim_event *event)
{
	struct lock_scene *s = context;
	struct rmmsim_translation translation;

	event->kind = RMMSIM_EVENT_IRQ;
	if (vcpu->pe == 1) {
		use_inside(vcpu, s);
		return;
	}
	/* A fingerprint is not taken while a REC writes. */
	if (s->row == lock_row("rmmsim_fingerprint"))
		return;
	rmmsim_translate(vcpu, s->realm.half, RMMSIM_READ, 1, &translation);
	if (s->stays++ % 3 == 2)
		return;
	event->kind = RMMSIM_EVENT_SYNC;
	event->esr = ESR_SMC64;
	event->insn = vcpu->context->pc;
	vcpu->context->x[0] = s->stays % 3 == 1 ? SMC_RSI_ATTESTATION_TOKEN_INIT
						: SMC_RSI_ATTESTATION_TOKEN_CONTINUE;
	vcpu->context->x[1] = DATA_IPA;
	vcpu->context->x[2] = 0;
	vcpu->context->x[3] = HOST_PAGE;
}

const struct rmmsim_engine_ops lock_engine = {
	.size = sizeof(lock_engine), .name = "locks", .run = run};

static void round_of_smcs(struct lock_scene *s)
{
	uint64_t snapshot;

	lock_smc(s, 0, SMC_RMI_GRANULE_DELEGATE, s->spare, 0, 0, 0);
	lock_smc(s, 0, SMC_RMI_GRANULE_UNDELEGATE, s->spare, 0, 0, 0);
	lock_smc(s, 0, SMC_RMI_RTT_MAP_UNPROTECTED, s->realm.rd, s->realm.half, 3, s->mapped);
	lock_smc(s, 0, SMC_RMI_REC_ENTER, s->realm.rec[0], s->run[0], 0, 0);
	lock_smc(s, 0, SMC_RMI_RTT_UNMAP_UNPROTECTED, s->realm.rd, s->realm.half, 3, 0);
	lock_smc(s, 0, SMC_RMI_REALM_ACTIVATE, s->spare, 0, 0, 0); /* refused */
	rmmsim_set_engine(s->host.sim, &lock_engine, s);
	rmmsim_time_advance(s->host.sim, 1);
	if (rmmsim_snapshot(s->host.sim, &snapshot) == RMMSIM_OK) {
		rmmsim_restore(s->host.sim, snapshot);
		rmmsim_snapshot_free(s->host.sim, snapshot);
	}
}

static void *issue(void *argument)
{
	struct lock_scene *s = argument;

	while (!get(&s->done)) {
		round_of_smcs(s);
		__atomic_fetch_add(&s->rounds, 1, __ATOMIC_RELAXED);
	}
	return NULL;
}

/* Called with the instance locked: the REC_ENTER of PE 0 stops here until the function has returned. */
static void hold(void *context, uint64_t pa, size_t size, bool write)
{
	struct lock_scene *s = context;

	(void)size, (void)write;
	if (!s->hold || pa != s->run[0] || get(&s->holding))
		return;
	set(&s->holding);
	for (unsigned int ms = 0; ms < HELD_MS && !get(&s->used); ms++)
		usleep(1000);
	s->used_in_hold = get(&s->used);
}

static void *issue_one(void *argument)
{
	struct lock_scene *s = argument;

	lock_smc(s, 0, SMC_RMI_REC_ENTER, s->realm.rec[0], s->run[0], 0, 0);
	return NULL;
}

/* --- a race ------------------------------------------------------------------------------------------ */

static void open_scene(struct lock_scene *s, const struct lock_row *row)
{
	struct rmmsim_config config;
	const uint64_t *count;

	*s = (struct lock_scene){.row = row};
	rmmsim_config_init(&config);
	config.ns_access = hold;
	config.ns_access_context = s;
	config.dram[0].top = config.dram[0].base + 4 * HOST_BLOCK;
	config.protection = RMMSIM_PROTECTION_TRAP;
	host_open(&s->host, &config);
	host_realm(&s->host, &s->realm, NULL);
	host_ram(&s->host, &s->realm, DATA_IPA);
	host_tables(&s->host, &s->realm, 0, s->realm.half, 3);
	host_rec(&s->host, &s->realm, true);
	host_rec(&s->host, &s->realm, true);
	host_activate(&s->host, &s->realm);
	s->spare = host_page(&s->host);
	s->mapped = host_desc(&s->realm, host_page(&s->host));
	s->run[0] = host_page(&s->host);
	s->run[1] = host_page(&s->host);
	if (row != lock_row("rmmsim_engine_watch"))
		assert_int_equal(rmmsim_engine_watch(s->host.sim, &count), RMMSIM_OK);
	assert_int_equal(rmmsim_set_engine(s->host.sim, &lock_engine, s), RMMSIM_OK);
	assert_int_equal(rmmsim_snapshot(s->host.sim, &s->snapshot), RMMSIM_OK);
}

void lock_leave_out(const struct lock_row *row)
{
	/* A REC that runs does without the lock of its REC_ENTER. */
	const bool smc = row == lock_row("rmmsim_smc");

	mutant_unlocked = smc ? "rmmsim_smc run_engine" : row->name;
}

static void close_scene(struct lock_scene *s)
{
	host_check(&s->host);
	rmmsim_destroy(s->host.sim);
}

void lock_race(const struct lock_row *row)
{
	static struct lock_scene scene;
	pthread_t other;

	open_scene(&scene, row);
	assert_int_equal(pthread_create(&other, NULL, issue, &scene), 0);
	while (!__atomic_load_n(&scene.rounds, __ATOMIC_RELAXED))
		usleep(100);
	for (unsigned int i = 0; i < ROUNDS; i++) {
		row->use(&scene);
		usleep(50);
	}
	set(&scene.done);
	pthread_join(other, NULL);
	close_scene(&scene);
}

bool lock_returns_in_hold(const struct lock_row *row)
{
	static struct lock_scene scene;
	pthread_t other;

	open_scene(&scene, row);
	scene.hold = true;
	assert_int_equal(pthread_create(&other, NULL, issue_one, &scene), 0);
	while (!row->inside && !get(&scene.holding))
		usleep(100);
	row->use(&scene);
	set(&scene.used);
	pthread_join(other, NULL);
	assert_true(scene.holding);
	mutant_unlocked = NULL;
	close_scene(&scene);
	return scene.used_in_hold;
}
