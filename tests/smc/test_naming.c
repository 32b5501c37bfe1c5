/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "smc/smc.h"
#include "smc/status.h"

static void a_status_packs_into_bits_15_to_0(void **state)
{
	(void)state;
	assert_int_equal(smc_pack_status(RMI_ERROR_RTT, 2), 0x204);
	assert_int_equal(smc_pack_status(RMI_ERROR_RTT, -1), 0xff04);
	assert_int_equal(smc_pack_status(RMI_SUCCESS, 0), 0);
	assert_int_equal(smc_status_of(0xff04), RMI_ERROR_RTT);
	assert_int_equal(smc_index_of(0xff04), 0xff);
}

static void a_status_has_the_name_of_its_enumerator(void **state)
{
	(void)state;
	assert_string_equal(rmi_status_name(RMI_SUCCESS), "RMI_SUCCESS");
	assert_string_equal(rmi_status_name(RMI_ERROR_RTT_AUX), "RMI_ERROR_RTT_AUX");
	assert_string_equal(rmi_status_name(RMI_ERROR_GRANULE), "RMI_ERROR_GRANULE");
	assert_null(rmi_status_name(17));
	assert_null(rmi_status_name(UINT32_MAX));
	assert_string_equal(rsi_status_name(RSI_INCOMPLETE), "RSI_INCOMPLETE");
	assert_string_equal(rsi_status_name(RSI_ERROR_DEVICE), "RSI_ERROR_DEVICE");
	assert_null(rsi_status_name(6));
}

static void a_result_is_a_status_and_its_index(void **state)
{
	static const struct {
		bool host;
		uint64_t x0;
		const char *text;
	} rows[] = {
		{true, 0, "RMI_SUCCESS"},
		{true, 0x004, "RMI_ERROR_RTT, index 0"},
		{true, 0x204, "RMI_ERROR_RTT, index 2"},
		{true, 0xff04, "RMI_ERROR_RTT, index -1"},
		{true, 0x007, "RMI_ERROR_RTT_AUX, index 0"},
		{true, 0x002, "RMI_ERROR_REALM"},
		{true, 0x102, "RMI_ERROR_REALM, index 1"},
		{true, UINT64_MAX, "SMCCC NOT_SUPPORTED (-1)"},
		{true, 17, "0x11 (undefined)"},
		{true, 8, "RMI_ERROR_PSMMU_ST"},
		{true, 0x10d, "RMI_INCOMPLETE, request DONATE"},
		{true, 0x60d, "RMI_INCOMPLETE, request RECLAIM, may be cancelled"},
		{true, 0x80100000c, "RMI_ERROR_TRACKING, index 0, address 0x80100000"},
		{true, 0x10000, "0x10000 (undefined)"},
		{false, 0, "RSI_SUCCESS"},
		{false, 2, "RSI_ERROR_STATE"},
		{false, 0x101, "0x101 (undefined)"},
		{false, (uint64_t)-4, "PSCI_ALREADY_ON"},
		{false, UINT64_MAX, "SMCCC NOT_SUPPORTED (-1)"},
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_string_equal(smc_result_text(rows[i].host, rows[i].x0, buf, sizeof(buf)),
				    rows[i].text);
}

static void an_enumeration_names_its_values(void **state)
{
	(void)state;
	assert_string_equal(smc_enum_name("RmiRipas", 1), "RAM");
	assert_string_equal(smc_enum_name("RmiRttEntryState", 4), "AUX_DESTROYED");
	assert_string_equal(smc_enum_name("RmiRecExitReason", 10), "DEV_MEM_MAP");
	assert_string_equal(smc_enum_name("PsciReturnCode", (uint64_t)-3), "DENIED");
	assert_string_equal(smc_enum_name("RsiSysregAddress", 0xc600), "VBAR_EL1");
	assert_null(smc_enum_name("RmiRipas", 4));
	assert_null(smc_enum_name("NoSuchType", 0));
}

static void a_call_is_written_with_the_names_of_its_inputs(void **state)
{
	uint64_t x[7] = {0x80000000, 0x80010000, 0x40000000, 2};
	uint64_t wide[3] = {0x1000, 0x2000, (uint64_t)-1};
	uint64_t psci[3] = {0x1000, 0x2000, (uint64_t)-3};
	uint64_t version[1] = {0x10001};
	char buf[160];

	(void)state;
	assert_string_equal(smc_call_text(smc_command(RMI_RTT_CREATE), x, buf, sizeof(buf)),
			    "RTT_CREATE(rd=0x80000000, rtt=0x80010000, ipa=0x40000000, level=2)");
	assert_string_equal(smc_call_text(smc_command(RMI_RTT_READ_ENTRY), wide, buf, sizeof(buf)),
			    "RTT_READ_ENTRY(rd=0x1000, ipa=0x2000, level=-1)");
	assert_string_equal(smc_call_text(smc_command(RMI_PSCI_COMPLETE), psci, buf, sizeof(buf)),
			    "PSCI_COMPLETE(calling_rec_ptr=0x1000, target_rec_ptr=0x2000, "
			    "status=DENIED)");
	assert_string_equal(smc_call_text(smc_command(RMI_VERSION), version, buf, sizeof(buf)),
			    "VERSION(req=1.1)");
	assert_string_equal(smc_call_text(smc_command(PSCI_CPU_OFF), x, buf, sizeof(buf)),
			    "CPU_OFF()");
}

static void a_short_buffer_cuts_the_text(void **state)
{
	uint64_t x[7] = {0x80000000, 0x80010000, 0x40000000, 2};
	char buf[16];

	(void)state;
	memset(buf, 'x', sizeof(buf));
	smc_call_text(smc_command(RMI_RTT_CREATE), x, buf, 12);
	assert_memory_equal(buf, "RTT_CREATE(\0xxxx", 16);
	smc_result_text(SMC_FROM_HOST, 0x204, buf, 4);
	assert_string_equal(buf, "RMI");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_status_packs_into_bits_15_to_0),
		cmocka_unit_test(a_status_has_the_name_of_its_enumerator),
		cmocka_unit_test(a_result_is_a_status_and_its_index),
		cmocka_unit_test(an_enumeration_names_its_values),
		cmocka_unit_test(a_call_is_written_with_the_names_of_its_inputs),
		cmocka_unit_test(a_short_buffer_cuts_the_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
