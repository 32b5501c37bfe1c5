/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smc/smc.h"

#include "tests/smc/sheet.h"

#define DA_ALP12 (UINT64_C(1) << QUIRK_da_alp12)

static const char *decoded(bool host, uint32_t fid, smc_quirks quirks)
{
	enum smc_command_id id = smc_decode(host, fid, quirks);

	return id == SMC_NONE ? "" : smc_command(id)->name;
}

static unsigned int words(const char *list)
{
	unsigned int count = 1;

	for (; *list; list++)
		count += *list == ',';
	return count;
}

/* A row "| 15D | RTT_CREATE | rd, rtt, ipa, level | ..." of rmi-abi.md. */
static void check_rmi_row(void *context, const struct sheet_row *row)
{
	size_t *checked = context;
	char *end;
	unsigned long n = strtoul(row->cell[0], &end, 16);
	enum smc_command_id id;

	if (end != row->cell[0] + 3 || *end != '\0')
		return;
	id = smc_decode(true, (uint32_t)(0xc4000000 + n), 0);
	assert_int_not_equal(id, SMC_NONE);
	assert_string_equal(smc_command(id)->name, row->cell[1]);
	assert_int_equal(smc_command(id)->inputs, words(row->cell[2]));
	assert_int_equal(smc_command(id)->interface, SMC_RMI);
	(*checked)++;
}

static void every_rmi_function_of_the_sheet_decodes(void **state)
{
	size_t checked = 0;

	(void)state;
	sheet_rows("rmi-abi.md", "### 4.1", check_rmi_row, &checked);
	sheet_rows("rmi-abi.md", "### 4.3", check_rmi_row, &checked);
	assert_int_equal(checked, 33 + 35);
}

/* A row "| 0xC4000197 | RSI_IPA_STATE_SET | ..." of rsi.md. */
static void check_rsi_row(void *context, const struct sheet_row *row)
{
	size_t *checked = context;
	const char *name = row->cell[1];
	uint32_t fid = (uint32_t)strtoul(row->cell[0], NULL, 16);
	size_t length;

	if (strncmp(name, "RSI_", 4) != 0 || strchr(name, '/'))
		return;
	length = strcspn(name + 4, " ");
	assert_int_equal(strlen(decoded(false, fid, 0)), length);
	assert_memory_equal(decoded(false, fid, 0), name + 4, length);
	(*checked)++;
}

static void every_rsi_function_of_the_sheet_decodes(void **state)
{
	size_t checked = 0;

	(void)state;
	sheet_rows("rsi.md", "## 2", check_rsi_row, &checked);
	assert_int_equal(checked, 16);
	assert_string_equal(decoded(false, 0xc400019a, 0), "VSMMU_GET_INFO");
	assert_string_equal(decoded(false, 0xc400019b, 0), "VSMMU_ACTIVATE");
}

static void every_row_decodes_under_its_gate(void **state)
{
	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++) {
		const struct smc_command *command = smc_command(i);
		bool host = command->interface == SMC_RMI;
		int alp14 = command->gate == SMC_IF_DA_ALP12 ? -1 : i;
		int alp12 = command->gate == SMC_UNLESS_DA_ALP12 ? -1 : i;
		int got14 = (int)smc_decode(host, command->fid, 0);
		int got12 = (int)smc_decode(host, command->fid, DA_ALP12);

		assert_true(alp14 == -1 ? got14 != i : got14 == i);
		assert_true(alp12 == -1 ? got12 != i : got12 == i);
	}
}

static void a_row_is_complete(void **state)
{
	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++) {
		const struct smc_command *command = smc_command(i);

		assert_non_null(command->name);
		assert_true(command->fid >> 31 == 1);
		assert_true(command->since == RMM_VERSION_1_0 || command->since == RMM_VERSION_1_1);
		assert_true(command->summary[strlen(command->summary) - 1] == '.' ||
			    command->summary[strlen(command->summary) - 1] == '?');
		for (int n = 0; n < SMC_MAX_INPUTS; n++)
			assert_int_equal(command->in[n].name != NULL, n < command->inputs);
		for (int n = 0; n < SMC_MAX_OUTPUTS; n++)
			assert_int_equal(command->out[n].on != 0, n < command->outputs);
	}
}

