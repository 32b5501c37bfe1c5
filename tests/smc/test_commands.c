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

static const char *decoded(bool host, uint32_t fid, enum smc_shape shape)
{
	enum smc_command_id id = smc_decode(host, fid, shape);

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
	id = smc_decode(SMC_FROM_HOST, (uint32_t)(0xc4000000 + n), SMC_SHAPE_1_1);
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
	assert_int_equal(strlen(decoded(false, fid, SMC_SHAPE_1_1)), length);
	assert_memory_equal(decoded(false, fid, SMC_SHAPE_1_1), name + 4, length);
	(*checked)++;
}

static void every_rsi_function_of_the_sheet_decodes(void **state)
{
	size_t checked = 0;

	(void)state;
	sheet_rows("rsi.md", "## 2", check_rsi_row, &checked);
	assert_int_equal(checked, 16);
	assert_string_equal(decoded(false, 0xc400019a, SMC_SHAPE_1_1), "VSMMU_GET_INFO");
	assert_string_equal(decoded(false, 0xc400019b, SMC_SHAPE_1_1), "VSMMU_ACTIVATE");
}

static void every_row_decodes_in_its_shapes_only(void **state)
{
	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++) {
		const struct smc_command *command = smc_command(i);
		bool host = command->interface == SMC_RMI;

		assert_int_not_equal(command->shapes, 0);
		for (int shape = 0; shape < SMC_SHAPE_COUNT; shape++) {
			int got = (int)smc_decode(host, command->fid, shape);

			assert_int_equal(got == i, smc_present(command, shape));
		}
	}
}

/* A command that does not exist in a shape cannot be stateful there. */
static void a_stateful_command_is_one_of_2_0(void **state)
{
	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++)
		assert_int_equal(smc_command(i)->stateful &
					 ~(1u << SMC_SHAPE_2_0 | 1u << SMC_SHAPE_BET0),
				 0);
}

static void a_row_is_complete(void **state)
{
	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++) {
		const struct smc_command *command = smc_command(i);

		assert_non_null(command->name);
		assert_true(command->fid >> 31 == 1);
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
	assert_int_equal(smc_decode(SMC_FROM_HOST, 0xc401015d, SMC_SHAPE_1_1), RMI_RTT_CREATE);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0xc4010199, SMC_SHAPE_1_1), RSI_HOST_CALL);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0xc4010003, SMC_SHAPE_1_1), PSCI_CPU_ON);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x80010000, SMC_SHAPE_1_1), PSCI_SMCCC_VERSION);
}

static void a_hole_is_unknown(void **state)
{
	static const uint32_t holes[] = {
		0,          0xffffffff, 0xc400014f, 0xc4000170, 0xc400018f, 0xc40001c0,
		0xc40001cf, 0xc40001d6, 0x84000150, 0x44000150, 0xc5000150, 0xc4000150 + (2u << 16),
	};

	(void)state;
	for (size_t i = 0; i < sizeof(holes) / sizeof(holes[0]); i++) {
		assert_int_equal(smc_decode(SMC_FROM_HOST, holes[i], SMC_SHAPE_1_1), SMC_NONE);
		assert_int_equal(smc_decode(SMC_FROM_HOST, holes[i], SMC_SHAPE_ALP12), SMC_NONE);
		assert_int_equal(smc_decode(SMC_FROM_REALM, holes[i], SMC_SHAPE_1_1), SMC_NONE);
	}
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0xc400019e, SMC_SHAPE_1_1), SMC_NONE);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0xc40001ad, SMC_SHAPE_1_1), SMC_NONE);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0xc40001b0, SMC_SHAPE_1_1), SMC_NONE);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x8400000b, SMC_SHAPE_1_1), SMC_NONE);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0xc4000002, SMC_SHAPE_1_1), SMC_NONE);
}

