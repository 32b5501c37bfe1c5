/* SPDX-License-Identifier: BSD-3-Clause */
#include <check.h>
#include <stdio.h>

#include "tests/testing/programs/faulty.h"

static struct rmmsim *sim;

/* Checked fixtures: in the process of the test. */
static void set_up(void)
{
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	rmmsim_testing_fail(&config, rmmsim_fail_check);
	sim = create(&config);
	ck_assert_ptr_nonnull(sim);
}

static void tear_down(void)
{
	rmmsim_destroy(sim);
}

START_TEST(writes)
{
	touch(sim);
}
END_TEST

START_TEST(copies)
{
	touch_by_libc(sim);
}
END_TEST

START_TEST(is_good)
{
	ck_assert_uint_eq(delegate(sim), RMI_SUCCESS);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("testing");
	TCase *all = tcase_create("all");
	SRunner *runner;
	int failed;

	tcase_add_checked_fixture(all, set_up, tear_down);
	tcase_add_test(all, writes);
	tcase_add_test(all, copies);
	tcase_add_test(all, is_good);
	suite_add_tcase(suite, all);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_VERBOSE);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed;
}
