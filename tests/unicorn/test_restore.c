/* SPDX-License-Identifier: BSD-3-Clause */
/* A state that was kept or saved in the middle of AArch64 code goes on as the first time. */
#include <stdlib.h>

#include <rmmsim/snapshot.h>

#include "tests/unicorn/planes.h"
#include "tests/unicorn/stage1.h"

#define DEVICE  (UINT64_C(1) << 38)
#define TABLE   0x14000
#define PAGES   0x30000 /* eight pages that the Realm goes through */
#define BUDGET  777
#define BEFORE  40
#define AFTER   120
#define CTL_EL0 REG(3, 3, 14, 3, 1)
#define TVAL    REG(3, 3, 14, 3, 0)
#define CNTVCT  REG(3, 3, 14, 0, 2)

/* --- a Realm whose every exit depends on all that it did ------------------------------------------------ */

static void put_tables(struct machine *m)
{
	const uint64_t table = machine_ram(m, TABLE);

	stage1_put(m, table, 0, STAGE1_BLOCK(0));
	stage1_put(m, table, DEVICE / STAGE1_GB, STAGE1_BLOCK(DEVICE));
	for (unsigned int i = 0; i < 8; i++)
		machine_ram(m, PAGES + i * HOST_PAGE);
}

/* X5 counts, X10 mixes; memory, FP/SIMD, an exclusive, the counter take part. */
static void put_work(struct code *c)
{
	static const uint32_t work[] = {
		0xf9400265u, /* ldr x5, [x19] */
		0x910004a5u, /* add x5, x5, #1 */
		0xf9000265u, /* str x5, [x19] */
		0x9e6200a8u, /* scvtf d8, x5 */
		0x1e682929u, /* fadd d9, d9, d8 */
		0x9e660126u, /* fmov x6, d9 */
		0xca06014au, /* eor x10, x10, x6 */
		0x91002274u, /* add x20, x19, #8 */
		0xc85f7e86u, /* ldxr x6, [x20] */
		0x8b0a00c6u, /* add x6, x6, x10 */
		0xc8077e86u, /* stxr w7, x6, [x20] */
		0x8b070d4au, /* add x10, x10, x7, lsl #3 */
		0xca46354au, /* eor x10, x10, x6, lsr #13 */
	};

	for (size_t i = 0; i < sizeof(work) / sizeof(work[0]); i++)
		code_put(c, work[i]);
	code_mrs(c, 8, CNTVCT);
	code_put(c, 0x8b080d4au); /* add x10, x10, x8, lsl #3 */
}

static void put_p0(struct code *c)
{
	size_t loop, back;

	c->count = c->kept = 0;
	stage1_on(c, TABLE, TABLE);
	code_set(c, TVAL, 3000);
	code_set(c, CTL_EL0, 1);
	code_mov(c, 19, PAGES);
	loop = c->count;
	put_work(c);
	/* The next of eight pages. */
	code_put(c, 0x92400945u); /* and x5, x10, #7 */
	code_mov(c, 6, PAGES);
	code_put(c, 0x8b0530d3u); /* add x19, x6, x5, lsl #12 */
	code_mov(c, 21, DEVICE);
	code_put(c, 0x92400d49u); /* and x9, x10, #15 */
	back = c->count;
	code_put(c, 0xb5000009u | ((uint32_t)(loop - back) & 0x7ffff) << 5); /* cbnz x9 */
	code_put(c, 0xf90002aau);                                            /* str x10, [x21] */
	code_set(c, TVAL, 2500);
	code_smc(c, SMC_RSI_PLANE_ENTER, 1, RUN, 0);
	back = c->count;
	code_put(c, B_SELF | ((uint32_t)(loop - back) & 0x3ffffff));
}

