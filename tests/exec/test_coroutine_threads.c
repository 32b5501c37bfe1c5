/* SPDX-License-Identifier: BSD-3-Clause */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>

#include <cmocka.h>

#include "exec/coroutine.h"

struct counter {
	struct coroutine *self;
	int steps;
};

static void count(void *argument)
{
	struct counter *c = argument;

	for (;;) {
		c->steps++;
		coroutine_suspend(c->self);
	}
}

static void *resume_once(void *argument)
{
	struct counter *c = argument;

	coroutine_resume(c->self);
	return NULL;
}

static void a_coroutine_moves_from_thread_to_thread(void **state)
{
	struct coroutine_pool pool = {0};
	struct counter c = {0};
	pthread_t thread;

	(void)state;
	c.self = coroutine_create(&pool, count, &c);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(pthread_create(&thread, NULL, resume_once, &c), 0);
		pthread_join(thread, NULL);
		coroutine_resume(c.self);
	}
	assert_int_equal(c.steps, 40);
	coroutine_destroy(&pool, c.self);
	coroutine_pool_clear(&pool);
}

static void *run_own(void *argument)
{
	struct coroutine_pool pool = {0};
	struct counter c = {0};
	int *result = argument;

	c.self = coroutine_create(&pool, count, &c);
	for (int i = 0; i < 2000; i++)
		coroutine_resume(c.self);
	*result = c.steps;
	coroutine_destroy(&pool, c.self);
	coroutine_pool_clear(&pool);
	return NULL;
}

static void threads_run_coroutines_of_their_own(void **state)
{
	pthread_t threads[4];
	int results[4] = {0};

	(void)state;
	for (int i = 0; i < 4; i++)
		assert_int_equal(pthread_create(&threads[i], NULL, run_own, &results[i]), 0);
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		assert_int_equal(results[i], 2000);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_coroutine_moves_from_thread_to_thread),
		cmocka_unit_test(threads_run_coroutines_of_their_own),
	};

	return cmocka_run_group_tests_name("coroutine threads", tests, NULL, NULL);
}
