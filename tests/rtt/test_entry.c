/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/s2_fixture.h"

#define OA       UINT64_C(0x880200000)
#define OA_LPA2  (OA | UINT64_C(3) << 50)
#define NS_LPA2  (OA | 0x300) /* bits 51:50 of the address at 9:8 */
#define DIRECT   (&(const struct rtt_s2){.s2sz = 40, .planes = 1})
#define INDIRECT (&(const struct rtt_s2){.s2sz = 40, .planes = 1, .indirect = true})
#define LPA2     (&(const struct rtt_s2){.s2sz = 52, .planes = 1, .lpa2 = true})
#define LPA2_IND (&(const struct rtt_s2){.s2sz = 52, .planes = 1, .lpa2 = true, .indirect = true})

static const struct rtt_permission rw_upx = {.r = 1, .w = 1, .xn = 0};
static const struct rtt_permission rw = {.r = 1, .w = 1, .xn = 2};
static const struct rtt_permission no_access = {.xn = 2};
static const struct rtt_permission base4 = {.base = 4};
static const struct rtt_permission base3 = {.base = 3};
static const struct rtt_permission ns_rw_indirect = {.base = 3, .overlay = 15};

#define WB_INNER   (UINT64_C(6) << 2 | 0x300)
#define WB         (UINT64_C(6) << 2)
#define NC_OUTER   (UINT64_C(5) << 2 | 0x200)
#define PASS_INNER (UINT64_C(7) << 2 | 0x300)
#define PASS       (UINT64_C(7) << 2)

static void assert_entries_equal(const struct rtt_entry *a, const struct rtt_entry *b)
{
	assert_int_equal(a->state, b->state);
	assert_int_equal(a->ripas, b->ripas);
	assert_int_equal(a->pa, b->pa);
	assert_int_equal(a->attributes, b->attributes);
	assert_int_equal(a->permission.r, b->permission.r);
	assert_int_equal(a->permission.w, b->permission.w);
	assert_int_equal(a->permission.xn, b->permission.xn);
	assert_int_equal(a->permission.base, b->permission.base);
	assert_int_equal(a->permission.overlay, b->permission.overlay);
}

/* The entry is written as `desc` and read back as itself. */
static void assert_form(const struct rtt_s2 *s2, bool aux, int level, struct rtt_entry entry,
			uint64_t desc)
{
	struct rtt_entry decoded = rtt_entry_decode(s2, aux, level, desc);

	assert_int_equal(rtt_entry_encode(s2, level, &entry), desc);
	assert_entries_equal(&decoded, &entry);
}

static struct rtt_entry unassigned(enum rmi_ripas ripas, struct rtt_permission permission)
{
	return (struct rtt_entry){RTT_UNASSIGNED, ripas, 0, 0, permission};
}

static struct rtt_entry assigned(enum rmi_ripas ripas, struct rtt_permission permission)
{
	return (struct rtt_entry){RTT_ASSIGNED, ripas, OA, WB_INNER, permission};
}

static struct rtt_entry device(enum rmi_ripas ripas, uint64_t attributes,
			       struct rtt_permission permission)
{
	return (struct rtt_entry){RTT_ASSIGNED_DEV, ripas, OA, attributes, permission};
}

/* --- rtt.md#6.1 ---------------------------------------------------------------------------- */

static void unassigned_entries_keep_ripas_and_permission(void **state)
{
	(void)state;
	assert_form(DIRECT, false, 3, unassigned(RMI_RIPAS_EMPTY, rw_upx), 0xc0);
	assert_form(DIRECT, false, 3, unassigned(RMI_RIPAS_RAM, rw_upx), 0xc2);
	assert_form(DIRECT, false, 3, unassigned(RMI_RIPAS_DESTROYED, rw_upx), 0xc4);
	assert_form(DIRECT, false, -1, unassigned(RMI_RIPAS_RAM, rw_upx), 0xc2);
	assert_form(DIRECT, false, 3, unassigned(RMI_RIPAS_EMPTY, no_access), UINT64_C(1) << 54);
}

static void assigned_entries_without_ram_are_invalid_and_keep_the_address(void **state)
{
	(void)state;
	assert_form(DIRECT, false, 3, assigned(RMI_RIPAS_EMPTY, rw_upx), OA | 0xc8);
	assert_form(DIRECT, false, 3, assigned(RMI_RIPAS_DESTROYED, rw_upx), OA | 0xcc);
	assert_form(DIRECT, false, 2, assigned(RMI_RIPAS_EMPTY, rw_upx), OA | 0xc8);
}

