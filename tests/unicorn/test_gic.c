/* SPDX-License-Identifier: BSD-3-Clause */
/* The GIC CPU interface of a Realm over the list registers of the Host: rec.md#3.4, rec.md#4.2 */
#include "tests/unicorn/gic.h"

#define STEPS 16
#define OPEN                                     \
	{PMR, WRITE, 0xf8}, {IGRPEN1, WRITE, 1}, \
	{                                        \
		IGRPEN0, WRITE, 1                \
	}

enum { END, READ, WRITE };

struct step {
	uint32_t reg;
	int how;
	uint64_t value;
};

struct sample {
	const char *name;
	uint64_t lrs[4], hcr;
	struct step steps[STEPS];
	bool maintenance; /* ends in an IRQ exit instead of the WFI behind the steps */
	uint64_t lrs_after[4], hcr_after, misr;
};

static const struct sample samples[] = {
	{"pending becomes active, then invalid",
	 {LR(PENDING, 0xa0, 27)},
	 0,
	 {OPEN,
	  {HPPIR1, READ, 27},
	  {RPR, READ, 0xff},
	  {IAR1, READ, 27},
	  {RPR, READ, 0xa0},
	  {AP1R, READ, UINT64_C(1) << 20},
	  {AP0R, READ, 0},
	  {IAR1, READ, 1023},
	  {EOIR1, WRITE, 27},
	  {RPR, READ, 0xff}},
	 false,
	 {LR(INVALID, 0xa0, 27)},
	 0,
	 0},
	{"what is active stays so until it is ended",
	 {LR(PENDING, 0xa0, 27), LR(PENDING, 0xb0, 40)},
	 0,
	 {OPEN, {IAR1, READ, 27}, {IAR1, READ, 1023}, {HPPIR1, READ, 40}},
	 false,
	 {LR(ACTIVE, 0xa0, 27), LR(PENDING, 0xb0, 40)},
	 0,
	 0},
	{"pending and active: again pending after its end",
	 {LR(BOTH, 0x80, 33)},
	 0,
	 {OPEN,
	  {AP1R, WRITE, UINT64_C(1) << 16},
	  {IAR1, READ, 1023},
	  {HPPIR1, READ, 1023},
	  {EOIR1, WRITE, 33},
	  {IAR1, READ, 33}},
	 false,
	 {LR(ACTIVE, 0x80, 33)},
	 0,
	 0},
	{"PMR masks, HPPIR does not care",
	 {LR(PENDING, 0xa0, 27)},
	 0,
	 {OPEN,
	  {PMR, WRITE, 0xa0},
	  {PMR, READ, 0xa0},
	  {HPPIR1, READ, 27},
	  {IAR1, READ, 1023},
	  {PMR, WRITE, 0xaf},
	  {PMR, READ, 0xa8},
	  {IAR1, READ, 27}},
	 false,
	 {LR(ACTIVE, 0xa0, 27)},
	 0,
	 0},
	{"the highest priority comes first and preempts",
	 {LR(PENDING, 0xa0, 27), LR(PENDING, 0x40, 30)},
	 0,
	 {OPEN,
	  {IAR1, READ, 30},
	  {IAR1, READ, 1023},
	  {EOIR1, WRITE, 30},
	  {IAR1, READ, 27},
	  {RPR, READ, 0xa0}},
	 false,
	 {LR(ACTIVE, 0xa0, 27), LR(INVALID, 0x40, 30)},
	 0,
	 0},
	{"BPR: no preemption within a group of priorities",
	 {LR(ACTIVE, 0x90, 27), LR(PENDING, 0x80, 30)},
	 0,
	 {OPEN,
	  {AP1R, WRITE, UINT64_C(1) << 16}, /* 0x90 under BPR1 = 5 */
	  {BPR1, WRITE, 5},
	  {BPR1, READ, 5},
	  {IAR1, READ, 1023},
	  {BPR1, WRITE, 0},
	  {BPR1, READ, 3},
	  {AP1R, WRITE, UINT64_C(1) << 18},
	  {IAR1, READ, 30},
	  {RPR, READ, 0x80},
	  {EOIR1, WRITE, 30},
	  {RPR, READ, 0x90}},
	 false,
	 {LR(ACTIVE, 0x90, 27), LR(INVALID, 0x80, 30)},
	 0,
	 0},
	{"CBPR: group 1 uses the register of group 0",
	 {0},
	 0,
	 {OPEN,
	  {BPR0, READ, 2},
	  {BPR0, WRITE, 4},
	  {BPR1, WRITE, 6},
	  {CTLR, WRITE, 1},
	  {BPR1, READ, 5},
	  {BPR1, WRITE, 7},
	  {CTLR, READ, 0x401},
	  {CTLR, WRITE, 0},
	  {BPR1, READ, 6},
	  {BPR0, READ, 4}},
	 false,
	 {0},
	 0,
	 0},
	{"EOImode 1: EOIR drops the priority, DIR deactivates",
	 {LR(PENDING, 0xa0, 27)},
	 0,
	 {OPEN,
	  {DIR, WRITE, 27},
	  {CTLR, WRITE, 2},
	  {CTLR, READ, 0x402},
	  {IAR1, READ, 27},
	  {EOIR1, WRITE, 27},
	  {RPR, READ, 0xff},
	  {IAR1, READ, 1023}},
	 false,
	 {LR(ACTIVE, 0xa0, 27)},
	 0,
	 0},
	{"EOImode 1: DIR",
	 {LR(ACTIVE, 0xa0, 27)},
	 0,
	 {OPEN, {CTLR, WRITE, 2}, {DIR, WRITE, 27}},
	 false,
	 {LR(INVALID, 0xa0, 27)},
	 0,
	 0},
	{"EOImode 0: DIR is ignored",
	 {LR(ACTIVE, 0xa0, 27)},
	 0,
	 {OPEN, {DIR, WRITE, 27}},
	 false,
	 {LR(ACTIVE, 0xa0, 27)},
	 0,
	 0},
	{"group 0 has registers of its own",
	 {LR0(PENDING, 0x40, 33), LR(PENDING, 0x80, 34)},
	 0,
	 {OPEN,
	  {HPPIR1, READ, 1023},
	  {HPPIR0, READ, 33},
	  {IAR1, READ, 1023},
	  {IAR0, READ, 33},
	  {AP0R, READ, UINT64_C(1) << 8},
	  {EOIR1, WRITE, 33},
	  {RPR, READ, 0x40},
	  {EOIR0, WRITE, 33},
	  {IAR0, READ, 1023},
	  {IAR1, READ, 34}},
	 false,
	 {LR0(INVALID, 0x40, 33), LR(ACTIVE, 0x80, 34)},
	 0,
	 0},
	{"a group that is not enabled is not seen",
	 {LR(PENDING, 0x40, 33), LR0(PENDING, 0x80, 34)},
	 0,
	 {{PMR, WRITE, 0xf8},
	  {IGRPEN0, READ, 0},
	  {IGRPEN1, READ, 0},
	  {HPPIR1, READ, 1023},
	  {IAR1, READ, 1023},
	  {IGRPEN0, WRITE, 1},
	  {IAR1, READ, 1023},
	  {IAR0, READ, 34}},
	 false,
	 {LR(PENDING, 0x40, 33), LR0(ACTIVE, 0x80, 34)},
	 0,
	 0},
	{"the end of an interrupt of another priority does not end it",
	 {LR(ACTIVE, 0xa0, 27), LR(ACTIVE, 0x40, 30)},
	 0,
	 {OPEN,
	  {AP1R, WRITE, UINT64_C(1) << 20 | UINT64_C(1) << 8},
	  {EOIR1, WRITE, 27},
	  {RPR, READ, 0xa0},
	  {EOIR1, WRITE, 1023}},
	 false,
	 {LR(ACTIVE, 0xa0, 27), LR(ACTIVE, 0x40, 30)},
	 0,
	 0},
	{"an LPI has no active state",
	 {LR(PENDING, 0xa0, 8192)},
	 0,
	 {OPEN, {IAR1, READ, 8192}, {RPR, READ, 0xa0}, {EOIR1, WRITE, 8192}, {RPR, READ, 0xff}},
	 false,
	 {LR(INVALID, 0xa0, 8192)},
	 0,
	 0},
	{"SRE is fixed",
	 {0},
	 0,
	 {{SRE, READ, 7}, {SRE, WRITE, 0}, {SRE, READ, 7}},
	 false,
	 {0},
	 0,
	 0},
	{"EOIcount: the end of what is in no list register",
	 {LR(PENDING, 0xa0, 27)},
	 0,
	 {OPEN,
	  {AP1R, WRITE, UINT64_C(1) << 16},
	  {EOIR1, WRITE, 40},
	  {AP1R, WRITE, UINT64_C(1) << 16},
	  {EOIR1, WRITE, 41},
	  {AP1R, WRITE, UINT64_C(1) << 16},
	  {EOIR1, WRITE, 3},
	  {AP1R, WRITE, UINT64_C(1) << 16},
	  {EOIR1, WRITE, 8200}},
	 false,
	 {LR(PENDING, 0xa0, 27)},
	 EOICOUNT(2), /* neither the SGI (vSGIEOICount) nor the LPI */
	 0},
	{"EOI bit: maintenance when it is invalid again",
	 {LR(PENDING, 0xa0, 27) | EOI},
	 0,
	 {OPEN, {IAR1, READ, 27}, {EOIR1, WRITE, 27}},
	 true,
	 {LR(INVALID, 0xa0, 27) | EOI},
	 0,
	 1},
	{"UIE: maintenance when one is left",
	 {LR(PENDING, 0xa0, 27), LR(PENDING, 0xb0, 30)},
	 UIE,
	 {OPEN, {IAR1, READ, 27}, {EOIR1, WRITE, 27}},
	 true,
	 {LR(INVALID, 0xa0, 27), LR(PENDING, 0xb0, 30)},
	 UIE,
	 2},
	{"LRENPIE: maintenance when EOIcount is not 0",
	 {LR(PENDING, 0xa0, 27)},
	 LRENPIE,
	 {OPEN, {AP1R, WRITE, UINT64_C(1) << 16}, {EOIR1, WRITE, 40}},
	 true,
	 {LR(PENDING, 0xa0, 27)},
	 LRENPIE | EOICOUNT(1),
	 4},
	{"NPIE: maintenance when none is pending",
	 {LR(PENDING, 0xa0, 27)},
	 NPIE,
	 {OPEN, {IAR1, READ, 27}},
	 true,
	 {LR(ACTIVE, 0xa0, 27)},
	 NPIE,
	 8},
	{"VGrp0EIE", {0}, GRP0EIE, {{IGRPEN0, WRITE, 1}}, true, {0}, GRP0EIE, 0x10},
	{"VGrp1EIE", {0}, GRP1EIE, {{IGRPEN1, WRITE, 1}}, true, {0}, GRP1EIE, 0x40},
	{"VGrp0DIE", {0}, GRP0DIE, {{END, 0, 0}}, true, {0}, GRP0DIE, 0x20},
	{"VGrp1DIE", {0}, GRP1DIE, {{END, 0, 0}}, true, {0}, GRP1DIE, 0x80},
};