static void put_p1(struct code *c)
{
	size_t loop, back;

	code_start(c, P1_DATA);
	code_mov(c, 21, DEVICE + 0x100);
	loop = c->count;
	put_work(c);
	code_put(c, 0x92401149u); /* and x9, x10, #31 */
	back = c->count;
	code_put(c, 0xb5000009u | ((uint32_t)(loop - back) & 0x7ffff) << 5);
	code_put(c, 0xf94002abu); /* ldr x11, [x21] */
	code_put(c, 0x8b0b014au); /* add x10, x10, x11 */
	code_put(c, HVC(1));
	back = c->count;
	code_put(c, B_SELF | ((uint32_t)(loop - back) & 0x3ffffff));
}

/* --- the Host ------------------------------------------------------------------------------------------------ */

struct player {
	struct rmmsim *sim;
	struct rmmsim_unicorn *engine;
	uint64_t rec, run;
	uint64_t flags, data; /* of the next entry */
	uint64_t instructions;
};

static void enter(struct player *p, struct rmi_rec_exit *exit)
{
	struct rmi_rec_enter enter = {.flags = TRAPS | p->flags, .gprs = {p->data}};
	struct rmmsim_regs regs = {.x = {SMC_RMI_REC_ENTER, p->rec, p->run}};

	rmmsim_host_write(p->sim, p->run, &enter, sizeof(enter));
	rmmsim_smc(p->sim, 0, &regs);
	assert_int_equal(regs.x[0], 0);
	rmmsim_host_read(p->sim, p->run + 0x800, exit, sizeof(*exit));
	p->flags = p->data = 0;
	if (exit->exit_reason != RMI_EXIT_SYNC)
		return;
	assert_int_equal(exit->esr >> 26, 0x24);
	p->flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	p->data = exit->gprs[0] * 7 + 3;
}

struct recording {
	struct rmi_rec_exit exits[AFTER];
	uint64_t time, fingerprint;
};

static void record(struct player *p, struct recording *r)
{
	for (unsigned int i = 0; i < AFTER; i++)
		enter(p, &r->exits[i]);
	r->time = rmmsim_time(p->sim);
	r->fingerprint = rmmsim_fingerprint(p->sim);
}

static void assert_same(const struct recording *a, const struct recording *b)
{
	for (unsigned int i = 0; i < AFTER; i++) {
		if (memcmp(&a->exits[i], &b->exits[i], sizeof(a->exits[i])) != 0)
			fail_msg("exit %u: reason %llu esr 0x%llx X0 0x%llx; "
				 "reason %llu esr 0x%llx X0 0x%llx",
				 i, (unsigned long long)a->exits[i].exit_reason,
				 (unsigned long long)a->exits[i].esr,
				 (unsigned long long)a->exits[i].gprs[0],
				 (unsigned long long)b->exits[i].exit_reason,
				 (unsigned long long)b->exits[i].esr,
				 (unsigned long long)b->exits[i].gprs[0]);
	}
	assert_int_equal(a->time, b->time);
	assert_int_equal(a->fingerprint, b->fingerprint);
}

static void open_player(struct player *player, struct planes *p)
{
	const struct machine_options o = {.realm = {.shared_tree = true}, .prepare = put_tables};
	static struct code p0, p1;

	put_p0(&p0);
	put_p1(&p1);
	planes_open_with(p, &p0, &p1, &o);
	rmmsim_poke(p->m.host.sim, p->m.run_pa, &p->run.enter, sizeof(p->run.enter));
	rmmsim_unicorn_set_budget(p->m.engine, BUDGET);
	*player = (struct player){
		.sim = p->m.host.sim,
		.engine = p->m.engine,
		.rec = p->m.rec,
		.run = p->m.host.run,
	};
}

static struct recording first, again;

/* Kept after each number of exits: in P0 and in P1, in the middle of loops, with a device access open. */
static void a_snapshot_goes_on_as_the_first_time(void **state)
{
	struct rmi_rec_exit exit;
	struct player player, kept;
	struct planes p;

	(void)state;
	open_player(&player, &p);
	for (unsigned int n = 0; n < BEFORE; n++)
		enter(&player, &exit);
	for (unsigned int round = 0; round < 12; round++) {
		uint64_t id;

		enter(&player, &exit);
		kept = player;
		assert_int_equal(rmmsim_snapshot(player.sim, &id), RMMSIM_OK);
		record(&player, &first);
		assert_int_equal(rmmsim_restore(player.sim, id), RMMSIM_OK);
		player = kept;
		record(&player, &again);
		assert_same(&first, &again);
		assert_int_equal(rmmsim_restore(player.sim, id), RMMSIM_OK);
		player = kept;
		assert_int_equal(rmmsim_snapshot_free(player.sim, id), RMMSIM_OK);
	}
	machine_close(&p.m);
}