static void the_address_of_an_invalid_entry_has_the_lpa2_form_too(void **state)
{
	struct rtt_entry entry = {RTT_ASSIGNED, RMI_RIPAS_EMPTY, OA_LPA2, WB, rw_upx};

	(void)state;
	assert_form(LPA2, false, 3, entry, OA | 0x300 | 0xc8);
}

static void unassigned_ns_is_bit_55_alone(void **state)
{
	const struct rtt_entry entry = {.state = RTT_UNASSIGNED_NS};

	(void)state;
	assert_form(DIRECT, false, 1, entry, UINT64_C(1) << 55);
	assert_form(LPA2_IND, true, 3, entry, UINT64_C(1) << 55);
}

static void the_default_permission_of_the_indirect_encoding_is_base_4(void **state)
{
	(void)state;
	assert_form(INDIRECT, false, 3, unassigned(RMI_RIPAS_EMPTY, base4),
		    UINT64_C(0x0020000000000080));
	assert_form(INDIRECT, false, 3, unassigned(RMI_RIPAS_RAM, base4),
		    UINT64_C(0x0020000000000082));
}

static void overlay_and_base_index_have_four_bits_each(void **state)
{
	const struct rtt_permission all = {.base = 15, .overlay = 15};
	const struct rtt_permission odd = {.base = 9, .overlay = 6};

	(void)state;
	assert_form(INDIRECT, false, 3, unassigned(RMI_RIPAS_EMPTY, all),
		    UINT64_C(0x78680000000000c0));
	assert_form(INDIRECT, false, 3, unassigned(RMI_RIPAS_EMPTY, odd),
		    UINT64_C(0x30400000000000c0));
}

static void destroyed_in_an_auxiliary_tree_is_aux_destroyed(void **state)
{
	const struct rtt_entry entry = {
		.state = RTT_AUX_DESTROYED, .ripas = RMI_RIPAS_DESTROYED, .permission = rw_upx};

	(void)state;
	assert_form(DIRECT, true, 2, entry, 0xc4);
}

static void invalid_device_entries_tell_the_coherent_ones_apart(void **state)
{
	(void)state;
	assert_form(DIRECT, false, 3, device(RMI_RIPAS_EMPTY, NC_OUTER, rw),
		    OA | UINT64_C(0x00400000000000d8));
	assert_form(DIRECT, false, 3, device(RMI_RIPAS_DESTROYED, NC_OUTER, rw),
		    OA | UINT64_C(0x00400000000000dc));
	assert_form(DIRECT, false, 3, device(RMI_RIPAS_EMPTY, PASS_INNER, rw),
		    OA | UINT64_C(0x01400000000000d8));
}

/* --- rtt.md#6.2 ---------------------------------------------------------------------------- */

static void a_table_is_its_address_and_type(void **state)
{
	const struct rtt_entry entry = {.state = RTT_TABLE, .pa = OA};
	const struct rtt_entry high = {.state = RTT_TABLE, .pa = OA_LPA2};

	(void)state;
	assert_form(DIRECT, false, 1, entry, OA | 3);
	assert_form(LPA2, false, -1, high, OA | 0x300 | 3);
}

static void ram_pages_and_blocks_are_write_back_and_inner_shareable(void **state)
{
	(void)state;
	assert_form(DIRECT, false, 3, assigned(RMI_RIPAS_RAM, rw_upx), OA | 0x7db);
	assert_form(DIRECT, false, 2, assigned(RMI_RIPAS_RAM, rw_upx), OA | 0x7d9);
	assert_form(DIRECT, false, 3, assigned(RMI_RIPAS_RAM, no_access),
		    OA | UINT64_C(0x004000000000071b));
	assert_form(INDIRECT, false, 3, assigned(RMI_RIPAS_RAM, base4),
		    OA | UINT64_C(0x002000000000079b));
}

static void ram_has_no_shareability_with_lpa2(void **state)
{
	struct rtt_entry entry = {RTT_ASSIGNED, RMI_RIPAS_RAM, OA_LPA2, WB, rw_upx};

	(void)state;
	assert_form(LPA2, false, 3, entry, OA | 0x300 | 0x41b | 0xc0);
	entry.pa = OA;
	assert_form(LPA2, false, 1, entry, OA | 0x419 | 0xc0);
}

static void validated_devices_have_the_attributes_of_their_kind(void **state)
{
	(void)state;
	assert_form(DIRECT, false, 3, device(RMI_RIPAS_DEV, PASS_INNER, rw),
		    OA | UINT64_C(0x00400000000007df));
	assert_form(DIRECT, false, 3, device(RMI_RIPAS_DEV, NC_OUTER, rw),
		    OA | UINT64_C(0x00400000000006d7));
	assert_form(INDIRECT, false, 2, device(RMI_RIPAS_DEV, NC_OUTER, base3),
		    OA | UINT64_C(0x00080000000006d5));
	assert_form(LPA2, false, 3, device(RMI_RIPAS_DEV, PASS, rw),
		    OA | UINT64_C(0x00400000000004df));
}

