/* SPDX-License-Identifier: BSD-3-Clause */
#include <execinfo.h>
#include <fenv.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "exec/coroutine.h"

struct script {
	struct coroutine *self;
	int step;
	uint64_t sum;
	void *address;
	int frames;
};

static void count_steps(void *argument)
{
	struct script *s = argument;

	for (s->step = 1; s->step < 4; s->step++)
		coroutine_suspend(s->self);
}

static void nothing_runs_before_the_first_resumption(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s = {0};

	(void)state;
	s.self = coroutine_create(&pool, count_steps, &s);
	assert_non_null(s.self);
	assert_int_equal(s.step, 0);
	assert_false(coroutine_finished(s.self));
	coroutine_destroy(&pool, s.self);
	coroutine_pool_clear(&pool);
}

static void a_resumption_goes_on_where_the_last_one_ended(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s = {0};

	(void)state;
	s.self = coroutine_create(&pool, count_steps, &s);
	for (int i = 1; i < 4; i++) {
		coroutine_resume(s.self);
		assert_int_equal(s.step, i);
		assert_false(coroutine_finished(s.self));
	}
	coroutine_resume(s.self);
	assert_true(coroutine_finished(s.self));
	coroutine_destroy(&pool, s.self);
	coroutine_pool_clear(&pool);
}

/* Enough live values that the compiler keeps some in every register it may. */
static void keep_locals(void *argument)
{
	struct script *s = argument;
	uint64_t a = (uint64_t)s->step, b = a * 3, c = a * 5, d = a * 7, e = a * 11, f = a * 13;

	for (int i = 0; i < 100; i++) {
		coroutine_suspend(s->self);
		a += b;
		b ^= c;
		c += d;
		d ^= e;
		e += f;
		f ^= a;
	}
	s->sum = a ^ b ^ c ^ d ^ e ^ f;
}

static uint64_t sum_alone(int seed)
{
	struct coroutine_pool pool = {0};
	struct script s = {.step = seed};

	s.self = coroutine_create(&pool, keep_locals, &s);
	while (!coroutine_finished(s.self))
		coroutine_resume(s.self);
	coroutine_destroy(&pool, s.self);
	coroutine_pool_clear(&pool);
	return s.sum;
}

static void interleaved_coroutines_keep_their_registers(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s[20];

	(void)state;
	memset(s, 0, sizeof(s));
	for (int i = 0; i < 20; i++) {
		s[i].step = i + 1;
		s[i].self = coroutine_create(&pool, keep_locals, &s[i]);
	}
	for (int round = 0; round < 101; round++) {
		for (int i = 0; i < 20; i++)
			coroutine_resume(s[i].self);
	}
	for (int i = 0; i < 20; i++) {
		assert_true(coroutine_finished(s[i].self));
		assert_true(s[i].sum == sum_alone(i + 1));
		coroutine_destroy(&pool, s[i].self);
	}
	coroutine_pool_clear(&pool);
}

static void round_upward(void *argument)
{
	struct script *s = argument;

	s->step = fegetround();
	fesetround(FE_UPWARD);
	coroutine_suspend(s->self);
	s->frames = fegetround();
}

static void floating_point_modes_belong_to_the_stack(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s = {0};

	(void)state;
	fesetround(FE_DOWNWARD);
	s.self = coroutine_create(&pool, round_upward, &s);
	coroutine_resume(s.self);
	assert_int_equal(s.step, FE_TONEAREST);
	assert_int_equal(fegetround(), FE_DOWNWARD);
	coroutine_resume(s.self);
	assert_int_equal(s.frames, FE_UPWARD);
	assert_int_equal(fegetround(), FE_DOWNWARD);
	fesetround(FE_TONEAREST);
	coroutine_destroy(&pool, s.self);
	coroutine_pool_clear(&pool);
}

static void resume_inner(void *argument)
{
	struct coroutine_pool pool = {0};
	struct script *s = argument;
	struct script inner = {0};

	inner.self = coroutine_create(&pool, count_steps, &inner);
	while (!coroutine_finished(inner.self)) {
		coroutine_resume(inner.self);
		coroutine_suspend(s->self);
		s->step = inner.step;
	}
	coroutine_destroy(&pool, inner.self);
	coroutine_pool_clear(&pool);
}

static void a_coroutine_may_resume_another_one(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s = {0};

	(void)state;
	s.self = coroutine_create(&pool, resume_inner, &s);
	while (!coroutine_finished(s.self))
		coroutine_resume(s.self);
	assert_int_equal(s.step, 4);
	coroutine_destroy(&pool, s.self);
	coroutine_pool_clear(&pool);
}

static void use_stack(void *argument)
{
	struct script *s = argument;
	volatile uint8_t block[COROUTINE_STACK_SIZE - 32 * 1024];

	for (size_t i = 0; i < sizeof(block); i += 512)
		block[i] = (uint8_t)(i / 512);
	coroutine_suspend(s->self);
	for (size_t i = 0; i < sizeof(block); i += 512)
		s->sum += block[i] == (uint8_t)(i / 512);
	s->sum *= 512;
}

