/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <rmmsim/abi.h>

/* What the headers assert field by field, once more by hand for what matters most. */
static void a_structure_has_the_layout_of_the_sheet(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct rmi_realm_params), 0x1000);
	assert_int_equal(offsetof(struct rmi_realm_params, vmid), 0x800);
	assert_int_equal(offsetof(struct rmi_realm_params, aux_vmid[2]), 0xf04);
	assert_int_equal(offsetof(struct rmi_realm_params, aux_rtt_base[2]), 0xf90);
	assert_int_equal(offsetof(struct rmi_rec_params, aux[15]), 0x880);
	assert_int_equal(offsetof(struct rmi_rec_run, exit.gprs[30]), 0xaf0);
	assert_int_equal(offsetof(struct rmi_rec_run, exit.dev_mem_pa), 0xe30);
	assert_int_equal(offsetof(struct rsi_host_call, gprs[30]), 0xf8);
	assert_int_equal(sizeof(struct rsi_host_call), 0x100);
	assert_int_equal(offsetof(struct rsi_plane_run, exit.cntv_cval), 0xc18);
	assert_int_equal(offsetof(struct rmi_pdev_params, coh_addr_range[3].top), 0x338);
	assert_int_equal(offsetof(struct rmi_dev_comm_data, exit.timeout), 0x840);
}

static void a_field_is_read_from_a_feature_register(void **state)
{
	uint64_t reg = UINT64_C(0x2) << 43 | UINT64_C(3) << 45 | 48;

	(void)state;
	assert_int_equal(RMMSIM_FIELD(reg, RMI_FEATURE0_S2SZ), 48);
	assert_int_equal(RMMSIM_FIELD(reg, RMI_FEATURE0_RTT_PLANE), RMI_RTT_PLANE_SINGLE);
	assert_int_equal(RMMSIM_FIELD(reg, RMI_FEATURE0_MAX_NUM_AUX_PLANES), 3);
	assert_true(RMMSIM_FIELD(UINT64_MAX, RMI_FEATURE1_MAX_MECID) == UINT64_MAX);
	assert_int_equal(RMMSIM_FIELD(UINT64_MAX, RMI_FEATURE0_RTT_S2AP_INDIRECT), 1);
}

static void a_field_is_replaced_and_the_rest_kept(void **state)
{
	uint64_t reg = UINT64_MAX;

	(void)state;
	reg = RMMSIM_FIELD_SET(reg, RMI_FEATURE0_NUM_BPS, 0x105);
	assert_int_equal(RMMSIM_FIELD(reg, RMI_FEATURE0_NUM_BPS), 5);
	assert_true((reg | UINT64_C(0x3f) << 14) == UINT64_MAX);
	assert_true(RMMSIM_FIELD_SET(reg, RMI_FEATURE1_MAX_MECID, 7) == 7);
}

static void the_feature_register_has_no_gap(void **state)
{
	uint64_t fields = 0;

	(void)state;
#define FIELD(name) fields = RMMSIM_FIELD_SET(fields, RMI_FEATURE0_##name, UINT64_MAX)
	FIELD(S2SZ);
	FIELD(LPA2);
	FIELD(SVE);
	FIELD(SVE_VL);
	FIELD(NUM_BPS);
	FIELD(NUM_WPS);
	FIELD(PMU);
	FIELD(PMU_NUM_CTRS);
	FIELD(HASH_SHA_256);
	FIELD(HASH_SHA_512);
	FIELD(GICV3_NUM_LRS);
	FIELD(MAX_RECS_ORDER);
	FIELD(DA);
	FIELD(RTT_PLANE);
	FIELD(MAX_NUM_AUX_PLANES);
	FIELD(RTT_S2AP_INDIRECT);
#undef FIELD
	assert_true(fields == (UINT64_C(1) << 50) - 1);
}

static void a_register_address_is_its_encoding(void **state)
{
	(void)state;
	assert_int_equal(RSI_SYSREG_ADDRESS(3, 0, 1, 0, 0), RSI_SYSREG_SCTLR_EL1);
	assert_int_equal(RSI_SYSREG_ADDRESS(3, 4, 4, 1, 0), RSI_SYSREG_SP_EL1);
	assert_int_equal(RSI_SYSREG_ADDRESS(3, 3, 14, 3, 2), RSI_SYSREG_CNTV_CVAL_EL0);
	assert_int_equal(RSI_SYSREG_ADDRESS(2, 0, 0, 2, 2), RSI_SYSREG_MDSCR_EL1);
	assert_int_equal(RSI_SYSREG_ADDRESS(3, 3, 14, 8 + 1, 5), RSI_SYSREG_PMEVCNTR(13));
	assert_int_equal(RSI_SYSREG_ADDRESS(3, 3, 14, 12 + 3, 6), RSI_SYSREG_PMEVTYPER(30));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_structure_has_the_layout_of_the_sheet),
		cmocka_unit_test(a_field_is_read_from_a_feature_register),
		cmocka_unit_test(a_field_is_replaced_and_the_rest_kept),
		cmocka_unit_test(the_feature_register_has_no_gap),
		cmocka_unit_test(a_register_address_is_its_encoding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
