/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "smc/smc.h"

#include "tests/smc/sheet.h"

static void the_rows_of_a_command_follow_each_other(void **state)
{
	bool seen[SMC_COMMAND_COUNT] = {false};
	enum smc_command_id last = SMC_NONE;

	(void)state;
	for (int i = SMC_COND_NONE + 1; i < SMC_CONDITION_COUNT; i++) {
		enum smc_command_id command = smc_condition(i)->command;

		assert_in_range(command, SMC_NONE + 1, SMC_COMMAND_COUNT - 1);
		if (command == last)
			continue;
		assert_false(seen[command]);
		seen[command] = true;
		last = command;
	}
}

static void conditions_of_gives_exactly_the_rows_of_a_command(void **state)
{
	size_t total = 0;

	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++) {
		enum smc_condition_id first = SMC_COND_NONE;
		size_t count = smc_conditions_of(i, &first);

		for (size_t n = 0; n < count; n++)
			assert_int_equal(smc_condition(first + n)->command, i);
		total += count;
	}
	assert_int_equal(total, SMC_CONDITION_COUNT - 1);
}

static void a_command_that_cannot_fail_has_no_row(void **state)
{
	enum smc_condition_id first = SMC_COND_NONE;

	(void)state;
	assert_int_equal(smc_conditions_of(RMI_FEATURES, &first), 0);
	assert_int_equal(smc_conditions_of(PSCI_CPU_OFF, &first), 0);
	assert_int_equal(first, SMC_COND_NONE);
}

static void every_rmi_command_but_features_can_fail(void **state)
{
	enum smc_condition_id first;

	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++) {
		if (smc_present(smc_command(i), SMC_SHAPE_1_1) &&
		    smc_command(i)->interface == SMC_RMI && i != RMI_FEATURES)
			assert_int_not_equal(smc_conditions_of(i, &first), 0);
	}
}

static void an_id_is_unique_in_its_command(void **state)
{
	(void)state;
	for (int i = SMC_COND_NONE + 1; i < SMC_CONDITION_COUNT; i++) {
		const struct smc_condition *condition = smc_condition(i);

		assert_int_equal(smc_condition_find(condition->command, condition->id), i);
	}
	assert_int_equal(smc_condition_find(RMI_RTT_CREATE, "no_such_condition"), SMC_COND_NONE);
	assert_int_equal(smc_condition_find(RMI_FEATURES, "rd_align"), SMC_COND_NONE);
}

static void a_row_is_complete(void **state)
{
	(void)state;
	assert_null(smc_condition(SMC_COND_NONE));
	assert_null(smc_condition(SMC_CONDITION_COUNT));
	for (int i = SMC_COND_NONE + 1; i < SMC_CONDITION_COUNT; i++) {
		const struct smc_condition *condition = smc_condition(i);

		assert_int_not_equal(condition->status, 0);
		assert_int_equal(condition->text[strlen(condition->text) - 1], '.');
		assert_non_null(strstr(condition->source, ".md#"));
	}
}

static void the_status_belongs_to_the_interface(void **state)
{
	(void)state;
	for (int i = SMC_COND_NONE + 1; i < SMC_CONDITION_COUNT; i++) {
		const struct smc_condition *condition = smc_condition(i);

		switch (smc_command(condition->command)->interface) {
		case SMC_RMI:
			assert_non_null(rmi_status_name(condition->status));
			break;
		case SMC_RSI:
			assert_non_null(rsi_status_name(condition->status));
			break;
		case SMC_PSCI:
			assert_true((int32_t)condition->status < 0);
			break;
		}
	}
}

static void an_index_goes_with_rtt_and_realm_errors_only(void **state)
{
	(void)state;
	for (int i = SMC_COND_NONE + 1; i < SMC_CONDITION_COUNT; i++) {
		const struct smc_condition *condition = smc_condition(i);

		if (condition->index == SMC_INDEX_LEVEL)
			assert_true(condition->status == RMI_ERROR_RTT ||
				    condition->status == RMI_ERROR_RTT_AUX);
		if (condition->index == SMC_INDEX_ONE)
			assert_int_equal(i, COND_RMI_REC_ENTER_system_off);
	}
	assert_int_equal(smc_condition(COND_RMI_DATA_DESTROY_aux_live)->index, SMC_INDEX_NONE);
	assert_int_equal(smc_condition(COND_RMI_DATA_DESTROY_aux_live)->status, RMI_ERROR_RTT_AUX);
}

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length >= tail && strcmp(text + length - tail, end) == 0;
}

static void check_consecutive(int align, const char *third)
{
	size_t length = strlen(smc_condition(align)->id) - strlen("_align");

	for (int i = 1; i <= 2; i++) {
		assert_int_equal(smc_condition(align + i)->command, smc_condition(align)->command);
		assert_memory_equal(smc_condition(align + i)->id, smc_condition(align)->id, length);
	}
	assert_true(ends_with(smc_condition(align + 1)->id, "_bound"));
	assert_true(ends_with(smc_condition(align + 2)->id, third));
}

