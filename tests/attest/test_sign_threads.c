/* SPDX-License-Identifier: BSD-3-Clause */
/* Instances that sign at the same time do not disturb each other. */
#include "tests/attest/example.h"

#include <pthread.h>

#define THREADS 4
#define TOKENS  4

static void *sign(void *argument)
{
	struct example *e = argument;

	for (int i = 0; i < TOKENS; i++)
		example_token(e);
	return NULL;
}

static void instances_sign_at_the_same_time(void **state)
{
	struct example *examples = calloc(THREADS, sizeof(*examples));
	pthread_t threads[THREADS];

	(void)state;
	for (int i = 0; i < THREADS; i++) {
		example_init(&examples[i]);
		example_open(&examples[i]);
		assert_int_equal(pthread_create(&threads[i], NULL, sign, &examples[i]), 0);
	}
	for (int i = 0; i < THREADS; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(examples[i].size, 998);
		assert_memory_equal(examples[i].token, examples[0].token, 998);
		example_close(&examples[i]);
	}
	free(examples);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(instances_sign_at_the_same_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
