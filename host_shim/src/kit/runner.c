/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The test kit (host_shim/src/kit/): tests of code under test, by a small runner. Words: a *test* is a function that a
 * constructor registered; each runs in a *process* of its own, or, where that is possible, in the same one after the
 * machine was put back (again.c); a *sweep* runs a test once for every point at which something can fail (sweep.c); a
 * *feature run* is the test on another monitor (feature.c); a *run* has an id by which it is made alone; the *summary*,
 * in memory that all processes share, has each finding once (summary.h); the *guard* ends what hangs (guard.c).
 *
 * Only the first thread of a process runs tests; between processes the summary has a lock.
 */
#define _GNU_SOURCE
#include "host_shim/src/kit/again.h"

#include <hshim/test.h>

#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host_shim/src/kit/guard.h"
#include "host_shim/src/kit/result.h"

#define MAX_FILTERS 16
#define SECONDS     60
#define TEST_FAILED 76 /* exit status: it has told why */

/* Filled by constructors. */
static struct hshim_test *tests;

/* What main() was given: read by tests in the same process or in its children. */
static const struct hshim_config *main_config;
static bool deep;

struct options {
	const char *filter[MAX_FILTERS];
	unsigned int filters;
	bool list, no_fork, all, stop;
	unsigned long seed;
	unsigned int repeat, timeout;
	struct result_files files;
	const char *trace; /* directory */
	unsigned int failed, run;
};

void hshim_test_add(struct hshim_test *test)
{
	struct hshim_test **at = &tests;

	while (*at)
		at = &(*at)->next;
	*at = test;
}

const struct hshim_config *hshim_main_config(void)
{
	return main_config;
}

bool hshim_deep(void)
{
	return deep;
}

void hshim_expect_failed(const char *file, int line, bool leave, const char *text, long long a,
			 long long b)
{
	hshim_report(HSHIM_O_TEST, "%s:%d: %s: %lld (0x%llx), %lld (0x%llx)", file, line, text, a,
		     (unsigned long long)a, b, (unsigned long long)b);
	if (leave)
		hshim_leave();
}

static const char *value_of(const char *argument, const char *name)
{
	const size_t n = strlen(name);

	return strncmp(argument, name, n) == 0 ? argument + n : NULL;
}

static bool parse_value(struct options *o, const char *argument)
{
	const char *v;

	if ((v = value_of(argument, "--seed=")))
		o->seed = strtoul(v, NULL, 0);
	else if ((v = value_of(argument, "--repeat=")))
		o->repeat = (unsigned int)strtoul(v, NULL, 0);
	else if ((v = value_of(argument, "--timeout=")))
		o->timeout = (unsigned int)strtoul(v, NULL, 0);
	else if ((v = value_of(argument, "--junit=")))
		return result_open(&o->files.junit, v);
	else if ((v = value_of(argument, "--trace=")))
		o->trace = v;
	else if ((v = value_of(argument, "--json=")))
		return result_open(&o->files.json, v);
	else if ((v = value_of(argument, "--run=")))
		summary_only(v);
	return v != NULL;
}

static bool parse(struct options *o, int argc, char **argv)
{
	*o = (struct options){.repeat = 1, .timeout = SECONDS};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--list") == 0)
			o->list = true;
		else if (strcmp(argv[i], "--no-fork") == 0)
			o->no_fork = true;
		else if (strcmp(argv[i], "--all") == 0)
			o->all = true;
		else if (strcmp(argv[i], "--stop") == 0)
			o->stop = true;
		else if (strcmp(argv[i], "--deep") == 0)
			deep = true;
		else if (strcmp(argv[i], "--ktap") == 0)
			o->files.ktap = stdout;
		else if (argv[i][0] != '-' && o->filters < MAX_FILTERS)
			o->filter[o->filters++] = argv[i];
		else if (!parse_value(o, argv[i])) {
			fprintf(stderr, "%s: what is %s?\n", argv[0], argv[i]);
			return false;
		}
	}
	return true;
}

/* A whole name means that test only. */
static bool is_name(const char *filter)
{
	for (const struct hshim_test *test = tests; test; test = test->next)
		if (strcmp(test->name, filter) == 0)
			return true;
	return false;
}

