/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "smc/smc.h"

#include "tests/smc/sheet.h"

static bool is_header(const char *cell)
{
	return strcmp(cell, "quirk") == 0 || strncmp(cell, "---", 3) == 0;
}

static void check_quirk(void *context, const struct sheet_row *row)
{
	size_t *checked = context;

	if (is_header(row->cell[0]))
		return;
	assert_int_equal(smc_quirk_find(row->cell[0]), (int)*checked);
	(*checked)++;
}

static void the_rows_are_those_of_the_sheet(void **state)
{
	size_t checked = 0;

	(void)state;
	sheet_rows("tf-rmm-quirks.md", "## 5", check_quirk, &checked);
	sheet_rows("rmm-2.0.md", "## 14b", check_quirk, &checked);
	assert_int_equal(checked, SMC_QUIRK_COUNT);
}

static void a_quirk_is_found_by_its_name(void **state)
{
	(void)state;
	assert_int_equal(smc_quirk_find("da-alp12"), QUIRK_da_alp12);
	assert_int_equal(smc_quirk_find("token-399"), QUIRK_token_399);
	assert_int_equal(smc_quirk_find("da_alp12"), -1);
	assert_int_equal(smc_quirk_find(""), -1);
	assert_string_equal(smc_quirk_row(QUIRK_da_alp12)->name, "da-alp12");
	assert_null(smc_quirk_row(SMC_QUIRK_COUNT));
}

static void a_quirk_has_a_sentence(void **state)
{
	(void)state;
	for (int i = 0; i < SMC_QUIRK_COUNT; i++) {
		const char *text = smc_quirk_row(i)->text;

		assert_int_equal(text[strlen(text) - 1], '.');
	}
}

static void the_default_profile_has_no_quirk(void **state)
{
	(void)state;
	assert_string_equal(smc_profile_at(0)->name, "default");
	assert_true(smc_profile_at(0)->quirks == 0);
}

static void the_profile_of_tf_rmm_0_8_has_every_quirk_of_its_sheet(void **state)
{
	const struct smc_profile *profile = smc_profile_find("tf-rmm-0.8");

	(void)state;
	assert_non_null(profile);
	for (int i = 0; i < SMC_QUIRK_COUNT; i++)
		assert_int_equal(smc_has_quirk(profile->quirks, i), i < QUIRK_bet0_functions);
}

static void an_unknown_profile_is_not_found(void **state)
{
	size_t count = 0;

	(void)state;
	while (smc_profile_at(count))
		count++;
	assert_int_equal(count, 4);
	assert_null(smc_profile_find("tf-rmm-0.9"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rows_are_those_of_the_sheet),
		cmocka_unit_test(a_quirk_is_found_by_its_name),
		cmocka_unit_test(a_quirk_has_a_sentence),
		cmocka_unit_test(the_default_profile_has_no_quirk),
		cmocka_unit_test(the_profile_of_tf_rmm_0_8_has_every_quirk_of_its_sheet),
		cmocka_unit_test(an_unknown_profile_is_not_found),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
