/* SPDX-License-Identifier: BSD-3-Clause */
/* Loads, stores, copies and fetches of scripts. */
#include <string.h>

#include "tests/exec/play.h"

#define EC_DATA_ABORT      0x24
#define EC_DATA_ABORT_SAME 0x25
#define EC_INST_ABORT      0x20
#define EC_INST_ABORT_SAME 0x21
#define EC_PC_ALIGNMENT    0x22
#define FSC(esr)           ((esr)&0x3f)
#define FSC_TRANSLATION_3  0x07
#define FSC_TRANSLATION_1  0x05
#define FSC_EXTERNAL       0x10
#define FSC_ALIGNMENT      0x21
#define WNR                (UINT64_C(1) << 6)
#define SF                 (UINT64_C(1) << 15)
#define SAS(esr)           ((esr) >> 22 & 3)

/* One access of a script, then an IRQ exit. */
struct access {
	uint64_t ipa, value;
	size_t size;
	struct notes notes;
};

static void load(struct rmmsim_realm *realm, void *argument)
{
	struct access *a = argument;

	play_note(realm, &a->notes,
		  rmmsim_realm_load(realm, a->ipa, (unsigned int)a->size, &a->value));
	rmmsim_realm_interrupt(realm, false);
}

static void store(struct rmmsim_realm *realm, void *argument)
{
	struct access *a = argument;

	play_note(realm, &a->notes,
		  rmmsim_realm_store(realm, a->ipa, (unsigned int)a->size, a->value));
	rmmsim_realm_interrupt(realm, false);
}

static void copy_in(struct rmmsim_realm *realm, void *argument)
{
	struct access *a = argument;

	play_note(realm, &a->notes, rmmsim_realm_read(realm, a->ipa, a->notes.data, a->size));
	rmmsim_realm_interrupt(realm, false);
}

static void copy_out(struct rmmsim_realm *realm, void *argument)
{
	struct access *a = argument;

	play_note(realm, &a->notes, rmmsim_realm_write(realm, a->ipa, a->notes.data, a->size));
	rmmsim_realm_interrupt(realm, false);
}

static void fetch(struct rmmsim_realm *realm, void *argument)
{
	struct access *a = argument;

	play_note(realm, &a->notes, rmmsim_realm_fetch(realm, a->ipa));
	rmmsim_realm_interrupt(realm, false);
}

static uint64_t sysreg(const struct access *a, enum rmmsim_sysreg n)
{
	return a->notes.context.sysreg[n];
}

/* --- accesses that proceed ---------------------------------------------------------------------- */

static void load_all_sizes(struct rmmsim_realm *realm, void *argument)
{
	struct notes *notes = argument;

	for (unsigned int i = 0; i < 4; i++)
		rmmsim_realm_load(realm, STAGE_RAM + 16, 1u << i, &notes->pc[i]);
	rmmsim_realm_interrupt(realm, false);
}

static void a_load_extends_with_zeros(void **state)
{
	static const uint64_t value = 0xf1f2f3f4f5f6f7f8;
	struct play *play = *state;
	struct notes notes = {.pc = {~0ull, ~0ull, ~0ull, ~0ull}};

	stage_poke(play->stage, STAGE_RAM + 16, &value, sizeof(value));
	play_run(play, load_all_sizes, &notes, RMI_EXIT_IRQ);
	assert_true(notes.pc[0] == 0xf8);
	assert_true(notes.pc[1] == 0xf7f8);
	assert_true(notes.pc[2] == 0xf5f6f7f8);
	assert_true(notes.pc[3] == value);
}

static void store_all_sizes(struct rmmsim_realm *realm, void *argument)
{
	(void)argument;
	for (unsigned int i = 0; i < 4; i++)
		rmmsim_realm_store(realm, STAGE_RAM + 8 * i, 1u << i, 0xa1a2a3a4a5a6a7a8);
	rmmsim_realm_interrupt(realm, false);
}

static void a_store_writes_as_many_bytes_as_it_says(void **state)
{
	struct play *play = *state;
	uint64_t words[4];

	memset(words, 0, sizeof(words));
	stage_poke(play->stage, STAGE_RAM, words, sizeof(words));
	play_run(play, store_all_sizes, NULL, RMI_EXIT_IRQ);
	stage_peek(play->stage, STAGE_RAM, words, sizeof(words));
	assert_true(words[0] == 0xa8);
	assert_true(words[1] == 0xa7a8);
	assert_true(words[2] == 0xa5a6a7a8);
	assert_true(words[3] == 0xa1a2a3a4a5a6a7a8);
}

