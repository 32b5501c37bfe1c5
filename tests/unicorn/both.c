/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/unicorn/both.h"

#include <rmmsim/script.h>

#define KEPT_1  0x800 /* in the page at MORE: results of REC 1 */
#define RESULTS 5
#define EXITS   24
#define AFTER   HVC(0x77) /* of P1, behind its steps */

/* --- as a script ----------------------------------------------------------------------------------------- */

struct actor {
	const struct step *steps, *second;
	uint64_t base;
};

struct keeper {
	struct rmmsim_realm *r;
	uint64_t at;
};

static void keep(struct keeper *k, uint64_t value)
{
	rmmsim_realm_store(k->r, k->at, 8, value);
	k->at += 8;
}

static void call_step(struct keeper *k, const struct step *step)
{
	uint64_t x[18] = {0};

	memcpy(x, step->x, sizeof(step->x));
	rmmsim_realm_smc(k->r, x);
	for (unsigned int i = 0; i < (step->results ? step->results : RESULTS); i++)
		keep(k, x[i]);
}

static void one_step(struct keeper *k, const struct step *step)
{
	uint64_t value = 0;

	switch (step->kind) {
	case CALL:
		call_step(k, step);
		return;
	case LOAD:
		rmmsim_realm_load(k->r, step->x[0], 8, &value);
		keep(k, value);
		return;
	case STORE:
		rmmsim_realm_store(k->r, step->x[0], 8, step->x[1]);
		return;
	case FETCH:
		rmmsim_realm_fetch(k->r, step->x[0]);
		return;
	case WAIT:
		rmmsim_realm_wfi(k->r);
		return;
	case EVENT:
		rmmsim_realm_wfe(k->r);
		return;
	case HYP:
		rmmsim_realm_hvc(k->r, (uint16_t)step->x[0]);
		return;
	case FP:
		rmmsim_realm_simd(k->r);
		return;
	case X0:
		keep(k, rmmsim_realm_context(k->r)->x[0]);
		return;
	case READ:
		rmmsim_realm_mrs(k->r, step->x[0], &value);
		keep(k, value);
		return;
	case END:
		return;
	}
}

static void script(struct rmmsim_realm *r, void *argument)
{
	const struct actor *actor = argument;
	const bool second = rmmsim_realm_mpidr(r) & 0xff;
	const struct step *step = second ? actor->second : actor->steps;
	struct keeper k = {r, actor->base + (second ? KEPT_1 : 0)};

	for (; step->kind != END; step++)
		one_step(&k, step);
	for (;;) {
		if (rmmsim_realm_plane(r))
			rmmsim_realm_hvc(r, 0x77);
		else
			rmmsim_realm_wfi(r);
	}
}

/* --- as code ------------------------------------------------------------------------------------------------ */

static void put_step(struct code *c, const struct step *step)
{
	switch (step->kind) {
	case CALL:
		for (unsigned int i = 0; i < ARGS; i++)
			code_mov(c, i, step->x[i]);
		code_put(c, SMC_0);
		for (unsigned int i = 0; i < (step->results ? step->results : RESULTS); i++)
			code_keep(c, i);
		return;
	case LOAD:
		code_mov(c, 20, step->x[0]);
		code_put(c, 0xf9400280u); /* ldr x0, [x20] */
		code_keep(c, 0);
		return;
	case STORE:
		code_mov(c, 20, step->x[0]);
		code_mov(c, 0, step->x[1]);
		code_put(c, 0xf9000280u); /* str x0, [x20] */
		return;
	case FETCH:
		code_mov(c, 20, step->x[0]);
		code_put(c, 0xd63f0280u); /* blr x20 */
		return;
	case WAIT:
		code_put(c, WFI);
		return;
	case EVENT:
		code_put(c, 0xd503205fu);
		return;
	case HYP:
		code_put(c, HVC(step->x[0]));
		return;
	case FP:
		code_put(c, 0x9e670008u); /* fmov d8, x0 */
		return;
	case X0:
		code_keep(c, 0);
		return;
	case READ:
		code_mrs(c, 0, (uint32_t)step->x[0]);
		code_keep(c, 0);
		return;
	case END:
		return;
	}
}

static void put_steps(struct code *c, const struct step *step, uint64_t base, bool plane)
{
	c->kept = 0;
	code_mov(c, 19, base);
	for (; step->kind != END; step++)
		put_step(c, step);
	code_put(c, plane ? AFTER : WFI);
	code_put(c, B_SELF | 0x3ffffffu);
}

static void put_code(struct code *c, const struct scenario *s)
{
	memset(c, 0, sizeof(*c));
	put_steps(c, s->main, MORE, false);
	assert_in_range(c->count, 0, (BOTH_SECOND - CODE) / 4);
	c->count = (BOTH_SECOND - CODE) / 4;
	put_steps(c, s->second, MORE + KEPT_1, false);
}