static void an_enum_argument_names_an_enumeration(void **state)
{
	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++) {
		const struct smc_command *command = smc_command(i);

		for (int n = 0; n < command->inputs; n++) {
			if (command->in[n].kind == SMC_KIND_ENUM)
				assert_non_null(command->in[n].type);
		}
		for (int n = 0; n < command->outputs; n++) {
			if (command->out[n].kind == SMC_KIND_ENUM)
				assert_non_null(smc_enum_name(command->out[n].type, 0));
		}
	}
}

static void there_is_no_row_outside(void **state)
{
	(void)state;
	assert_null(smc_command(SMC_NONE));
	assert_null(smc_command(SMC_COMMAND_COUNT));
}

static void the_sve_hint_names_the_same_command(void **state)
{
	(void)state;
	assert_int_equal(smc_decode(true, 0xc401015d, 0), RMI_RTT_CREATE);
	assert_int_equal(smc_decode(false, 0xc4010199, 0), RSI_HOST_CALL);
	assert_int_equal(smc_decode(false, 0xc4010003, 0), PSCI_CPU_ON);
	assert_int_equal(smc_decode(false, 0x80010000, 0), PSCI_SMCCC_VERSION);
}

static void quirk_psci_hint_makes_hinted_psci_unknown(void **state)
{
	smc_quirks quirks = UINT64_C(1) << QUIRK_psci_hint;

	(void)state;
	assert_int_equal(smc_decode(false, 0xc4010003, quirks), SMC_NONE);
	assert_int_equal(smc_decode(false, 0xc4000003, quirks), PSCI_CPU_ON);
	assert_int_equal(smc_decode(false, 0x80010000, quirks), PSCI_SMCCC_VERSION);
	assert_int_equal(smc_decode(false, 0xc4010199, quirks), RSI_HOST_CALL);
}

static void a_hole_is_unknown(void **state)
{
	static const uint32_t holes[] = {
		0,          0xffffffff, 0xc400014f, 0xc4000170, 0xc400018f, 0xc40001c0,
		0xc40001cf, 0xc40001d6, 0x84000150, 0x44000150, 0xc5000150, 0xc4000150 + (2u << 16),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(holes) / sizeof(holes[0]); i++) {
		assert_int_equal(smc_decode(true, holes[i], 0), SMC_NONE);
		assert_int_equal(smc_decode(true, holes[i], DA_ALP12), SMC_NONE);
		assert_int_equal(smc_decode(false, holes[i], 0), SMC_NONE);
	}
	assert_int_equal(smc_decode(false, 0xc400019e, 0), SMC_NONE);
	assert_int_equal(smc_decode(false, 0xc40001ad, 0), SMC_NONE);
	assert_int_equal(smc_decode(false, 0xc40001b0, 0), SMC_NONE);
	assert_int_equal(smc_decode(false, 0x8400000b, 0), SMC_NONE);
	assert_int_equal(smc_decode(false, 0xc4000002, 0), SMC_NONE);
}

static void an_interface_does_not_answer_for_another(void **state)
{
	(void)state;
	assert_int_equal(smc_decode(false, SMC_RMI_VERSION, 0), SMC_NONE);
	assert_int_equal(smc_decode(true, SMC_RSI_VERSION, 0), SMC_NONE);
	assert_int_equal(smc_decode(true, SMC_PSCI_VERSION, 0), SMC_NONE);
	assert_int_equal(smc_decode(true, SMC_SMCCC_VERSION, 0), SMC_NONE);
}

static void da_alp12_changes_the_shape_of_device_assignment(void **state)
{
	static const struct {
		bool host;
		uint32_t fid;
		const char *alp14, *alp12;
	} rows[] = {
		{true, 0xc4000163, "VDEV_VALIDATE_MAPPING", "RTT_DEV_MEM_VALIDATE"},
		{true, 0xc4000172, "VDEV_MAP", "DEV_MEM_MAP"},
		{true, 0xc4000173, "VDEV_UNMAP", "DEV_MEM_UNMAP"},
		{true, 0xc400017a, "PDEV_IDE_KEY_REFRESH", "PDEV_NOTIFY"},
		{true, 0xc400018a, "VDEV_UNLOCK", "VDEV_STOP"},
		{true, 0xc4000171, "PDEV_P2P_CONNECT", ""},
		{true, 0xc4000182, "PDEV_P2P_DISCONNECT", ""},
		{true, 0xc400016a, "VSMMU_CREATE", ""},
		{true, 0xc400016f, "PSMMU_IRQ_NOTIFY", ""},
		{true, 0xc40001d0, "VDEV_GET_INTERFACE_REPORT", ""},
		{true, 0xc40001d5, "VDEV_P2P_UNBIND", ""},
		{true, 0xc4000176, "PDEV_CREATE", "PDEV_CREATE"},
		{false, 0xc400019c, "VDEV_DMA_ENABLE", "RDEV_GET_INSTANCE_ID"},
		{false, 0xc40001a4, "VDEV_DMA_DISABLE", "RDEV_CONTINUE"},
		{false, 0xc400019d, "VDEV_GET_INFO", ""},
		{false, 0xc40001a8, "", "RDEV_GET_STATE"},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(decoded(rows[i].host, rows[i].fid, 0), rows[i].alp14);
		assert_string_equal(decoded(rows[i].host, rows[i].fid, DA_ALP12), rows[i].alp12);
	}
}

