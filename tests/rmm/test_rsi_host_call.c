/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_HOST_CALL: rsi.md#4, rec.md#6 */
#include "tests/support/stage.h"

#define PC0   0x1000
#define INPUT RSI_ERROR_INPUT

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

static void fill(struct stage *s, uint64_t ipa)
{
	struct rsi_host_call args = {.imm = UINT64_C(0x1122334455667788)};

	for (unsigned int i = 0; i < 31; i++)
		args.gprs[i] = 0x1000 + i;
	stage_poke(s, ipa, &args, sizeof(args));
}

static void host_call_at(struct stage *s, uint64_t ipa)
{
	fill(s, ipa);
	steps_smc(&s->steps, SMC_RSI_HOST_CALL, ipa, 2, 3);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_HOST_CALL);
}

static void the_host_sees_the_structure_and_answers_in_it(void **state)
{
	struct stage *s = *state;
	const struct rmmsim_plane *plane;
	struct rsi_host_call args;

	host_call_at(s, STAGE_RAM2 + 0xf00);
	assert_int_equal(s->host.exit.imm, 0x7788);
	assert_int_equal(s->host.exit.plane, 0);
	for (unsigned int i = 0; i < 31; i++)
		assert_int_equal(s->host.exit.gprs[i], 0x1000 + i);
	for (unsigned int i = 0; i < 31; i++)
		s->steps.enter.gprs[i] = 0x2000 + i;
	steps_enter(&s->steps, s->rec[0]);
	plane = &steps_last(&s->steps, 0)->context;
	assert_int_equal(plane->pc, PC0 + 4);
	assert_int_equal(plane->x[0], RSI_SUCCESS);
	assert_int_equal(plane->x[1], STAGE_RAM2 + 0xf00);
	assert_int_equal(plane->x[2], 2);
	stage_peek(s, STAGE_RAM2 + 0xf00, &args, sizeof(args));
	assert_int_equal(args.imm, UINT64_C(0x1122334455667788));
	for (unsigned int i = 0; i < 31; i++)
		assert_int_equal(args.gprs[i], 0x2000 + i);
}

static void host_call_imm_32(void **state)
{
	struct stage *s = *state;

	stage_quirks(s, "host-call-imm-32");
	host_call_at(s, STAGE_RAM);
	assert_int_equal(s->host.exit.imm, 0x55667788);
}

static void a_bad_structure_is_refused(void **state)
{
	struct stage *s = *state;

	REALM_ALONE(s, "addr_align", INPUT, SMC_RSI_HOST_CALL, STAGE_RAM + 0x80);
	REALM_ALONE(s, "addr_bound", INPUT, SMC_RSI_HOST_CALL, s->ns);
	REALM_ALONE(s, "addr_bound", INPUT, SMC_RSI_HOST_CALL, UINT64_C(0xffffffffffffff00));
	REALM_ALONE(s, "addr_ripas", INPUT, SMC_RSI_HOST_CALL, STAGE_EMPTY + 0x100);
	REALM_WINS(s, "addr_align", "addr_ripas", INPUT, SMC_RSI_HOST_CALL, STAGE_EMPTY + 8);
	REALM_WINS(s, "addr_align", "addr_bound", INPUT, SMC_RSI_HOST_CALL, s->ns + 8);
}

static void hpfar_low_bits(void **state)
{
	struct stage *s = *state;

	steps_smc(&s->steps, SMC_RSI_HOST_CALL, STAGE_HOLE + 0xf00);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.hpfar, STAGE_HOLE >> 8);
	stage_quirks(s, "hpfar-low-bits");
	steps_smc(&s->steps, SMC_RSI_HOST_CALL, STAGE_HOLE + 0xf00);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.hpfar, STAGE_HOLE >> 8 | 0xf);
}

static void turn_on_second_rec(struct stage *s)
{
	steps_smc(&s->steps, SMC_PSCI_CPU_ON, 1, STAGE_RAM, 0);
	steps_enter(&s->steps, s->rec[0]);
	OK(&s->host, RMI_PSCI_COMPLETE, s->rec[0], s->rec[1], 0);
}

/* The second REC changes the RIPAS of a page while the first one waits for its host call. */
static void change_ram2(struct stage *s, enum rsi_ripas ripas)
{
	steps_smc(&s->steps, SMC_RSI_IPA_STATE_SET, STAGE_RAM2, STAGE_EMPTY, ripas,
		  RSI_RIPAS_CHANGE_FLAG_DESTROYED);
	steps_enter(&s->steps, s->rec[1]);
	OK(&s->host, RMI_RTT_SET_RIPAS, s->realm.rd, s->rec[1], STAGE_RAM2, STAGE_EMPTY);
}

/* The page is gone when the Host answers: the answer of the entry that succeeds counts. */
static void the_answer_waits_for_its_page(void **state)
{
	struct stage *s = *state;
	struct rsi_host_call args;

	turn_on_second_rec(s);
	host_call_at(s, STAGE_RAM2);
	stage_destroy_ram2(s);
	s->steps.enter.gprs[0] = 0x55;
	s->steps.enter.gicv3_lrs[0] = UINT64_C(1) << 62 | 40;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 0);
	assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(s->host.exit.esr, UINT64_C(0x90000007));
	assert_int_equal(s->host.exit.hpfar, STEPS_HPFAR(STAGE_RAM2));
	assert_int_equal(s->host.exit.gicv3_lrs[0], 0);
	change_ram2(s, RSI_RIPAS_RAM);
	s->ram2_pa = host_unknown(&s->host, &s->realm, STAGE_RAM2);
	s->steps.enter.gprs[0] = 0x66;
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[0], RSI_SUCCESS);
	stage_peek(s, STAGE_RAM2, &args, sizeof(args));
	assert_int_equal(args.gprs[0], 0x66);
}

static void host_call_empty_x0(void **state)
{
	struct stage *s = *state;

	turn_on_second_rec(s);
	host_call_at(s, STAGE_RAM2);
	change_ram2(s, RSI_RIPAS_EMPTY);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 1);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[0], RSI_SUCCESS);
	stage_quirks(s, "host-call-empty-x0");
	turn_on_second_rec(s);
	host_call_at(s, STAGE_RAM2);
	change_ram2(s, RSI_RIPAS_EMPTY);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(steps_last(&s->steps, 0)->context.x[0], SMC_RSI_HOST_CALL);
}

/* Device memory that lost its RIPAS: only the alp12 device model can make it. */
static void dev_destroyed_empty(void **state)
{
	struct stage *s = *state;

	for (unsigned int on = 0; on < 2; on++) {
		if (on)
			stage_quirks(s, "da-alp12", "dev-destroyed-empty");
		else
			stage_quirks(s, "da-alp12");
		OK(&s->host, RMI_DEV_MEM_MAP, s->realm.rd, STAGE_DESTROYED, 3,
		   host_device_pages(&s->host, 1, HOST_PAGE));
		if (on) {
			REALM_ALONE(s, "addr_ripas", INPUT, SMC_RSI_HOST_CALL, STAGE_DESTROYED);
			continue;
		}
		steps_smc(&s->steps, SMC_RSI_HOST_CALL, STAGE_DESTROYED);
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(s->host.exit.esr, UINT64_C(0x90000007));
	}
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_host_sees_the_structure_and_answers_in_it),
		TEST(host_call_imm_32),
		TEST(a_bad_structure_is_refused),
		TEST(hpfar_low_bits),
		TEST(the_answer_waits_for_its_page),
		TEST(host_call_empty_x0),
		TEST(dev_destroyed_empty),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
