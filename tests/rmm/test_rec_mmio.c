/* SPDX-License-Identifier: BSD-3-Clause */
/* What a REC entry does to the instruction that faulted: rec.md#3 (3.2), rtt.md#7 (7.4) */
#include "tests/support/stage.h"

#define PC0   0x1000
#define VALUE UINT64_C(0x1122334455e6f788)

#define CMODE_EL0T 0x0
#define CMODE_EL1T 0x4

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

/* A load to `rt` faults at the Unprotected IPA; the Host answers with VALUE. */
static uint64_t loaded(struct stage *s, uint64_t iss, unsigned int rt)
{
	const struct rmmsim_plane *plane;

	steps_set(&s->steps, 4, UINT64_MAX);
	steps_sync(&s->steps, STEPS_DATA(7) | STEPS_ISV | iss | STEPS_SRT(rt), 0,
		   STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	s->steps.enter.gprs[0] = VALUE;
	steps_enter(&s->steps, s->rec[0]);
	plane = &steps_last(&s->steps, 0)->context;
	return plane->x[4];
}

static void an_emulated_load_has_the_size_and_the_sign_of_the_access(void **state)
{
	struct stage *s = *state;

	assert_int_equal(loaded(s, STEPS_SAS(0), 4), 0x88);
	assert_int_equal(loaded(s, STEPS_SAS(0) | STEPS_SSE, 4), 0xffffff88);
	assert_int_equal(loaded(s, STEPS_SAS(0) | STEPS_SSE | STEPS_SF, 4), UINT64_C(-0x78));
	assert_int_equal(loaded(s, STEPS_SAS(1), 4), 0xf788);
	assert_int_equal(loaded(s, STEPS_SAS(1) | STEPS_SSE | STEPS_SF, 4), UINT64_C(-0x878));
	assert_int_equal(loaded(s, STEPS_SAS(2), 4), 0x55e6f788);
	assert_int_equal(loaded(s, STEPS_SAS(2) | STEPS_SSE | STEPS_SF, 4), 0x55e6f788);
	assert_int_equal(loaded(s, STEPS_SAS(3) | STEPS_SF, 4), VALUE);
	/* XZR */
	assert_int_equal(loaded(s, STEPS_SAS(3) | STEPS_SF, 31), UINT64_MAX);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 9 * 4);
}

/* rec.md#3 (3.2): the value has the size of the access; SSE extends it, SF = 0 ends that at 32 bits. */
static uint64_t expected_load(unsigned int size, bool sf, bool sse)
{
	static const uint64_t plain[] = {0x88, 0xf788, 0x55e6f788, VALUE};
	static const uint64_t extended[] = {UINT64_C(-0x78), UINT64_C(-0x878), 0x55e6f788, VALUE};

	if (!sse)
		return plain[size];
	return sf ? extended[size] : (uint32_t)extended[size];
}

static void every_size_and_extension_of_an_emulated_load(void **state)
{
	struct stage *s = *state;

	for (unsigned int i = 0; i < 16; i++) {
		const unsigned int size = i & 3;
		const bool sf = i & 4, sse = i & 8;
		const uint64_t iss = STEPS_SAS(size) | (sf ? STEPS_SF : 0) | (sse ? STEPS_SSE : 0);

		assert_int_equal(loaded(s, iss, 4), expected_load(size, sf, sse));
	}
}

static void an_emulated_store_only_moves_on(void **state)
{
	struct stage *s = *state;

	assert_int_equal(loaded(s, STEPS_SAS(3) | STEPS_WNR, 4), UINT64_MAX);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0 + 4);
}

static void without_emulation_the_instruction_is_repeated(void **state)
{
	struct stage *s = *state;

	steps_sync(&s->steps, STEPS_DATA(7) | STEPS_ISV, 0, STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
	s->steps.enter.gprs[0] = VALUE;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, PC0);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[0], 0);
}

/* --- external aborts ------------------------------------------------------------------------- */

struct el1 {
	uint64_t pstate;
};

static void set_el1(struct steps *steps, void *argument)
{
	const struct el1 *el1 = argument;

	steps->vcpu->context->pstate = el1->pstate;
	steps->vcpu->context->sysreg[RMMSIM_SYSREG_VBAR_EL1] = 0x8000;
}

