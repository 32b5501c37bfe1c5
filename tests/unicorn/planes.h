/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_UNICORN_PLANES_H
#define TESTS_UNICORN_PLANES_H

/*
 * A Realm with P0 and P1 on a shared tree. P0 enters P1 with what is in the run page, waits (WFI, an exit
 * to the Host) when it is back, and does it again. Run pages are written and read from outside.
 */

#include <string.h>

#include "tests/unicorn/gic.h"

struct planes {
	struct machine m;
	struct rsi_plane_run run;
};

/*
 * `more`: code of P0 before it enters P1 for the first time, NULL for none. `options`: without Planes
 * and code.
 */
static inline void planes_open_with(struct planes *p, const struct code *more,
				    const struct code *p1, const struct machine_options *options)
{
	struct machine_options o = *options;
	static struct code c;
	size_t start;

	o.realm.planes = 2;
	o.p1 = p1->words;
	o.p1_words = p1->count;
	code_start(&c, MORE);
	for (size_t i = 0; more && i < more->count; i++)
		code_put(&c, more->words[i]);
	start = c.count;
	code_smc(&c, SMC_RSI_PLANE_ENTER, 1, RUN, 0);
	code_put(&c, WFI);
	code_put(&c, B_SELF | (uint32_t)(0x4000000 - (c.count - start)));
	machine_open_with(&p->m, c.words, c.count, &o);
	memset(&p->run, 0, sizeof(p->run));
	p->run.enter.pc = P1_CODE;
	p->run.enter.pstate = 0x3c5;
}

static inline void planes_open(struct planes *p, const struct code *more, const struct code *p1,
			       const struct rmmsim_unicorn_config *config)
{
	const struct machine_options o = {.realm = {.shared_tree = true}, .config = config};

	planes_open_with(p, more, p1, &o);
}

/* P1 goes on where it left. */
static inline void planes_resume(struct planes *p)
{
	memcpy(p->run.enter.gprs, p->run.exit.gprs, sizeof(p->run.enter.gprs));
	p->run.enter.pc = p->run.exit.elr_el2;
	p->run.enter.pstate = p->run.exit.spsr_el2;
}

/* REC_ENTER with these list registers; before it the run page's first half is written. */
static inline void planes_run(struct planes *p, uint64_t flags, const uint64_t *lrs, uint64_t hcr)
{
	struct machine *m = &p->m;
	struct rmi_rec_enter enter = {.flags = TRAPS | flags, .gicv3_hcr = hcr};

	if (lrs)
		memcpy(enter.gicv3_lrs, lrs, 4 * sizeof(uint64_t));
	rmmsim_poke(m->host.sim, m->run_pa, &p->run.enter, sizeof(p->run.enter));
	rmmsim_host_write(m->host.sim, m->host.run, &enter, sizeof(enter));
	OK(&m->host, RMI_REC_ENTER, m->rec, m->host.run);
	rmmsim_host_read(m->host.sim, m->host.run + 0x800, &m->host.exit, sizeof(m->host.exit));
	rmmsim_peek(m->host.sim, m->run_pa, &p->run, sizeof(p->run));
}

/* ... that ends with P0 waiting, so P1 has made a Plane exit. */
static inline void planes_until_exit(struct planes *p)
{
	planes_run(p, 0, NULL, 0);
	assert_int_equal(p->m.host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(p->m.host.exit.esr >> 26, 0x01);
}

static inline uint64_t planes_p1_kept(struct planes *p, unsigned int n)
{
	uint64_t value = 0;

	rmmsim_peek(p->m.host.sim, p->m.p1_data_pa + n * sizeof(value), &value, sizeof(value));
	return value;
}

#endif