static bool is_wanted(const struct options *o, const struct hshim_test *test)
{
	for (unsigned int i = 0; i < o->filters; i++)
		if (is_name(o->filter[i]) ? strcmp(test->name, o->filter[i]) == 0
					  : strstr(test->name, o->filter[i]) != NULL)
			return true;
	return o->filters == 0;
}

static unsigned int wanted_tests(const struct options *o)
{
	unsigned int count = 0;

	for (const struct hshim_test *test = tests; test; test = test->next)
		count += is_wanted(o, test);
	return count;
}

static void call_test(void *argument)
{
	((const struct hshim_test *)argument)->fn();
}

static bool run_here(const struct options *o, const struct hshim_test *test, unsigned long seed)
{
	struct hshim_config config = *main_config;
	char path[4096];

	guard_start(o->timeout);
	if (o->trace) {
		snprintf(path, sizeof(path), "%s/%s.jsonl", o->trace, test->name);
		config.trace = path;
	}
	if (!hshim_open(&config))
		return false;
	summary_listen();
	if (seed)
		hshim_alloc_order(HSHIM_RANDOM, seed);
	hshim_try(call_test, (void *)(uintptr_t)test);
	guard_again(0);
	summary_run(NULL);
	return hshim_close() == 0;
}

static bool run_apart(const struct options *o, const struct hshim_test *test, unsigned long seed)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0) {
		const bool passed = run_here(o, test, seed);

		fflush(NULL);
		exit(passed ? 0 : TEST_FAILED);
	}
	status = again_wait(pid);
	summary_run(NULL);
	if (!WIFEXITED(status) || (WEXITSTATUS(status) && WEXITSTATUS(status) != TEST_FAILED))
		summary_death(test->name, status);
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* Processor time of this process and of its children that have ended. */
static double processor_seconds(void)
{
	struct rusage here, there;

	getrusage(RUSAGE_SELF, &here);
	getrusage(RUSAGE_CHILDREN, &there);
	return (double)(here.ru_utime.tv_sec + here.ru_stime.tv_sec + there.ru_utime.tv_sec +
			there.ru_stime.tv_sec) +
	       (double)(here.ru_utime.tv_usec + here.ru_stime.tv_usec + there.ru_utime.tv_usec +
			there.ru_stime.tv_usec) /
		       1e6;
}

static void run_test(struct options *o, const struct hshim_test *test, unsigned long seed)
{
	struct result result = {.name = test->name, .file = test->file, .line = test->line};
	const double start = processor_seconds();

	summary_test(test->name);
	result.passed = o->no_fork ? run_here(o, test, seed) : run_apart(o, test, seed);
	result.seed = seed;
	result.seconds = processor_seconds() - start;
	result.number = ++o->run;
	o->failed += !result.passed;
	result_tell(&o->files, &result);
}

static void run_all(struct options *o)
{
	for (unsigned int n = 0; n < o->repeat; n++) {
		const unsigned long seed = o->seed ? o->seed + n : n;

		for (const struct hshim_test *test = tests; test; test = test->next)
			if (is_wanted(o, test) && !(o->stop && o->failed))
				run_test(o, test, seed);
	}
}

int hshim_main(int argc, char **argv, const struct hshim_config *config)
{
	static const struct hshim_config none;
	struct options o;

	if (!parse(&o, argc, argv))
		return 2;
	main_config = config ? config : &none;
	if (o.list) {
		for (const struct hshim_test *test = tests; test; test = test->next)
			printf("%s\n", test->name);
		return 0;
	}
	summary_start(argv[0]);
	/* One test: its findings are told whole, with the calls before them. */
	if (o.all || wanted_tests(&o) * o.repeat == 1)
		summary_show(o.all ? SUMMARY_ALL : SUMMARY_NEW);
	result_begin(&o.files, argv[0], wanted_tests(&o) * o.repeat);
	run_all(&o);
	result_end(&o.files, o.all);
	if (!o.files.ktap)
		printf("%u of %u tests passed\n", o.run - o.failed, o.run);
	return o.failed || !o.run ? 1 : 0;
}