/* --- the Host ---------------------------------------------------------------------------------------------------- */

static void serve_psci(struct machine *m, const struct scenario *s)
{
	const uint64_t fid = m->host.exit.gprs[0];

	if (fid == SMC_PSCI_CPU_ON || fid == SMC_PSCI_AFFINITY_INFO)
		OK(&m->host, RMI_PSCI_COMPLETE, m->rec, m->realm.rec[1], (uint64_t)s->psci);
}

/* How the next entry has to be. */
static void serve(struct machine *m, const struct scenario *s, struct rmi_rec_enter *enter)
{
	const struct rmi_rec_exit *exit = &m->host.exit;
	const uint64_t ipa = exit->hpfar >> 4 << 12;

	if (s->flags & (RMI_REC_ENTER_FLAG_RIPAS_RESPONSE | RMI_REC_ENTER_FLAG_S2AP_RESPONSE)) {
		/* It is rejected. */
	} else if (exit->exit_reason == RMI_EXIT_RIPAS_CHANGE) {
		OK(&m->host, RMI_RTT_SET_RIPAS, m->realm.rd, m->rec, exit->ripas_base,
		   exit->ripas_top);
	} else if (exit->exit_reason == RMI_EXIT_S2AP_CHANGE) {
		OK(&m->host, RMI_RTT_SET_S2AP, m->realm.rd, m->rec, exit->s2ap_base,
		   exit->s2ap_top);
	} else if (exit->exit_reason == RMI_EXIT_HOST_CALL) {
		for (unsigned int i = 0; i < 31; i++)
			enter->gprs[i] = exit->gprs[i] + i + 1;
	} else if (exit->exit_reason == RMI_EXIT_PSCI) {
		serve_psci(m, s);
	} else if (exit->esr >> 26 == 0x24 && ipa >= HALF) {
		enter->flags |= RMI_REC_ENTER_FLAG_EMUL_MMIO;
		enter->gprs[0] = 0x55;
	} else if (exit->esr >> 26 == 0x24) {
		host_unknown(&m->host, &m->realm, ipa);
	}
}

static bool is_end(const struct rmi_rec_exit *exit)
{
	const uint64_t fid = exit->gprs[0];

	if (exit->exit_reason == RMI_EXIT_PSCI)
		return fid == SMC_PSCI_CPU_OFF || fid == SMC_PSCI_SYSTEM_OFF ||
		       fid == SMC_PSCI_SYSTEM_RESET;
	return exit->exit_reason == RMI_EXIT_IRQ;
}

/* Enters until the steps are done: WFIs that are steps come before the one behind them. */
static unsigned int play_rec(struct machine *m, const struct scenario *s, const struct step *steps,
			     struct rmi_rec_exit *exits)
{
	struct rmi_rec_enter enter = {.flags = TRAPS | s->flags};
	unsigned int waits = 1, n = 0;

	for (; steps->kind != END; steps++)
		waits += steps->kind == WAIT || steps->kind == EVENT;
	while (waits && n < EXITS) {
		rmmsim_host_write(m->host.sim, m->host.run, &enter, sizeof(enter));
		OK(&m->host, RMI_REC_ENTER, m->rec, m->host.run);
		rmmsim_host_read(m->host.sim, m->host.run + 0x800, &m->host.exit,
				 sizeof(m->host.exit));
		exits[n++] = m->host.exit;
		if (is_end(&m->host.exit))
			break;
		waits -=
			m->host.exit.exit_reason == RMI_EXIT_SYNC && m->host.exit.esr >> 26 == 0x01;
		enter = (struct rmi_rec_enter){
			.flags = TRAPS | s->flags | s->later,
			.gicv3_lrs = {s->lr},
		};
		serve(m, s, &enter);
	}
	return n;
}

/* --- both ----------------------------------------------------------------------------------------------------------- */

struct outcome {
	struct rmi_rec_exit exits[2 * EXITS];
	unsigned int count;
	uint64_t more[512], data[512], p1[512];
	struct rsi_plane_run run;
};

static const uint64_t data_page[] = {7, 0x11, 0x22, 0x33};

static void prepare(struct machine *m)
{
	for (unsigned int i = 0; i < 4; i++)
		machine_ram(m, PAGES + i * HOST_PAGE);
}