static void make(const struct sample *s, struct code *c)
{
	code_start(c, MORE);
	for (unsigned int i = 0; i < STEPS && s->steps[i].how != END; i++) {
		if (s->steps[i].how == READ)
			code_keep_reg(c, s->steps[i].reg);
		else
			code_set(c, s->steps[i].reg, s->steps[i].value);
	}
	code_put(c, DAIFSET(2));
	code_put(c, WFI);
	code_put(c, B_SELF);
}

static void check_reads(const struct sample *s, struct machine *m)
{
	for (unsigned int i = 0, n = 0; i < STEPS && s->steps[i].how != END; i++) {
		uint64_t value;

		if (s->steps[i].how != READ)
			continue;
		value = machine_kept(m, n++);
		if (value != s->steps[i].value)
			fail_msg("%s, step %u: 0x%llx, not 0x%llx", s->name, i,
				 (unsigned long long)value, (unsigned long long)s->steps[i].value);
	}
}

/* With an interrupt to take, a WFI completes: then the loop behind it ends with the budget. */
static void check_exit(const struct sample *s, const struct rmi_rec_exit *exit)
{
	const bool irq = exit->exit_reason == RMI_EXIT_IRQ;

	if (irq != s->maintenance && !(irq && !exit->gicv3_misr))
		fail_msg("%s: exit %llu", s->name, (unsigned long long)exit->exit_reason);
	for (unsigned int i = 0; i < 4; i++) {
		if (exit->gicv3_lrs[i] != s->lrs_after[i])
			fail_msg("%s: LR%u 0x%llx", s->name, i,
				 (unsigned long long)exit->gicv3_lrs[i]);
	}
	if (exit->gicv3_hcr != s->hcr_after || exit->gicv3_misr != s->misr)
		fail_msg("%s: HCR 0x%llx MISR 0x%llx", s->name, (unsigned long long)exit->gicv3_hcr,
			 (unsigned long long)exit->gicv3_misr);
}

static void the_interface_follows_the_list_registers(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(samples) / sizeof(samples[0]); i++) {
		static struct code c;
		struct machine m;

		make(&samples[i], &c);
		machine_open(&m, c.words, c.count, true);
		rmmsim_unicorn_set_budget(m.engine, 10000);
		gic_enter(&m, samples[i].lrs, samples[i].hcr);
		check_exit(&samples[i], &m.host.exit);
		/* What comes behind the access that asked for the Host. */
		if (samples[i].maintenance)
			gic_enter(&m, (const uint64_t[4]){0}, 0);
		check_reads(&samples[i], &m);
		machine_close(&m);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_interface_follows_the_list_registers),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