static void a_copy_crosses_granules_at_any_alignment(void **state)
{
	struct play *play = *state;
	struct access out = {.ipa = STAGE_RAM + 0xff3, .size = 100};
	uint8_t bytes[100];

	for (unsigned int i = 0; i < sizeof(bytes); i++)
		out.notes.data[i] = (uint8_t)(i + 1);
	play_run(play, copy_out, &out, RMI_EXIT_IRQ);
	assert_int_equal(out.notes.outcome, RMMSIM_DONE);
	/* 13 bytes below the border, 87 above it: 1 and 6 pairs. */
	assert_int_equal(out.notes.context.pc, PLAY_ENTRY + 4 * 7);
	stage_peek(play->stage, STAGE_RAM + 0xff3, bytes, 13);
	stage_peek(play->stage, STAGE_RAM2, bytes + 13, 87);
	assert_memory_equal(bytes, out.notes.data, sizeof(bytes));
}

static void a_copy_of_nothing_is_no_instruction(void **state)
{
	struct access a = {.ipa = STAGE_HOLE};

	play_run(*state, copy_in, &a, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_DONE);
	assert_int_equal(a.notes.context.pc, PLAY_ENTRY);
}

static void unprotected_memory_is_shared_with_the_host(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = play->stage->ns, .size = 8, .value = 0x5a5a};
	const uint64_t pa = host_ns(play->host, &play->stage->realm, play->stage->ns);
	uint64_t seen;

	play_run(play, store, &a, RMI_EXIT_IRQ);
	assert_int_equal(rmmsim_host_read(play->host->sim, pa, &seen, sizeof(seen)), RMMSIM_OK);
	assert_int_equal(seen, 0x5a5a);
}

/* --- accesses that wait for the Host ------------------------------------------------------------- */

static void a_load_waits_until_the_page_is_there(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = STAGE_HOLE + 0x128, .size = 4, .value = 1};

	play_run(play, load, &a, RMI_EXIT_SYNC);
	assert_int_equal(PLAY_EC(play->exit->esr), EC_DATA_ABORT);
	assert_int_equal(FSC(play->exit->esr), FSC_TRANSLATION_3);
	assert_int_equal(play->exit->hpfar, STAGE_HOLE >> 8);
	assert_int_equal(play->exit->far, 0);
	play_enter(play, RMI_EXIT_SYNC);
	host_unknown(play->host, &play->stage->realm, STAGE_HOLE);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_DONE);
	assert_int_equal(a.value, 0);
	assert_int_equal(a.notes.context.pc, PLAY_ENTRY + 4);
}

static void a_store_waits_until_the_page_is_there(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = STAGE_HOLE + 8, .size = 8, .value = 0x1122334455667788};
	uint64_t pa, value;

	play_run(play, store, &a, RMI_EXIT_SYNC);
	pa = host_unknown(play->host, &play->stage->realm, STAGE_HOLE);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(rmmsim_peek(play->host->sim, pa + 8, &value, sizeof(value)), RMMSIM_OK);
	assert_true(value == a.value);
}

static void a_copy_over_a_hole_takes_one_exit_for_it(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = STAGE_HOLE + 0xfe0, .size = 32};

	play_run(play, copy_in, &a, RMI_EXIT_SYNC);
	assert_int_equal(play->exit->hpfar, STAGE_HOLE >> 8);
	host_unknown(play->host, &play->stage->realm, STAGE_HOLE);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_DONE);
	assert_int_equal(a.notes.context.pc, PLAY_ENTRY + 8);
}

static void a_fetch_waits_until_the_page_is_there(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = STAGE_HOLE + 0x40};

	play_run(play, fetch, &a, RMI_EXIT_SYNC);
	assert_int_equal(PLAY_EC(play->exit->esr), EC_INST_ABORT);
	assert_int_equal(FSC(play->exit->esr), FSC_TRANSLATION_3);
	host_unknown(play->host, &play->stage->realm, STAGE_HOLE);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_DONE);
	assert_int_equal(a.notes.context.pc, PLAY_ENTRY + 4);
}

/* --- emulation by the Host -------------------------------------------------------------------------- */

static void the_host_emulates_a_load(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = play->stage->ns + 0x14, .size = 2};

	play_run(play, load, &a, RMI_EXIT_SYNC);
	assert_int_equal(PLAY_EC(play->exit->esr), EC_DATA_ABORT);
	assert_int_equal(SAS(play->exit->esr), 1);
	assert_int_equal(play->exit->esr & (SF | WNR), 0);
	assert_int_equal(play->exit->far, 0x14);
	play->enter->flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	play->enter->gprs[0] = 0xabcdef98;
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_DONE);
	assert_int_equal(a.value, 0xef98);
	assert_int_equal(a.notes.context.pc, PLAY_ENTRY + 4);
}

