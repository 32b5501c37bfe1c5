/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Realms as AArch64 code: the same loop under bare Unicorn in the same run, and what each crossing of the
 * border between Realm, monitor and Host costs.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <unicorn/unicorn.h>

#include <rmmsim/unicorn.h>

#include "bench/support.h"

#define CODE   UINT64_C(0)
#define DATA   UINT64_C(0x200000)
#define PAGES  512
#define SHARED (UINT64_C(1) << (BENCH_IPA_WIDTH - 1))
#define NORMAL (UINT64_C(5) << 2 | UINT64_C(3) << 6) /* write-back, read and write */

#define WFI       0xd503207fu
#define SMC_0     0xd4000003u
#define B_BACK(n) (0x14000000u | (0x4000000u - (uint32_t)(n)))
#define BARE_DATA UINT64_C(0x40001000)
#define BARE_SIZE 0x10000000 /* as much memory as the Realm's machine has */
#define LOOPS     UINT64_C(4000000)
#define BODY_SIZE 6 /* instructions, and two that close the loop */

struct realm {
	struct rmmsim *sim;
	struct rmmsim_unicorn *engine;
};

static void fail(const char *what)
{
	fprintf(stderr, "bench: %s\n", what);
	exit(3);
}

/* --- code --------------------------------------------------------------------------------------- */

struct code {
	uint32_t words[256];
	size_t count;
};

static void put(struct code *c, uint32_t word)
{
	c->words[c->count++] = word;
}

static void mov(struct code *c, unsigned int rd, uint64_t value)
{
	put(c, 0xd2800000u | (uint32_t)(value & 0xffff) << 5 | rd);
	for (unsigned int i = 1; i < 4; i++)
		put(c, 0xf2800000u | i << 21 | (uint32_t)(value >> 16 * i & 0xffff) << 5 | rd);
}

/* subs x`n`, x`n`, #1; b.ne to the instruction number `start` */
static void again(struct code *c, unsigned int n, size_t start)
{
	put(c, 0xf1000400u | n << 5 | n);
	put(c, 0x54000001u | (uint32_t)((start - c->count) & 0x7ffff) << 5);
}

struct work {
	const char *name;
	bool store;
	unsigned int bodies; /* in a block: how often the clock has to be looked at */
};

/* LOOPS bodies: arithmetic and a load at X1; `store`: a store there too. */
static void work_loop(struct code *c, const struct work *w)
{
	size_t start;

	mov(c, 20, LOOPS / w->bodies);
	start = c->count;
	for (unsigned int i = 0; i < w->bodies; i++) {
		put(c, 0x8b140042u);                          /* add x2, x2, x20 */
		put(c, w->store ? 0xf9000022u : 0xaa0203e7u); /* str x2, [x1]; mov x7, x2 */
		put(c, 0xf9400023u);                          /* ldr x3, [x1] */
		put(c, 0xca030084u);                          /* eor x4, x4, x3 */
		put(c, 0x93c408a5u);                          /* extr x5, x5, x4, #2 */
		put(c, 0x9b057c46u);                          /* mul x6, x2, x5 */
	}
	again(c, 20, start);
}

static double work_size(const struct work *w)
{
	return (double)(LOOPS / w->bodies * (w->bodies * BODY_SIZE + 2));
}

/* --- bare Unicorn ---------------------------------------------------------------------------------- */

static void on_block(uc_engine *uc, uint64_t address, uint32_t size, void *data)
{
	(void)uc, (void)address, (void)size, (void)data;
}

/* At its best: its stores are slow in memory that may be executed, so data has memory of its own. */
static double bare(const struct work *w, bool hooked)
{
	struct code c = {.count = 0};
	uint64_t stop;
	uc_engine *uc;
	uc_hook hook;
	double start;

	mov(&c, 1, BARE_DATA);
	work_loop(&c, w);
	stop = CODE + c.count * 4;
	put(&c, WFI);
	if (uc_open(UC_ARCH_ARM64, UC_MODE_ARM, &uc) ||
	    uc_mem_map(uc, CODE, DATA - CODE, UC_PROT_READ | UC_PROT_EXEC) ||
	    uc_mem_map(uc, BARE_DATA, BARE_SIZE, UC_PROT_READ | UC_PROT_WRITE) ||
	    uc_mem_write(uc, CODE, c.words, c.count * 4))
		fail("bare Unicorn cannot be set up");
	if (hooked && uc_hook_add(uc, &hook, UC_HOOK_BLOCK, (void *)on_block, NULL, 1, 0))
		fail("no hook");
	if (uc_emu_start(uc, CODE, stop, 0, 0))
		fail("bare Unicorn stops");
	start = bench_now();
	if (uc_emu_start(uc, CODE, stop, 0, 0))
		fail("bare Unicorn stops");
	start = bench_now() - start;
	uc_close(uc);
	return work_size(w) / start;
}