static void open_machine(struct machine *m, const struct scenario *s, bool as_script)
{
	static struct code c, p1;
	struct rmmsim_config config;
	struct machine_options o = {
		.host = &config,
		.realm = {.planes = s->planes ? 2 : 1, .shared_tree = s->shared},
		.recs = 2,
		.others_off = true,
		.no_engine = as_script,
		.prepare = prepare,
		.p1 = s->planes ? p1.words : NULL,
	};

	/* A script sees what is configured, code what the CPU has of it. */
	rmmsim_config_init(&config);
	rmmsim_unicorn_id_regs(&config.id_regs);
	put_code(&c, s);
	memset(&p1, 0, sizeof(p1));
	put_steps(&p1, s->p1, P1_DATA, true);
	o.p1_words = p1.count;
	machine_open_with(m, c.words, c.count, &o);
	rmmsim_poke(m->host.sim, m->data_pa, data_page, sizeof(data_page));
	if (s->planes) {
		const struct rsi_plane_enter enter = {
			.flags = s->plane_flags, .pc = P1_CODE, .pstate = 0x3c5};

		rmmsim_poke(m->host.sim, m->run_pa, &enter, sizeof(enter));
	}
}

static void look(struct machine *m, struct outcome *out)
{
	rmmsim_peek(m->host.sim, m->more_pa, out->more, sizeof(out->more));
	rmmsim_peek(m->host.sim, m->data_pa, out->data, sizeof(out->data));
	if (!m->run_pa)
		return;
	rmmsim_peek(m->host.sim, m->p1_data_pa, out->p1, sizeof(out->p1));
	rmmsim_peek(m->host.sim, m->run_pa, &out->run, sizeof(out->run));
}

static void play(const struct scenario *s, bool as_script, struct outcome *out)
{
	struct actor p0 = {s->main, s->second, MORE}, p1 = {s->p1, s->p1, P1_DATA};
	struct rmmsim_scripts *scripts = NULL;
	struct machine m;

	memset(out, 0, sizeof(*out));
	open_machine(&m, s, as_script);
	if (as_script) {
		assert_int_equal(rmmsim_scripts_create(m.host.sim, &scripts), RMMSIM_OK);
		rmmsim_script_bind(scripts, 0, 0, script, &p0);
		rmmsim_script_bind(scripts, 0, 1, script, &p1);
	}
	out->count = play_rec(&m, s, s->main, out->exits);
	if (s->second[0].kind != END) {
		m.rec = m.realm.rec[1];
		out->count += play_rec(&m, s, s->second, out->exits + out->count);
	}
	look(&m, out);
	machine_close(&m);
	rmmsim_scripts_destroy(scripts);
}

static void same(const struct scenario *s, const char *what, unsigned int n, uint64_t as_script,
		 uint64_t as_code)
{
	if (as_script != as_code)
		fail_msg("%s: %s %u is 0x%llx as script, 0x%llx as code", s->name, what, n,
			 (unsigned long long)as_script, (unsigned long long)as_code);
}

static void compare_exits(const struct scenario *s, const struct outcome *a,
			  const struct outcome *b)
{
	for (unsigned int n = 0; n < a->count && n < b->count; n++) {
		const uint64_t *x = (const void *)&a->exits[n], *y = (const void *)&b->exits[n];

		for (size_t i = 0; i < sizeof(a->exits[n]) / 8; i++) {
			if (x[i] != y[i])
				fail_msg(
					"%s: exit %u, byte 0x%zx: 0x%llx as script, 0x%llx as code",
					s->name, n, i * 8, (unsigned long long)x[i],
					(unsigned long long)y[i]);
		}
	}
	same(s, "number of exits", 0, a->count, b->count);
}

static void compare(const struct scenario *s, const struct outcome *a, const struct outcome *b)
{
	const struct rsi_plane_exit *x = &a->run.exit, *y = &b->run.exit;

	compare_exits(s, a, b);
	for (unsigned int i = 0; i < 512; i++) {
		same(s, "result", i, a->more[i], b->more[i]);
		same(s, "word of data", i, a->data[i], b->data[i]);
		same(s, "result of P1", i, a->p1[i], b->p1[i]);
	}
	same(s, "Plane exit reason", 0, x->reason, y->reason);
	same(s, "Plane exit ESR", 0, x->esr_el2, y->esr_el2);
	same(s, "Plane exit FAR", 0, x->far_el2, y->far_el2);
	same(s, "Plane exit HPFAR", 0, x->hpfar_el2, y->hpfar_el2);
	same(s, "Plane exit SPSR", 0, x->spsr_el2 & 0x3cf, y->spsr_el2 & 0x3cf);
	same(s, "Plane exit LR", 0, x->gicv3_lrs[0], y->gicv3_lrs[0]);
	same(s, "Plane exit X0", 0, x->gprs[0], y->gprs[0]);
}

void both_play(const struct scenario *s)
{
	static struct outcome as_script, as_code;

	play(s, true, &as_script);
	play(s, false, &as_code);
	compare(s, &as_script, &as_code);
}