/* In another instance, with an engine that has seen nothing. */
static void a_saved_state_goes_on_as_the_first_time(void **state)
{
	struct rmi_rec_exit exit;
	struct player player, other;
	struct planes p;

	(void)state;
	open_player(&player, &p);
	for (unsigned int round = 0; round < 12; round++) {
		void *data;
		size_t size;
		uint64_t id;

		enter(&player, &exit);
		other = player;
		assert_int_equal(rmmsim_snapshot(player.sim, &id), RMMSIM_OK);
		assert_int_equal(rmmsim_save_data(player.sim, &data, &size), RMMSIM_OK);
		assert_int_equal(rmmsim_load_data(data, size, NULL, &other.sim, NULL), RMMSIM_OK);
		free(data);
		assert_int_equal(rmmsim_unicorn_create(other.sim, NULL, &other.engine, NULL),
				 RMMSIM_OK);
		rmmsim_unicorn_set_budget(other.engine, BUDGET);
		record(&player, &first);
		record(&other, &again);
		rmmsim_destroy(other.sim);
		rmmsim_unicorn_destroy(other.engine);
		assert_same(&first, &again);
		assert_int_equal(rmmsim_snapshot_free(player.sim, id), RMMSIM_OK);
	}
	machine_close(&p.m);
}

/* The Realm does something: both Planes are seen, and the timer. */
static void the_realm_of_these_tests_is_not_idle(void **state)
{
	unsigned int p0 = 0, p1 = 0, irqs = 0, timer = 0;
	struct player player;
	struct planes p;

	(void)state;
	open_player(&player, &p);
	for (unsigned int n = 0; n < 2 * AFTER; n++) {
		struct rmi_rec_exit exit;

		enter(&player, &exit);
		p0 += exit.exit_reason == RMI_EXIT_SYNC && (exit.esr & 0x40);
		p1 += exit.exit_reason == RMI_EXIT_SYNC && !(exit.esr & 0x40);
		irqs += exit.exit_reason == RMI_EXIT_IRQ;
		timer += exit.exit_reason == RMI_EXIT_IRQ && (exit.cntv_ctl & 4);
	}
	assert_in_range(p0, 10, 2 * AFTER);
	assert_in_range(p1, 10, 2 * AFTER);
	assert_in_range(irqs, 10, 2 * AFTER);
	assert_in_range(timer, 5, 2 * AFTER);
	machine_close(&p.m);
}

/* ... and has the whole budget, although an entry after it had the same number. */
static void an_entry_after_a_restore_has_its_budget(void **state)
{
	const uint32_t code[] = {B_SELF};
	struct machine m;
	uint64_t id;

	(void)state;
	machine_open(&m, code, 1, true);
	rmmsim_unicorn_set_budget(m.engine, 1000);
	machine_enter(&m, 0, 0);
	assert_int_equal(rmmsim_snapshot(m.host.sim, &id), RMMSIM_OK);
	for (unsigned int i = 0; i < 3; i++) {
		const uint64_t before = rmmsim_unicorn_instructions(m.engine);

		machine_enter(&m, 0, 0);
		assert_in_range(rmmsim_unicorn_instructions(m.engine) - before, 1000, 1001);
		assert_int_equal(rmmsim_restore(m.host.sim, id), RMMSIM_OK);
	}
	machine_close(&m);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_realm_of_these_tests_is_not_idle),
		cmocka_unit_test(a_snapshot_goes_on_as_the_first_time),
		cmocka_unit_test(a_saved_state_goes_on_as_the_first_time),
		cmocka_unit_test(an_entry_after_a_restore_has_its_budget),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
