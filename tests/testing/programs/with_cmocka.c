/* SPDX-License-Identifier: BSD-3-Clause */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/testing/programs/faulty.h"

static int set_up(void **state)
{
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	rmmsim_testing_fail(&config, rmmsim_fail_cmocka);
	*state = create(&config);
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	rmmsim_destroy(*state);
	return 0;
}

static void writes(void **state)
{
	touch(*state);
}

static void copies(void **state)
{
	touch_by_libc(*state);
}

static void is_good(void **state)
{
	assert_int_equal(delegate(*state), RMI_SUCCESS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(writes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(copies, set_up, tear_down),
		cmocka_unit_test_setup_teardown(is_good, set_up, tear_down),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