static void psci_has_a_32_bit_form(void **state)
{
	(void)state;
	assert_int_equal(smc_decode(false, 0x84000000, 0), PSCI_VERSION);
	assert_int_equal(smc_decode(false, 0x84000001, 0), PSCI_CPU_SUSPEND);
	assert_int_equal(smc_decode(false, 0xc4000001, 0), PSCI_CPU_SUSPEND);
	assert_int_equal(smc_decode(false, 0x84000002, 0), PSCI_CPU_OFF);
	assert_int_equal(smc_decode(false, 0x84000003, 0), PSCI_CPU_ON);
	assert_int_equal(smc_decode(false, 0x84000004, 0), PSCI_AFFINITY_INFO);
	assert_int_equal(smc_decode(false, 0xc4000004, 0), PSCI_AFFINITY_INFO);
	assert_int_equal(smc_decode(false, 0x84000008, 0), PSCI_SYSTEM_OFF);
	assert_int_equal(smc_decode(false, 0x84000009, 0), PSCI_SYSTEM_RESET);
	assert_int_equal(smc_decode(false, 0x8400000a, 0), PSCI_FEATURES);
}

static void a_command_is_found_by_name(void **state)
{
	(void)state;
	assert_int_equal(smc_command_find("RTT_CREATE"), RMI_RTT_CREATE);
	assert_int_equal(smc_command_find("rmi_rtt_create"), RMI_RTT_CREATE);
	assert_int_equal(smc_command_find("SMC_RMI_RTT_CREATE"), RMI_RTT_CREATE);
	assert_int_equal(smc_command_find("version"), RMI_VERSION);
	assert_int_equal(smc_command_find("RSI_VERSION"), RSI_VERSION);
	assert_int_equal(smc_command_find("PSCI_VERSION"), PSCI_VERSION);
	assert_int_equal(smc_command_find("PSCI_COMPLETE"), RMI_PSCI_COMPLETE);
	assert_int_equal(smc_command_find("RMI_PSCI_COMPLETE"), RMI_PSCI_COMPLETE);
	assert_int_equal(smc_command_find("cpu_on"), PSCI_CPU_ON);
	assert_int_equal(smc_command_find("SMCCC_VERSION"), PSCI_SMCCC_VERSION);
	assert_int_equal(smc_command_find("RSI_RTT_CREATE"), SMC_NONE);
	assert_int_equal(smc_command_find(""), SMC_NONE);
	assert_int_equal(smc_command_find("SMC_"), SMC_NONE);
}

static void every_full_name_finds_its_row(void **state)
{
	char name[80];

	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++) {
		const struct smc_command *command = smc_command(i);

		snprintf(name, sizeof(name), "%s_%s", smc_interface_name(command->interface),
			 command->name);
		assert_int_equal(smc_command_find(name), i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rmi_function_of_the_sheet_decodes),
		cmocka_unit_test(every_rsi_function_of_the_sheet_decodes),
		cmocka_unit_test(every_row_decodes_under_its_gate),
		cmocka_unit_test(a_row_is_complete),
		cmocka_unit_test(an_enum_argument_names_an_enumeration),
		cmocka_unit_test(there_is_no_row_outside),
		cmocka_unit_test(the_sve_hint_names_the_same_command),
		cmocka_unit_test(quirk_psci_hint_makes_hinted_psci_unknown),
		cmocka_unit_test(a_hole_is_unknown),
		cmocka_unit_test(an_interface_does_not_answer_for_another),
		cmocka_unit_test(da_alp12_changes_the_shape_of_device_assignment),
		cmocka_unit_test(psci_has_a_32_bit_form),
		cmocka_unit_test(a_command_is_found_by_name),
		cmocka_unit_test(every_full_name_finds_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