static void an_interface_does_not_answer_for_another(void **state)
{
	(void)state;
	assert_int_equal(smc_decode(SMC_FROM_REALM, SMC_RMI_VERSION, SMC_SHAPE_1_1), SMC_NONE);
	assert_int_equal(smc_decode(SMC_FROM_HOST, SMC_RSI_VERSION, SMC_SHAPE_1_1), SMC_NONE);
	assert_int_equal(smc_decode(SMC_FROM_HOST, SMC_PSCI_VERSION, SMC_SHAPE_1_1), SMC_NONE);
	assert_int_equal(smc_decode(SMC_FROM_HOST, SMC_SMCCC_VERSION, SMC_SHAPE_1_1), SMC_NONE);
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
		assert_string_equal(decoded(rows[i].host, rows[i].fid, SMC_SHAPE_1_1),
				    rows[i].alp14);
		assert_string_equal(decoded(rows[i].host, rows[i].fid, SMC_SHAPE_ALP12),
				    rows[i].alp12);
	}
}

static void a_function_number_means_another_command_in_another_revision(void **state)
{
	static const struct {
		uint32_t fid;
		const char *v1_0, *v1_1, *v2_0, *bet0;
	} rows[] = {
		{0xc4000151, "GRANULE_DELEGATE", "GRANULE_DELEGATE", "", ""},
		{0xc4000153, "DATA_CREATE", "DATA_CREATE", "RTT_DATA_MAP_INIT",
		 "RTT_DATA_MAP_INIT"},
		{0xc400015d, "RTT_CREATE", "RTT_CREATE", "RTT_CREATE", "RTT_CREATE"},
		{0xc4000164, "PSCI_COMPLETE", "PSCI_COMPLETE", "PSCI_COMPLETE", "PSCI_COMPLETE"},
		{0xc400016e, "", "PSMMU_MSI_CONFIG", "RMM_CONFIG_SET", "RMM_CONFIG_SET"},
		{0xc4000180, "", "RTT_AUX_MAP_PROTECTED", "", "RTT_AUX_MAP_PROTECTED"},
		{0xc40001d6, "", "", "VSMMU_EVENT_HANDLE", ""},
		{0xc40001ee, "", "", "RMM_STATE_GET", ""},
		{0xc40001f1, "", "", "GRANULE_RANGE_DELEGATE", "GRANULE_RANGE_DELEGATE"},
		{0xc4000211, "", "", "GPT_INFO", ""},
		{0xc4000212, "", "", "", ""},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(decoded(true, rows[i].fid, SMC_SHAPE_1_0), rows[i].v1_0);
		assert_string_equal(decoded(true, rows[i].fid, SMC_SHAPE_1_1), rows[i].v1_1);
		assert_string_equal(decoded(true, rows[i].fid, SMC_SHAPE_2_0), rows[i].v2_0);
		assert_string_equal(decoded(true, rows[i].fid, SMC_SHAPE_BET0), rows[i].bet0);
	}
	assert_int_equal(smc_decode(SMC_FROM_HOST, SMC_RMI_PSCI_COMPLETE, SMC_SHAPE_2_0),
			 RMI_PSCI_COMPLETE_2);
	assert_int_equal(smc_decode(SMC_FROM_HOST, SMC_RMI_PSCI_COMPLETE, SMC_SHAPE_BET0),
			 RMI_PSCI_COMPLETE);
	assert_int_equal(smc_decode_any(SMC_FROM_HOST, 0xc40001f1), RMI_GRANULE_RANGE_DELEGATE);
	assert_int_equal(smc_decode_any(SMC_FROM_HOST, 0xc4000153), RMI_DATA_CREATE);
}