/* --- a Realm ----------------------------------------------------------------------------------------- */

static void plane_params(struct rmmsim *sim)
{
	struct rmi_realm_params *params = rmmsim_host_ptr(sim, BENCH_PARAMS, sizeof(*params));

	memset(params, 0, sizeof(*params));
	params->s2sz = BENCH_IPA_WIDTH;
	params->num_bps = 1;
	params->num_wps = 1;
	params->num_aux_planes = 1;
	params->flags1 = RMI_REALM_FLAGS1_RTT_S2AP_ENCODING;
	params->aux_vmid[0] = 1;
	params->rtt_base = BENCH_ROOT;
	params->rtt_num_start = 1;
	bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_RD, 0, 0, 0, 0);
	bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_ROOT, 0, 0, 0, 0);
	bench_smc(sim, SMC_RMI_REALM_CREATE, BENCH_RD, BENCH_PARAMS, 0, 0, 0);
}

static void add_page(struct rmmsim *sim, uint64_t pa, uint64_t ipa, const struct code *c)
{
	void *source = rmmsim_host_ptr(sim, BENCH_SOURCE, 4096);

	memset(source, 0, 4096);
	memcpy(source, c->words, c->count * 4);
	bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, pa, 0, 0, 0, 0);
	bench_smc(sim, SMC_RMI_DATA_CREATE, BENCH_RD, pa, ipa, BENCH_SOURCE, 0);
}

static struct realm realm_open(const struct code *c, bool planes)
{
	struct realm r = {.sim = bench_sim(RMMSIM_PROTECTION_OFF)};
	const struct code nothing = {.count = 0};
	struct rmmsim_error error;
	uint64_t table, base = CODE;

	if (rmmsim_unicorn_create(r.sim, NULL, &r.engine, &error) != RMMSIM_OK)
		fail(error.text);
	if (planes)
		plane_params(r.sim);
	else
		bench_realm_create(r.sim);
	table = bench_tables(r.sim, CODE, DATA + PAGES * 4096, 3, BENCH_FREE + 0x1000000);
	bench_tables(r.sim, SHARED, SHARED + 4096, 3, table);
	while (base < DATA + PAGES * 4096)
		base = bench_smc(r.sim, SMC_RMI_RTT_INIT_RIPAS, BENCH_RD, base, DATA + PAGES * 4096,
				 0, 0);
	add_page(r.sim, BENCH_FREE, CODE, c);
	for (uint64_t i = 0; i < PAGES; i++)
		add_page(r.sim, BENCH_FREE + (i + 1) * 4096, DATA + i * 4096, &nothing);
	bench_rec_create(r.sim);
	bench_smc(r.sim, SMC_RMI_REALM_ACTIVATE, BENCH_RD, 0, 0, 0, 0);
	return r;
}

static void realm_close(struct realm *r)
{
	rmmsim_destroy(r->sim);
	rmmsim_unicorn_destroy(r->engine);
}

/* Until the Realm waits. */
static void enter(struct rmmsim *sim)
{
	struct rmi_rec_run *run = rmmsim_host_ptr(sim, BENCH_RUN, sizeof(*run));

	run->enter.flags = RMI_REC_ENTER_FLAG_TRAP_WFI;
	bench_smc(sim, SMC_RMI_REC_ENTER, BENCH_REC, BENCH_RUN, 0, 0, 0);
	if (run->exit.exit_reason != RMI_EXIT_SYNC || run->exit.esr >> 26 != 0x01)
		fail("the Realm does not wait");
}

/* --- what is measured ----------------------------------------------------------------------------- */

static void speed(const struct work *w)
{
	char text[96];
	double ratio[BENCH_RUNS], hooked[BENCH_RUNS], native[BENCH_RUNS], guest[BENCH_RUNS];
	struct code c = {.count = 0};
	struct realm r;
	size_t start;

	mov(&c, 1, DATA);
	start = c.count;
	work_loop(&c, w);
	put(&c, WFI);
	put(&c, B_BACK(c.count - start));
	r = realm_open(&c, false);
	enter(r.sim);
	for (unsigned int run = 0; run < BENCH_RUNS; run++) {
		double from = bench_now();

		enter(r.sim);
		guest[run] = work_size(w) / (bench_now() - from);
		native[run] = bare(w, false);
		ratio[run] = guest[run] / native[run];
		hooked[run] = bare(w, true) / native[run];
	}
	snprintf(text, sizeof(text), "%s, bare Unicorn", w->name);
	bench_median(text, "instructions/s", native, BENCH_RUNS);
	snprintf(text, sizeof(text), "%s, Realm", w->name);
	bench_median(text, "instructions/s", guest, BENCH_RUNS);
	snprintf(text, sizeof(text), "%s, Realm / bare Unicorn", w->name);
	bench_median(text, "ratio", ratio, BENCH_RUNS);
	/* What the clock of a deterministic run costs before it does anything. */
	snprintf(text, sizeof(text), "%s, empty block hook / bare Unicorn", w->name);
	bench_median(text, "ratio", hooked, BENCH_RUNS);
	realm_close(&r);
}