/* A granule argument is resolved from the number of its first row. */
static void a_granule_argument_has_three_rows_in_a_row(void **state)
{
	static const char *const objects[] = {"rd_align",   "rec_align",     "data_align",
					      "gran_align", "calling_align", "target_align",
					      "pdev_align", "vdev_align"};
	static const char *const pointers[] = {"src_align", "params_align", "run_align",
					       "req_align", "resp_align"};

	(void)state;
	for (int i = SMC_COND_NONE + 1; i < SMC_CONDITION_COUNT; i++) {
		const char *id = smc_condition(i)->id;
		bool communicate = smc_condition(i)->command == RMI_PDEV_COMMUNICATE ||
				   smc_condition(i)->command == RMI_VDEV_COMMUNICATE;

		for (size_t n = 0; n < sizeof(objects) / sizeof(objects[0]); n++) {
			bool ns = communicate && strcmp(id, "data_align") == 0;

			if (strcmp(id, objects[n]) == 0)
				check_consecutive(i, ns ? "_pas" : "_state");
		}
		for (size_t n = 0; n < sizeof(pointers) / sizeof(pointers[0]); n++) {
			if (strcmp(id, pointers[n]) == 0)
				check_consecutive(i, "_pas");
		}
	}
}

static void a_device_command_has_its_feature_condition(void **state)
{
	(void)state;
	for (int i = SMC_NONE + 1; i < SMC_COMMAND_COUNT; i++) {
		enum smc_condition_id id = smc_condition_find(i, "feature_da");
		bool host = smc_command(i)->interface == SMC_RMI;

		if (smc_since(smc_command(i)) == SMC_REVISION_2_0)
			continue;
		assert_int_equal(id != SMC_COND_NONE, smc_command(i)->device);
		if (id == SMC_COND_NONE)
			continue;
		assert_int_equal(smc_condition(id)->status,
				 host ? (int)RMI_ERROR_NOT_SUPPORTED : (int)RSI_ERROR_STATE);
	}
}

struct sheet_check {
	enum smc_command_id command;
	bool effects; /* past the conditions: the table of what happens to each RTT entry */
	size_t checked;
};

/* Each single id in the first cell of a row is an id of the command. */
static void check_id(void *context, const struct sheet_row *row)
{
	struct sheet_check *check = context;
	const char *id = row->cell[0];

	if (id[strspn(id, "abcdefghijklmnopqrstuvwxyz_0123456789")] != '\0')
		return;
	check->effects |= strcmp(id, "entry") == 0;
	if (strcmp(id, "id") == 0 || check->effects)
		return;
	if (smc_condition_find(check->command, id) == SMC_COND_NONE)
		fail_msg("%s: no condition %s", smc_command(check->command)->name, id);
	check->checked++;
}

static void the_ids_are_those_of_the_sheet(void **state)
{
	static const struct {
		const char *heading;
		enum smc_command_id command;
		size_t least;
	} rows[] = {
		{"### GRANULE_DELEGATE", RMI_GRANULE_DELEGATE, 1},
		{"### DATA_CREATE(", RMI_DATA_CREATE, 6},
		{"### DATA_DESTROY", RMI_DATA_DESTROY, 3},
		{"### REALM_ACTIVATE", RMI_REALM_ACTIVATE, 1},
		{"### REALM_DESTROY", RMI_REALM_DESTROY, 1},
		{"### REC_CREATE", RMI_REC_CREATE, 7},
		{"### REC_DESTROY", RMI_REC_DESTROY, 1},
		{"### REC_ENTER", RMI_REC_ENTER, 6},
		{"### PSCI_COMPLETE", RMI_PSCI_COMPLETE, 5},
		{"### RTT_CREATE", RMI_RTT_CREATE, 6},
		{"### RTT_DESTROY", RMI_RTT_DESTROY, 4},
		{"### RTT_FOLD", RMI_RTT_FOLD, 4},
		{"### RTT_MAP_UNPROTECTED", RMI_RTT_MAP_UNPROTECTED, 8},
		{"### RTT_UNMAP_UNPROTECTED", RMI_RTT_UNMAP_UNPROTECTED, 2},
		{"### RTT_INIT_RIPAS", RMI_RTT_INIT_RIPAS, 7},
		{"### RTT_SET_RIPAS", RMI_RTT_SET_RIPAS, 9},
		{"### RTT_SET_S2AP", RMI_RTT_SET_S2AP, 2},
		{"### RTT_AUX_DESTROY", RMI_RTT_AUX_DESTROY, 3},
		{"### RTT_AUX_MAP_PROTECTED", RMI_RTT_AUX_MAP_PROTECTED, 5},
		{"### RTT_AUX_MAP_UNPROTECTED", RMI_RTT_AUX_MAP_UNPROTECTED, 4},
		{"### RTT_AUX_UNMAP_PROTECTED", RMI_RTT_AUX_UNMAP_PROTECTED, 1},
		{"### MEC_SET_SHARED", RMI_MEC_SET_SHARED, 2},
		{"### MEC_SET_PRIVATE", RMI_MEC_SET_PRIVATE, 3},
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct sheet_check check = {.command = rows[i].command};

		sheet_rows("rmi-commands.md", rows[i].heading, check_id, &check);
		assert_true(check.checked >= rows[i].least);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rows_of_a_command_follow_each_other),
		cmocka_unit_test(conditions_of_gives_exactly_the_rows_of_a_command),
		cmocka_unit_test(a_command_that_cannot_fail_has_no_row),
		cmocka_unit_test(every_rmi_command_but_features_can_fail),
		cmocka_unit_test(an_id_is_unique_in_its_command),
		cmocka_unit_test(a_row_is_complete),
		cmocka_unit_test(the_status_belongs_to_the_interface),
		cmocka_unit_test(an_index_goes_with_rtt_and_realm_errors_only),
		cmocka_unit_test(a_granule_argument_has_three_rows_in_a_row),
		cmocka_unit_test(a_device_command_has_its_feature_condition),
		cmocka_unit_test(the_ids_are_those_of_the_sheet),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