static void the_host_emulates_a_store(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = play->stage->ns + 0x18, .size = 4, .value = 0x1122334455667788};

	play_run(play, store, &a, RMI_EXIT_SYNC);
	assert_int_equal(SAS(play->exit->esr), 2);
	assert_int_equal(play->exit->esr & WNR, WNR);
	assert_int_equal(play->exit->gprs[0], 0x55667788);
	play->enter->flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_DONE);
}

static void a_load_of_8_bytes_names_a_64_bit_register(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = play->stage->ns, .size = 8};

	play_run(play, load, &a, RMI_EXIT_SYNC);
	assert_int_equal(SAS(play->exit->esr), 3);
	assert_int_equal(play->exit->esr & SF, SF);
}

static void load_signed(struct rmmsim_realm *realm, void *argument)
{
	struct access *a = argument;
	const uint64_t isv = UINT64_C(1) << 24, sse = UINT64_C(1) << 21, il = UINT64_C(1) << 25;
	const uint64_t esr = (uint64_t)EC_DATA_ABORT << 26 | il | isv | sse | FSC_TRANSLATION_1;

	play_note(realm, &a->notes,
		  rmmsim_realm_exception(realm, esr | SF, a->ipa, a->ipa >> 12 << 4));
	rmmsim_realm_interrupt(realm, false);
}

static void an_emulated_load_extends_the_sign_where_the_syndrome_says_so(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = play->stage->ns + 1};

	play_run(play, load_signed, &a, RMI_EXIT_SYNC);
	play->enter->flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	play->enter->gprs[0] = 0x80;
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_DONE);
	assert_true(a.notes.context.x[0] == 0xffffffffffffff80);
}

static void a_copy_cannot_be_emulated(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = play->stage->ns, .size = 16};

	play_run(play, copy_in, &a, RMI_EXIT_SYNC);
	assert_int_equal(play->exit->esr & (UINT64_C(1) << 24), 0);
	play->enter->flags = RMI_REC_ENTER_FLAG_EMUL_MMIO;
	assert_int_equal(steps_try_enter(&play->stage->steps, play->rec), RMI_ERROR_REC);
	host_ns(play->host, &play->stage->realm, play->stage->ns);
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_DONE);
}

/* --- aborts ------------------------------------------------------------------------------------------ */

static void the_host_injects_an_abort(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = play->stage->ns + 0x20, .size = 8, .value = 0x99};

	play_run(play, load, &a, RMI_EXIT_SYNC);
	play->enter->flags = RMI_REC_ENTER_FLAG_INJECT_SEA;
	play_enter(play, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_ABORT);
	assert_int_equal(PLAY_EC(a.notes.syndrome), EC_DATA_ABORT_SAME);
	assert_int_equal(FSC(a.notes.syndrome), FSC_EXTERNAL);
	assert_int_equal(sysreg(&a, RMMSIM_SYSREG_FAR_EL1), a.ipa);
	assert_int_equal(sysreg(&a, RMMSIM_SYSREG_ELR_EL1), PLAY_ENTRY);
	assert_int_equal(a.notes.context.pc, PLAY_ENTRY + 4);
	assert_int_equal(a.notes.context.pstate, 0x3c5);
	assert_int_equal(a.value, 0x99);
}

static void empty_memory_is_an_external_abort(void **state)
{
	struct access a = {.ipa = STAGE_EMPTY, .size = 8};

	play_run(*state, load, &a, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_ABORT);
	assert_int_equal(FSC(a.notes.syndrome), FSC_EXTERNAL);
}

static void a_copy_keeps_what_it_did_before_an_abort(void **state)
{
	struct play *play = *state;
	struct access a = {.ipa = STAGE_RAM2 + 0xff8, .size = 16};
	uint8_t bytes[8];

	memset(a.notes.data, 0x3c, 16);
	play_run(play, copy_out, &a, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_ABORT);
	stage_peek(play->stage, STAGE_RAM2 + 0xff8, bytes, 8);
	assert_memory_equal(bytes, a.notes.data, 8);
	assert_int_equal(sysreg(&a, RMMSIM_SYSREG_FAR_EL1), STAGE_EMPTY);
	assert_int_equal(sysreg(&a, RMMSIM_SYSREG_ELR_EL1), PLAY_ENTRY + 4);
}