static void work_enter(struct rmmsim *sim, uint64_t calls)
{
	while (calls--)
		enter(sim);
}

static void entries(void)
{
	struct code c = {.count = 0};
	struct realm r;

	put(&c, WFI);
	put(&c, B_BACK(1));
	r = realm_open(&c, false);
	bench_calls("REC_ENTER and exit (WFI)", r.sim, work_enter, 50000);
	realm_close(&r);
}

/* One REC_ENTER, during which the Realm makes 10,000 calls. */
#define CALLS 10000

static void work_rounds(struct rmmsim *sim, uint64_t calls)
{
	while (calls > CALLS) {
		enter(sim);
		calls -= CALLS;
	}
	enter(sim);
}

/* CALLS times the same call, then WFI, again and again. */
static void measure_calls(const char *name, bool planes, uint64_t fid, uint64_t x1, uint64_t x2)
{
	struct code c = {.count = 0};
	struct realm r;
	size_t start;

	mov(&c, 20, CALLS);
	start = c.count;
	mov(&c, 0, fid);
	mov(&c, 1, x1);
	mov(&c, 2, x2);
	put(&c, SMC_0);
	again(&c, 20, start);
	put(&c, WFI);
	put(&c, B_BACK(c.count));
	r = realm_open(&c, planes);
	bench_calls(name, r.sim, work_rounds, 5 * CALLS);
	realm_close(&r);
}

/* ldr of each page at X1, then WFI, again and again. */
static void touch_code(struct code *c, uint64_t base, uint64_t pages)
{
	size_t first = c->count, start;

	mov(c, 1, base);
	mov(c, 20, pages);
	start = c->count;
	put(c, 0xf9400023u); /* ldr x3, [x1] */
	put(c, 0x91400421u); /* add x1, x1, #0x1000 */
	again(c, 20, start);
	put(c, WFI);
	put(c, B_BACK(c->count - first));
}

static void first_touches(void)
{
	double seconds[BENCH_RUNS];
	struct code c = {.count = 0};

	touch_code(&c, DATA, PAGES);
	for (unsigned int run = 0; run < BENCH_RUNS; run++) {
		struct realm r = realm_open(&c, false);
		double start = bench_now(), first;

		enter(r.sim);
		first = bench_now() - start;
		start = bench_now();
		enter(r.sim);
		seconds[run] = (first - (bench_now() - start)) / PAGES;
		realm_close(&r);
	}
	bench_seconds("first touch of a page", seconds, BENCH_RUNS);
}

/* The Host maps a page, the Realm touches it, the Host takes it away. */
static void work_narrow(struct rmmsim *sim, uint64_t calls)
{
	while (calls--) {
		bench_smc(sim, SMC_RMI_RTT_MAP_UNPROTECTED, BENCH_RD, SHARED, 3,
			  BENCH_SOURCE | NORMAL, 0);
		enter(sim);
		bench_smc(sim, SMC_RMI_RTT_UNMAP_UNPROTECTED, BENCH_RD, SHARED, 3, 0, 0);
	}
}

static void narrowing(void)
{
	struct code c = {.count = 0};
	struct realm r;

	touch_code(&c, SHARED, 1);
	r = realm_open(&c, false);
	bench_calls("map, REC_ENTER that touches, unmap", r.sim, work_narrow, 20000);
	realm_close(&r);
}

int main(void)
{
	bench_begin("unicorn");
	speed(&(struct work){"blocks of 8 instructions", false, 1});
	speed(&(struct work){"blocks of 26 instructions", false, 4});
	speed(&(struct work){"with stores", true, 1});
	entries();
	measure_calls("SMC of the Realm and back", false, SMC_RSI_VERSION, 0x10001, 0);
	/* P1 may execute nothing: it is entered, its first fetch is a Plane exit. */
	measure_calls("PLANE_ENTER and Plane exit (abort)", true, SMC_RSI_PLANE_ENTER, 1, DATA);
	first_touches();
	narrowing();
	bench_end();
	return 0;
}