static void a_feature_is_read_where_its_revision_has_it(void **state)
{
	const uint64_t old[5] = {UINT64_C(1) << 42 | 48, 7}, new[5] = {48, 0, 1, 3, 14};

	(void)state;
	assert_int_equal(smc_feature(SMC_REVISION_1_1, old, SMC_FEATURE_S2SZ), 48);
	assert_int_equal(smc_feature(SMC_REVISION_2_0, new, SMC_FEATURE_S2SZ), 48);
	assert_int_equal(smc_feature(SMC_REVISION_1_1, old, SMC_FEATURE_DA), 1);
	assert_int_equal(smc_feature(SMC_REVISION_2_0, new, SMC_FEATURE_DA), 1);
	assert_int_equal(smc_feature(SMC_REVISION_1_1, old, SMC_FEATURE_MAX_MECID), 7);
	assert_int_equal(smc_feature(SMC_REVISION_2_0, new, SMC_FEATURE_MAX_MECID), 0);
	assert_int_equal(smc_feature(SMC_REVISION_2_0, new, SMC_FEATURE_MEC_COUNT), 14);
	assert_int_equal(smc_feature(SMC_REVISION_2_0, new, SMC_FEATURE_MAX_NUM_AUX_PLANES), 3);
}

static void a_revision_has_two_names(void **state)
{
	(void)state;
	assert_int_equal(smc_revision_find("1.0"), SMC_REVISION_1_0);
	assert_int_equal(smc_revision_find("1.1"), SMC_REVISION_1_1);
	assert_int_equal(smc_revision_find("1.1-alp14"), SMC_REVISION_1_1);
	assert_int_equal(smc_revision_find("2.0-bet3"), SMC_REVISION_2_0);
	assert_int_equal(smc_revision_find("2.0"), SMC_REVISION_2_0);
	assert_int_equal(smc_revision_find("3.0"), -1);
}

static void psci_has_a_32_bit_form(void **state)
{
	(void)state;
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x84000000, SMC_SHAPE_1_1), PSCI_VERSION);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x84000001, SMC_SHAPE_1_1), PSCI_CPU_SUSPEND);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0xc4000001, SMC_SHAPE_1_1), PSCI_CPU_SUSPEND);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x84000002, SMC_SHAPE_1_1), PSCI_CPU_OFF);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x84000003, SMC_SHAPE_1_1), PSCI_CPU_ON);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x84000004, SMC_SHAPE_1_1), PSCI_AFFINITY_INFO);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0xc4000004, SMC_SHAPE_1_1), PSCI_AFFINITY_INFO);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x84000008, SMC_SHAPE_1_1), PSCI_SYSTEM_OFF);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x84000009, SMC_SHAPE_1_1), PSCI_SYSTEM_RESET);
	assert_int_equal(smc_decode(SMC_FROM_REALM, 0x8400000a, SMC_SHAPE_1_1), PSCI_FEATURES);
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
		for (int shape = 0; shape < SMC_SHAPE_COUNT; shape++) {
			if (smc_present(command, shape))
				assert_int_equal(smc_command_find_in(name, shape), i);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_rmi_function_of_the_sheet_decodes),
		cmocka_unit_test(every_rsi_function_of_the_sheet_decodes),
		cmocka_unit_test(every_row_decodes_in_its_shapes_only),
		cmocka_unit_test(a_stateful_command_is_one_of_2_0),
		cmocka_unit_test(a_row_is_complete),
		cmocka_unit_test(an_enum_argument_names_an_enumeration),
		cmocka_unit_test(there_is_no_row_outside),
		cmocka_unit_test(the_sve_hint_names_the_same_command),
		cmocka_unit_test(a_hole_is_unknown),
		cmocka_unit_test(an_interface_does_not_answer_for_another),
		cmocka_unit_test(da_alp12_changes_the_shape_of_device_assignment),
		cmocka_unit_test(a_function_number_means_another_command_in_another_revision),
		cmocka_unit_test(a_feature_is_read_where_its_revision_has_it),
		cmocka_unit_test(a_revision_has_two_names),
		cmocka_unit_test(psci_has_a_32_bit_form),
		cmocka_unit_test(a_command_is_found_by_name),
		cmocka_unit_test(every_full_name_finds_its_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