static void a_fetch_of_empty_memory_is_an_external_abort(void **state)
{
	struct access a = {.ipa = STAGE_EMPTY + 0x10};

	play_run(*state, fetch, &a, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_ABORT);
	assert_int_equal(PLAY_EC(a.notes.syndrome), EC_INST_ABORT_SAME);
	assert_int_equal(sysreg(&a, RMMSIM_SYSREG_ELR_EL1), a.ipa);
	assert_int_equal(a.notes.context.pc, PLAY_ENTRY + 4);
}

static void load_at_el0(struct rmmsim_realm *realm, void *argument)
{
	rmmsim_realm_context(realm)->pstate = 0x3c0;
	load(realm, argument);
}

static void an_address_beyond_the_ipa_space_is_a_fault_of_the_plane(void **state)
{
	struct access a = {.ipa = UINT64_C(1) << 39, .size = 8};

	play_run(*state, load, &a, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_ABORT);
	assert_int_equal(PLAY_EC(a.notes.syndrome), EC_DATA_ABORT_SAME);
	assert_int_equal(FSC(a.notes.syndrome), 0);
	assert_true(sysreg(&a, RMMSIM_SYSREG_FAR_EL1) == a.ipa);
	assert_int_equal(sysreg(&a, RMMSIM_SYSREG_ELR_EL1), PLAY_ENTRY);
	assert_int_equal(a.notes.context.pc, PLAY_ENTRY + 4);
}

static void an_abort_from_el0_has_the_class_of_a_lower_level(void **state)
{
	struct access a = {.ipa = UINT64_C(1) << 39, .size = 8};

	play_run(*state, load_at_el0, &a, RMI_EXIT_IRQ);
	assert_int_equal(PLAY_EC(a.notes.syndrome), EC_DATA_ABORT);
	assert_int_equal(sysreg(&a, RMMSIM_SYSREG_SPSR_EL1), 0x3c0);
	assert_int_equal(a.notes.context.pstate, 0x3c0);
}

static void an_unaligned_store_is_an_alignment_fault(void **state)
{
	struct access a = {.ipa = STAGE_RAM + 2, .size = 4};

	play_run(*state, store, &a, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_ABORT);
	assert_int_equal(FSC(a.notes.syndrome), FSC_ALIGNMENT);
	assert_int_equal(a.notes.syndrome & WNR, WNR);
}

static void an_unaligned_fetch_is_a_pc_alignment_fault(void **state)
{
	struct access a = {.ipa = STAGE_RAM + 2};

	play_run(*state, fetch, &a, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_ABORT);
	assert_int_equal(PLAY_EC(a.notes.syndrome), EC_PC_ALIGNMENT);
}

static void a_load_of_another_size_does_not_exist(void **state)
{
	struct access a = {.ipa = STAGE_RAM, .size = 3};

	play_run(*state, load, &a, RMI_EXIT_IRQ);
	assert_int_equal(a.notes.outcome, RMMSIM_UNDEFINED);
}

#define TEST(test) cmocka_unit_test_setup_teardown(test, play_setup, play_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_load_extends_with_zeros),
		TEST(a_store_writes_as_many_bytes_as_it_says),
		TEST(a_copy_crosses_granules_at_any_alignment),
		TEST(a_copy_of_nothing_is_no_instruction),
		TEST(unprotected_memory_is_shared_with_the_host),
		TEST(a_load_waits_until_the_page_is_there),
		TEST(a_store_waits_until_the_page_is_there),
		TEST(a_copy_over_a_hole_takes_one_exit_for_it),
		TEST(a_fetch_waits_until_the_page_is_there),
		TEST(the_host_emulates_a_load),
		TEST(the_host_emulates_a_store),
		TEST(a_load_of_8_bytes_names_a_64_bit_register),
		TEST(an_emulated_load_extends_the_sign_where_the_syndrome_says_so),
		TEST(a_copy_cannot_be_emulated),
		TEST(the_host_injects_an_abort),
		TEST(empty_memory_is_an_external_abort),
		TEST(a_copy_keeps_what_it_did_before_an_abort),
		TEST(a_fetch_of_empty_memory_is_an_external_abort),
		TEST(an_address_beyond_the_ipa_space_is_a_fault_of_the_plane),
		TEST(an_abort_from_el0_has_the_class_of_a_lower_level),
		TEST(an_unaligned_store_is_an_alignment_fault),
		TEST(an_unaligned_fetch_is_a_pc_alignment_fault),
		TEST(a_load_of_another_size_does_not_exist),
	};

	return cmocka_run_group_tests_name("script memory", tests, NULL, NULL);
}
