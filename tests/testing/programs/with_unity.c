/* SPDX-License-Identifier: BSD-3-Clause */
#include <unity.h>

#include "tests/testing/programs/faulty.h"

static struct rmmsim *sim;

void setUp(void)
{
	struct rmmsim_config config;

	rmmsim_config_init(&config);
	rmmsim_testing_fail(&config, rmmsim_fail_unity);
	sim = create(&config);
	TEST_ASSERT_TRUE(sim != NULL);
}

void tearDown(void)
{
	rmmsim_destroy(sim);
}

static void writes(void)
{
	touch(sim);
}

static void copies(void)
{
	touch_by_libc(sim);
}

static void is_good(void)
{
	TEST_ASSERT_TRUE(delegate(sim) == RMI_SUCCESS);
}

int main(void)
{
	UNITY_BEGIN();
	RUN_TEST(writes);
	RUN_TEST(copies);
	RUN_TEST(is_good);
	return UNITY_END();
}
