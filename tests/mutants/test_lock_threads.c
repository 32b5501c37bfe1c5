/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Every public function of an instance, called while another thread issues SMCs. Each function that locks
 * the instance is called once more in a variant in which that function leaves its lock out: there it no
 * longer waits for an SMC in progress, and the thread sanitizer has to complain.
 */
#include <assert.h>
#include <ctype.h>
#include <fcntl.h>
#include <glob.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/mutants/locks.h"

#if defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

#define RACE_EXIT 66 /* exit status of a process in which the sanitizer complains */
#define ATTEMPTS \
	10 /* whether two threads meet is up to the scheduler, on a busy machine above all */

extern char **environ;

static void a_function_beside_smcs(void **state)
{
	lock_race(*state);
}

/* --- waiting ----------------------------------------------------------------------------------------- */

static void a_function_that_locks_waits_for_the_smc(void **state)
{
	const struct lock_row *row = *state;
	const bool waits = !row->needs_no_lock || strcmp(row->name, "rmmsim_save") == 0;

	assert_int_equal(lock_returns_in_hold(row), !waits);
}

/* --- the same without the lock ------------------------------------------------------------------------- */

/* Exit status of this program when it runs `row` without its lock. */
static int without_lock(const struct lock_row *row)
{
	char program[] = "test_lock_threads", option[] = "--without-lock", name[64];
	char *arguments[] = {program, option, name, NULL};
	posix_spawn_file_actions_t quiet;
	pid_t child;
	int status;

	snprintf(name, sizeof(name), "%s", row->name);
	assert_int_equal(setenv("TSAN_OPTIONS", "halt_on_error=1:exitcode=66", 1), 0);
	posix_spawn_file_actions_init(&quiet);
	posix_spawn_file_actions_addopen(&quiet, 1, "/dev/null", O_WRONLY, 0);
	posix_spawn_file_actions_addopen(&quiet, 2, "/dev/null", O_WRONLY, 0);
	assert_int_equal(posix_spawn(&child, "/proc/self/exe", &quiet, NULL, arguments, environ),
			 0);
	posix_spawn_file_actions_destroy(&quiet);
	assert_int_equal(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

static void a_missing_lock_is_noticed(void **state)
{
	const struct lock_row *row = *state;
	int status = 0;

	if (row->needs_no_lock) {
		print_message("%s: %s\n", row->name, row->needs_no_lock);
		return;
	}
	if (!SANITIZED) {
		lock_leave_out(row);
		assert_true(lock_returns_in_hold(row));
	} else if (row->blind) {
		print_message("%s: %s\n", row->name, row->blind);
	} else {
		for (unsigned int i = 0; i < ATTEMPTS && status == 0; i++)
			status = without_lock(row);
		assert_int_equal(status, RACE_EXIT);
	}
}

/* --- nothing is left out ------------------------------------------------------------------------------- */

static char *file_text(const char *path)
{
	char *text = calloc(1, 200000);
	FILE *file = fopen(path, "r");

	assert_non_null(text);
	assert_non_null(file);
	assert_true(fread(text, 1, 199999, file) < 199999);
	fclose(file);
	return text;
}

/* The identifier that ends before the parenthesis at `open`. */
static void name_before(const char *open, char name[64])
{
	const char *end = open;
	size_t length = 0;

	while (isalnum((unsigned char)end[-1]) || end[-1] == '_')
		end--;
	while (end + length < open && length < 63) {
		name[length] = end[length];
		length++;
	}
	name[length] = '\0';
}

/* These end or begin the life of the instance, or belong to an object with a rule of its own. */
static bool is_exempt(const char *name)
{
	return strcmp(name, "rmmsim_destroy") == 0 || strcmp(name, "rmmsim_scripts_create") == 0 ||
	       strcmp(name, "rmmsim_unicorn_create") == 0 ||
	       strcmp(name, "rmmsim_device_create") == 0;
}

static bool takes_an_instance(const char *parameters)
{
	const char *end = strchr(parameters, ')');
	const char *const kinds[] = {"(struct rmmsim *", "(const struct rmmsim *",
				     "(const struct rmmsim_vcpu *"};

	for (size_t i = 0; end && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strncmp(parameters, kinds[i], strlen(kinds[i])) == 0)
			return true;
	}
	return false;
}

static void every_public_function_of_an_instance_is_here(void **state)
{
	unsigned int found_functions = 0;
	glob_t found;
	char name[64];

	(void)state;
	assert_int_equal(glob(RMMSIM_SOURCE_DIR "/include/rmmsim/*.h", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++) {
		char *text = file_text(found.gl_pathv[i]);

		for (const char *at = text; (at = strstr(at, "\nRMMSIM_API ")) != NULL; at++) {
			const char *open = strchr(at, '(');

			if (!open || !takes_an_instance(open))
				continue;
			name_before(open, name);
			found_functions++;
			if (!is_exempt(name) && !lock_row(name))
				fail_msg("%s() is not called beside SMCs: add a row", name);
		}
		free(text);
	}
	globfree(&found);
	assert_true(found_functions >= lock_row_count);
}

/* Functions that lock, by the text of rmm/. */
static void check_locks_of(const char *path)
{
	char *text = file_text(path), *save, name[64] = "";

	for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		const char *open = strchr(line, '(');

		if (open && isalpha((unsigned char)line[0]))
			name_before(open, name);
		if (!strstr(line, "\tmem_lock("))
			continue;
		if (strncmp(name, "rmmsim_", 7) != 0)
			continue; /* of a function that is not public */
		if (!lock_row(name) || lock_row(name)->needs_no_lock)
			fail_msg("%s: %s() locks, and its row does not say so", path, name);
	}
	free(text);
}

static void every_function_that_locks_is_tried_without(void **state)
{
	const char *const patterns[] = {RMMSIM_SOURCE_DIR "/rmm/*.c",
					RMMSIM_SOURCE_DIR "/rmm/*/*.c"};

	(void)state;
	for (size_t n = 0; n < 2; n++) {
		glob_t found;

		assert_int_equal(glob(patterns[n], 0, NULL, &found), 0);
		for (size_t i = 0; i < found.gl_pathc; i++)
			check_locks_of(found.gl_pathv[i]);
		globfree(&found);
	}
}

/* --- main ---------------------------------------------------------------------------------------------- */

static int run_without_lock(const char *name)
{
	const struct lock_row *row = lock_row(name);

	if (!row)
		return 2;
	lock_leave_out(row);
	lock_race(row);
	return 0;
}

static const struct {
	const char *name; /* after that of the function */
	CMUnitTestFunction test;
} tests_of_a_row[] = {
	{"beside SMCs", a_function_beside_smcs},
	{"and an SMC in progress", a_function_that_locks_waits_for_the_smc},
	{"without its lock", a_missing_lock_is_noticed},
};

#define MAX_TESTS      128
#define TESTS_OF_A_ROW (sizeof(tests_of_a_row) / sizeof(tests_of_a_row[0]))

int main(int argc, char **argv)
{
	static struct CMUnitTest tests[MAX_TESTS] = {
		cmocka_unit_test(every_public_function_of_an_instance_is_here),
		cmocka_unit_test(every_function_that_locks_is_tried_without),
	};
	static char names[MAX_TESTS][64];
	const size_t count = 2 + TESTS_OF_A_ROW * lock_row_count;

	if (argc == 3 && strcmp(argv[1], "--without-lock") == 0)
		return run_without_lock(argv[2]);
	assert(count <= MAX_TESTS);
	for (size_t i = 0; i < count - 2; i++) {
		const struct lock_row *row = &lock_rows[i / TESTS_OF_A_ROW];

		snprintf(names[i], sizeof(names[i]), "%s %s", row->name,
			 tests_of_a_row[i % TESTS_OF_A_ROW].name);
		tests[2 + i] =
			(struct CMUnitTest){names[i], tests_of_a_row[i % TESTS_OF_A_ROW].test, NULL,
					    NULL, (void *)(uintptr_t)row};
	}
	return _cmocka_run_group_tests("locks", tests, count, NULL, NULL);
}