static void ns_pages_are_never_executable(void **state)
{
	const struct rtt_entry direct = {RTT_ASSIGNED_NS, RMI_RIPAS_EMPTY, OA, WB_INNER, rw};
	const struct rtt_entry indirect = {RTT_ASSIGNED_NS, RMI_RIPAS_EMPTY, OA, WB_INNER,
					   ns_rw_indirect};

	(void)state;
	assert_form(DIRECT, false, 3, direct, OA | UINT64_C(0x00c00000000007db));
	assert_form(INDIRECT, false, 3, indirect, OA | UINT64_C(0x78880000000007db));
}

/* --- rtt.md#2, rmi-abi.md#6 ---------------------------------------------------------------- */

static void an_entry_that_holds_an_address_is_live(void **state)
{
	(void)state;
	assert_true(rtt_entry_live(RTT_ASSIGNED));
	assert_true(rtt_entry_live(RTT_ASSIGNED_DEV));
	assert_true(rtt_entry_live(RTT_ASSIGNED_NS));
	assert_true(rtt_entry_live(RTT_TABLE));
	assert_false(rtt_entry_live(RTT_UNASSIGNED));
	assert_false(rtt_entry_live(RTT_UNASSIGNED_NS));
	assert_false(rtt_entry_live(RTT_AUX_DESTROYED));
}

static void assigned_ns_does_not_make_its_table_live(void **state)
{
	(void)state;
	assert_false(rtt_entry_pins_table(RTT_ASSIGNED_NS));
	assert_true(rtt_entry_pins_table(RTT_ASSIGNED));
	assert_true(rtt_entry_pins_table(RTT_ASSIGNED_DEV));
	assert_true(rtt_entry_pins_table(RTT_TABLE));
}

static void ns_states_are_reported_like_protected_ones(void **state)
{
	(void)state;
	assert_int_equal(rtt_state_reported(RTT_UNASSIGNED, 4), 0);
	assert_int_equal(rtt_state_reported(RTT_UNASSIGNED_NS, 4), 0);
	assert_int_equal(rtt_state_reported(RTT_ASSIGNED, 4), 1);
	assert_int_equal(rtt_state_reported(RTT_ASSIGNED_NS, 4), 1);
	assert_int_equal(rtt_state_reported(RTT_TABLE, 4), 2);
	assert_int_equal(rtt_state_reported(RTT_ASSIGNED_DEV, 4), 3);
	assert_int_equal(rtt_state_reported(RTT_AUX_DESTROYED, 4), 4);
	assert_int_equal(rtt_state_reported(RTT_AUX_DESTROYED, 5), 5);
}

static void every_state_has_a_name(void **state)
{
	(void)state;
	assert_string_equal(rtt_state_name(RTT_UNASSIGNED), "UNASSIGNED");
	assert_string_equal(rtt_state_name(RTT_TABLE), "TABLE");
	assert_string_equal(rtt_state_name((enum rtt_state)99), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unassigned_entries_keep_ripas_and_permission),
		cmocka_unit_test(assigned_entries_without_ram_are_invalid_and_keep_the_address),
		cmocka_unit_test(the_address_of_an_invalid_entry_has_the_lpa2_form_too),
		cmocka_unit_test(unassigned_ns_is_bit_55_alone),
		cmocka_unit_test(the_default_permission_of_the_indirect_encoding_is_base_4),
		cmocka_unit_test(overlay_and_base_index_have_four_bits_each),
		cmocka_unit_test(destroyed_in_an_auxiliary_tree_is_aux_destroyed),
		cmocka_unit_test(invalid_device_entries_tell_the_coherent_ones_apart),
		cmocka_unit_test(a_table_is_its_address_and_type),
		cmocka_unit_test(ram_pages_and_blocks_are_write_back_and_inner_shareable),
		cmocka_unit_test(ram_has_no_shareability_with_lpa2),
		cmocka_unit_test(validated_devices_have_the_attributes_of_their_kind),
		cmocka_unit_test(ns_pages_are_never_executable),
		cmocka_unit_test(an_entry_that_holds_an_address_is_live),
		cmocka_unit_test(assigned_ns_does_not_make_its_table_live),
		cmocka_unit_test(ns_states_are_reported_like_protected_ones),
		cmocka_unit_test(every_state_has_a_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
