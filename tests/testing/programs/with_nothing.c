/* SPDX-License-Identifier: BSD-3-Clause */
#include <assert.h>
#include <stdio.h>

#include "tests/testing/programs/faulty.h"

static void writes(void *sim)
{
	touch(sim);
}

static void copies(void *sim)
{
	touch_by_libc(sim);
}

static void is_good(void *sim)
{
	const uint64_t result = delegate(sim);

	assert(result == RMI_SUCCESS);
	(void)result;
}

static void *touch_elsewhere(void *sim)
{
	touch(sim);
	return NULL;
}

static void thread_writes(void *sim)
{
	pthread_t thread;

	pthread_create(&thread, NULL, touch_elsewhere, sim);
	pthread_join(thread, NULL);
}

/* Returns 1 for a test that a protection fault has left. */
static int run(const char *name, void (*test)(void *sim))
{
	struct rmmsim_config config;
	struct rmmsim_trap trap;
	struct rmmsim *sim;
	bool passed;

	rmmsim_config_init(&config);
	rmmsim_testing_trap(&config, &trap);
	sim = create(&config);
	passed = sim && rmmsim_testing_run(&trap, test, sim);
	printf("%s %s %s\n", passed ? "ok" : "FAIL", name, passed ? "" : trap.fault.text);
	fflush(stdout);
	rmmsim_destroy(sim);
	return !passed;
}

int main(int argc, char **argv)
{
	int failed = run("writes", writes) + run("copies", copies) + run("is_good", is_good);

	/* This one ends the process. */
	if (argc > 1 && strcmp(argv[1], "thread") == 0)
		failed += run("thread_writes", thread_writes);
	return failed;
}