/* The access faults in this state, the Host injects an external abort. */
static const struct rmmsim_plane *injected(struct stage *s, uint64_t pstate)
{
	struct el1 el1 = {.pstate = pstate};

	steps_do(&s->steps, set_el1, &el1);
	steps_sync(&s->steps, STEPS_DATA(7) | STEPS_ISV | STEPS_WNR | 1 << 10 | 1 << 7, 0xffff1230,
		   STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
	s->steps.enter.flags = RMI_REC_ENTER_FLAG_INJECT_SEA | RMI_REC_ENTER_FLAG_EMUL_MMIO;
	steps_enter(&s->steps, s->rec[0]);
	return &steps_last(&s->steps, 0)->context;
}

static void an_injected_abort_is_taken_at_el1(void **state)
{
	struct stage *s = *state;
	const struct rmmsim_plane *plane = injected(s, 0x600003c5);

	assert_int_equal(plane->pc, 0x8200);
	/* N and Z are kept; SCTLR_EL1.SPAN is 1 after reset, so PAN is not set. */
	assert_int_equal(plane->pstate, 0x600003c5);
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_ESR_EL1], UINT64_C(0x97000250));
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_FAR_EL1], UINT64_C(0xffff1230));
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_ELR_EL1], PC0);
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_SPSR_EL1], UINT64_C(0x600003c5));
}

static void the_vector_depends_on_where_it_is_taken_from(void **state)
{
	struct stage *s = *state;

	assert_int_equal(injected(s, CMODE_EL1T)->pc, 0x8000);
	assert_int_equal(injected(s, CMODE_EL0T)->pc, 0x8400);
	assert_int_equal(steps_last(&s->steps, 0)->context.sysreg[RMMSIM_SYSREG_ESR_EL1],
			 UINT64_C(0x93000250));
	assert_int_equal(injected(s, 0x10)->pc, 0x8600);
}

static void set_ease(struct steps *steps, void *argument)
{
	struct rmmsim_plane *plane = steps->vcpu->context;

	(void)argument;
	plane->sysreg[RMMSIM_SYSREG_SCTLR2_EL1] = 1 << 5;
	plane->sysreg[RMMSIM_SYSREG_SCTLR_EL1] = UINT64_C(1) << 44;
}

static void ease_takes_it_as_an_serror(void **state)
{
	struct stage *s = *state;

	steps_do(&s->steps, set_ease, NULL);
	steps_sync(&s->steps, STEPS_DATA(7), 0, STEPS_HPFAR(STAGE_EMPTY));
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.pc, 0x380);
	/* SPAN 0: PAN; DSSBS: SSBS */
	assert_int_equal(steps_last(&s->steps, 0)->context.pstate, 0x4013c5);
}

static void an_empty_page_aborts_in_the_realm(void **state)
{
	struct stage *s = *state;

	steps_sync(&s->steps, STEPS_FETCH(7), 0x3000, STEPS_HPFAR(STAGE_EMPTY));
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 2);
	assert_int_equal(steps_last(&s->steps, 0)->context.sysreg[RMMSIM_SYSREG_ESR_EL1],
			 UINT64_C(0x86000210));
	/* Also beyond the IPA space, and for a fetch from Unprotected IPA. */
	steps_sync(&s->steps, STEPS_DATA(4), 0, STEPS_HPFAR(s->realm.half * 2));
	steps_sync(&s->steps, STEPS_FETCH(7), 0, STEPS_HPFAR(s->ns));
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 3);
}

static void an_hvc_of_plane_0_is_undefined(void **state)
{
	struct stage *s = *state;
	const struct rmmsim_plane *plane;

	steps_sysreg(&s->steps, RMMSIM_SYSREG_FAR_EL1, 0x77);
	steps_sync(&s->steps, STEPS_HVC(3), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	plane = &steps_last(&s->steps, 0)->context;
	assert_int_equal(plane->pc, 0x200);
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_ELR_EL1], PC0 + 4);
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_ESR_EL1], 0x02000000);
	assert_int_equal(plane->sysreg[RMMSIM_SYSREG_FAR_EL1], 0x77);
}

static void nmi_and_mte_show_in_pstate(void **state)
{
	struct stage *s = *state;
	struct rmmsim_config config = s->host.config;

	config.id_regs.id_aa64pfr1 = UINT64_C(1) << 36 | 2 << 8;
	stage_reopen(s, &config);
	steps_sync(&s->steps, STEPS_HVC(0), 0, 0);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.pstate, 0x020023c5);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(an_emulated_load_has_the_size_and_the_sign_of_the_access),
		TEST(every_size_and_extension_of_an_emulated_load),
		TEST(an_emulated_store_only_moves_on),
		TEST(without_emulation_the_instruction_is_repeated),
		TEST(an_injected_abort_is_taken_at_el1),
		TEST(the_vector_depends_on_where_it_is_taken_from),
		TEST(ease_takes_it_as_an_serror),
		TEST(an_empty_page_aborts_in_the_realm),
		TEST(an_hvc_of_plane_0_is_undefined),
		TEST(nmi_and_mte_show_in_pstate),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