static void the_stack_has_the_size_it_promises(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s = {0};

	(void)state;
	s.self = coroutine_create(&pool, use_stack, &s);
	coroutine_resume(s.self);
	coroutine_resume(s.self);
	assert_int_equal(s.sum, COROUTINE_STACK_SIZE - 32 * 1024);
	coroutine_destroy(&pool, s.self);
	coroutine_pool_clear(&pool);
}

/* Far deeper than any stack; the volatile blocks keep the frames. */
static int overflow(int depth, volatile uint8_t *outer)
{
	volatile uint8_t block[1024];

	block[0] = outer[0];
	return depth == 0 ? 0 : block[0] + overflow(depth - 1, block);
}

static void overflow_stack(void *argument)
{
	struct script *s = argument;
	uint8_t first = 1;

	s->step = overflow(1 << 20, &first);
}

static void an_overflow_hits_the_guard_page(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s = {0};
	pid_t child = fork();
	int status;

	(void)state;
	if (child == 0) {
		close(2);
		signal(SIGSEGV, SIG_DFL);
		s.self = coroutine_create(&pool, overflow_stack, &s);
		coroutine_resume(s.self);
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	/* A sanitizer reports the signal and leaves with a status of its own. */
	assert_true(WIFSIGNALED(status) || WEXITSTATUS(status) != 0);
}

static void note_address(void *argument)
{
	struct script *s = argument;

	s->address = __builtin_frame_address(0);
	coroutine_suspend(s->self);
}

static void a_destroyed_coroutine_gives_its_stack_to_the_next(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s = {0}, t = {0};

	(void)state;
	s.self = coroutine_create(&pool, note_address, &s);
	coroutine_resume(s.self);
	coroutine_destroy(&pool, s.self);
	assert_int_equal(pool.count, 1);
	t.self = coroutine_create(&pool, note_address, &t);
	coroutine_resume(t.self);
	assert_ptr_equal(s.address, t.address);
	assert_int_equal(pool.count, 0);
	coroutine_destroy(&pool, t.self);
	coroutine_pool_clear(&pool);
	assert_null(pool.idle);
}

static void the_pool_keeps_a_bounded_number_of_stacks(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s[COROUTINE_POOL_LIMIT + 8];

	(void)state;
	memset(s, 0, sizeof(s));
	for (size_t i = 0; i < COROUTINE_POOL_LIMIT + 8; i++) {
		s[i].self = coroutine_create(&pool, count_steps, &s[i]);
		assert_non_null(s[i].self);
	}
	for (size_t i = 0; i < COROUTINE_POOL_LIMIT + 8; i++)
		coroutine_destroy(&pool, s[i].self);
	assert_int_equal(pool.count, COROUTINE_POOL_LIMIT);
	coroutine_pool_clear(&pool);
	assert_int_equal(pool.count, 0);
}

static void recurse(struct script *s, int depth)
{
	volatile uint8_t block[256];

	memset((void *)block, depth, sizeof(block));
	if (depth == 0)
		coroutine_suspend(s->self);
	else
		recurse(s, depth - 1);
	s->sum += block[7];
}

static void suspend_deep(void *argument)
{
	recurse(argument, 20);
}

static void an_abandoned_stack_is_usable_again(void **state)
{
	struct coroutine_pool pool = {0};

	(void)state;
	for (int i = 0; i < 1000; i++) {
		struct script s = {0};

		s.self = coroutine_create(&pool, i % 2 ? suspend_deep : use_stack, &s);
		assert_non_null(s.self);
		coroutine_resume(s.self);
		coroutine_destroy(&pool, s.self);
		assert_int_equal(s.sum, 0);
	}
	coroutine_pool_clear(&pool);
}

static void take_backtrace(void *argument)
{
	struct script *s = argument;
	void *frames[64];

	s->frames = backtrace(frames, 64);
}

static void a_backtrace_ends_at_the_start_of_the_coroutine(void **state)
{
	struct coroutine_pool pool = {0};
	struct script s = {0};

	(void)state;
	s.self = coroutine_create(&pool, take_backtrace, &s);
	coroutine_resume(s.self);
	/* take_backtrace, entry, coroutine_start; a checker may add frames of its own. */
	assert_in_range(s.frames, 1, 8);
	coroutine_destroy(&pool, s.self);
	coroutine_pool_clear(&pool);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_runs_before_the_first_resumption),
		cmocka_unit_test(a_resumption_goes_on_where_the_last_one_ended),
		cmocka_unit_test(interleaved_coroutines_keep_their_registers),
		cmocka_unit_test(floating_point_modes_belong_to_the_stack),
		cmocka_unit_test(a_coroutine_may_resume_another_one),
		cmocka_unit_test(the_stack_has_the_size_it_promises),
		cmocka_unit_test(an_overflow_hits_the_guard_page),
		cmocka_unit_test(a_destroyed_coroutine_gives_its_stack_to_the_next),
		cmocka_unit_test(the_pool_keeps_a_bounded_number_of_stacks),
		cmocka_unit_test(an_abandoned_stack_is_usable_again),
		cmocka_unit_test(a_backtrace_ends_at_the_start_of_the_coroutine),
	};

	return cmocka_run_group_tests_name("coroutine", tests, NULL, NULL);
}
