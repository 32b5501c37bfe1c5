/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Inputs of a fuzzer: a fresh machine each, in one process as long as they pass. One that does not is made
 * small in processes of its own and printed as a test. host-shim.md#8.6
 */
#define _GNU_SOURCE
#include "host_shim/src/kit/again.h"

#include <hshim/step.h>

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host_shim/src/kit/guard.h"
#include "host_shim/src/kit/summary.h"

#define RUN_SECONDS 5
#define FOUND       78 /* exit status of a child: what it found is in the shared memory */

struct input {
	struct hshim_step steps[HSHIM_MAX_STEPS];
	unsigned int count;
};

/* Of an input that does not pass. */
struct verdict {
	bool found;
	enum hshim_oracle_id id;
	char site[160], text[1024];
};

struct job {
	const struct hshim_fuzz_target *target;
	const struct input *input;
};

static void call_steps(void *argument)
{
	const struct job *job = argument;

	job->target->run(job->input->steps, job->input->count);
}

static void keep_first(struct verdict *verdict)
{
	const struct hshim_finding *finding;

	for (unsigned int i = 0; (finding = hshim_finding(i)); i++) {
		if (finding->severity != HSHIM_FAIL || finding->allowed)
			continue;
		verdict->found = true;
		verdict->id = finding->id;
		snprintf(verdict->site, sizeof(verdict->site), "%s", finding->site);
		snprintf(verdict->text, sizeof(verdict->text), "%s", finding->text);
		return;
	}
}

/* With the instance that is open. `where`: places in the code are looked up, which takes time. */
static void run(const struct hshim_fuzz_target *target, const struct input *input, bool where,
		struct verdict *verdict)
{
	struct job job = {.target = target, .input = input};

	hshim_report_to(-1, -1);
	if (where)
		hshim_on_finding(NULL, NULL);
	hshim_try(call_steps, &job);
	/* What is left is taken down undisturbed. */
	hshim_fail_alloc(0, 0, 0);
	hshim_smc_inject_reset();
	hshim_check_end();
	keep_first(verdict);
}

/* --- one input in a process of its own --------------------------------------------------------------- */

static bool hears(const struct hshim *shim, const struct hshim_finding *finding)
{
	(void)shim;
	(void)finding;
	return false;
}

static void run_child(const struct hshim_fuzz_target *target, const struct input *input,
		      struct verdict *verdict)
{
	guard_start(RUN_SECONDS);
	if (!hshim_open(target->config))
		_exit(3);
	shim_current()->sink = hears;
	run(target, input, true, verdict);
	_exit(verdict->found ? FOUND : 0);
}

static void run_apart(const struct hshim_fuzz_target *target, const struct input *input,
		      struct verdict *shared)
{
	int status;
	pid_t pid;

	memset(shared, 0, sizeof(*shared));
	fflush(NULL);
	pid = fork();
	if (pid == 0)
		run_child(target, input, shared);
	status = again_wait(pid);
	if (pid < 0 || shared->found || (WIFEXITED(status) && WEXITSTATUS(status) == 0))
		return;
	shared->found = true;
	shared->id = HSHIM_O_CRASH;
	snprintf(shared->text, sizeof(shared->text), "the process ended with status 0x%x",
		 (unsigned int)status);
}

/* --- smaller ------------------------------------------------------------------------------------------- */

static bool is_same(const struct verdict *a, const struct verdict *b)
{
	return a->found && a->id == b->id && strcmp(a->site, b->site) == 0;
}

static struct input without(const struct input *input, unsigned int from, unsigned int count)
{
	struct input less = *input;

	memmove(&less.steps[from], &less.steps[from + count],
		(input->count - from - count) * sizeof(less.steps[0]));
	less.count -= count;
	return less;
}

/* Takes away half of the steps, a quarter, and so on, as long as the same is found. */
static void shrink(const struct hshim_fuzz_target *target, struct input *input,
		   struct verdict *verdict, struct verdict *shared)
{
	for (unsigned int part = input->count / 2; part; part /= 2) {
		for (unsigned int from = 0; from + part <= input->count;) {
			const struct input less = without(input, from, part);

			run_apart(target, &less, shared);
			if (!is_same(shared, verdict)) {
				from += part;
				continue;
			}
			*input = less;
			*verdict = *shared;
		}
	}
}

static void print_text(const char *text)
{
	for (const char *line = text; *line;) {
		const size_t size = strcspn(line, "\n");

		if (size)
			printf(" * %.*s\n", (int)size, line);
		line += size + (line[size] == '\n');
	}
}

static void print_test(const struct hshim_fuzz_target *target, const struct input *input,
		       const struct verdict *verdict)
{
	char line[160];

	printf("/*\n * %s%s%s\n", hshim_oracle_name(verdict->id), verdict->site[0] ? " in " : "",
	       verdict->site);
	print_text(verdict->text);
	printf(" */\nHSHIM_TEST(found_by_fuzzer)\n{\n\tstatic const struct hshim_step steps[] = "
	       "{\n");
	for (unsigned int i = 0; i < input->count; i++) {
		hshim_step_text(&input->steps[i], line, sizeof(line));
		printf("\t\t%s\n", line);
	}
	printf("\t};\n\n\thshim_exercise_steps(&%s, steps, %u);\n}\n", target->name, input->count);
	fflush(stdout);
}

/* `input` does not pass: as small as it can be made, as a test. */
static bool tell(const struct hshim_fuzz_target *target, struct input *input)
{
	struct verdict *shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE,
				      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	struct verdict verdict;

	if (shared == MAP_FAILED)
		return false;
	run_apart(target, input, shared);
	verdict = *shared;
	if (verdict.found) {
		shrink(target, input, &verdict, shared);
		print_test(target, input, &verdict);
	}
	munmap(shared, sizeof(*shared));
	return verdict.found;
}

/* --- for libFuzzer and AFL++ ------------------------------------------------------------------------- */

bool hshim_fuzz_one(const struct hshim_fuzz_target *target, const unsigned char *data, size_t size)
{
	struct verdict verdict = {.found = false};
	struct input input;

	input.count = hshim_steps_from(data, size, input.steps);
	if (!input.count)
		return true;
	if (!hshim_open(target->config))
		return true;
	run(target, &input, false, &verdict);
	hshim_close();
	return !verdict.found || !tell(target, &input);
}

/* --- a program of its own ------------------------------------------------------------------------------ */

#define CORPUS     512
#define FEATURES   65536
#define BATCH      2000 /* inputs of one process */
#define INPUT_SIZE (2 + HSHIM_STEP_BYTES * 24)

/* Shared with the child that makes the inputs. */
struct fuzz {
	uint64_t random;
	uint8_t corpus[CORPUS][INPUT_SIZE];
	unsigned int corpus_count, features;
	uint8_t seen[FEATURES / 8];
	unsigned long runs;
	uint8_t now[INPUT_SIZE];
};

struct options {
	unsigned long runs, seed;
	int first_file;
};

static uint64_t next_random(struct fuzz *fuzz)
{
	fuzz->random ^= fuzz->random << 13;
	fuzz->random ^= fuzz->random >> 7;
	fuzz->random ^= fuzz->random << 17;
	return fuzz->random;
}

static void make_input(struct fuzz *fuzz)
{
	if (!fuzz->corpus_count || next_random(fuzz) % 4 == 0) {
		for (unsigned int i = 0; i < INPUT_SIZE; i++)
			fuzz->now[i] = (uint8_t)(next_random(fuzz) >> 24);
		return;
	}
	memcpy(fuzz->now, fuzz->corpus[next_random(fuzz) % fuzz->corpus_count], INPUT_SIZE);
	for (uint64_t n = 1 + next_random(fuzz) % 8; n; n--)
		fuzz->now[next_random(fuzz) % INPUT_SIZE] = (uint8_t)(next_random(fuzz) >> 24);
}

/* What was new in an input: two calls in a row with their results, each as a bit. */
struct novelty {
	struct fuzz *fuzz;
	uint32_t before;
	bool any;
};

static void note_call(void *context, struct hshim_call *call)
{
	struct novelty *novelty = context;
	const uint32_t now = (call->fid & 0xff) << 16 | (uint32_t)(call->ret[0] & 0xffff);
	const uint32_t bit = (novelty->before * 0x9e3779b1u ^ now * 0x85ebca6bu) >> 16;
	uint8_t *byte = &novelty->fuzz->seen[bit / 8];

	novelty->before = now;
	if (*byte >> (bit & 7) & 1)
		return;
	*byte |= (uint8_t)(1 << (bit & 7));
	novelty->fuzz->features++;
	novelty->any = true;
}

static bool run_next(struct fuzz *fuzz, const struct hshim_fuzz_target *target)
{
	struct novelty novelty = {.fuzz = fuzz};
	struct verdict verdict = {.found = false};
	struct input input;

	input.count = hshim_steps_from(fuzz->now, INPUT_SIZE, input.steps);
	hshim_smc_hook(0, HSHIM_AFTER, note_call, &novelty);
	run(target, &input, false, &verdict);
	fuzz->runs++;
	if (novelty.any)
		memcpy(fuzz->corpus[fuzz->corpus_count < CORPUS ? fuzz->corpus_count++
								: next_random(fuzz) % CORPUS],
		       fuzz->now, INPUT_SIZE);
	return !verdict.found;
}

static void run_batch(struct fuzz *fuzz, const struct hshim_fuzz_target *target, unsigned long most)
{
	const bool together = again_is_possible();
	struct again again;

	guard_start(RUN_SECONDS);
	if (!(together ? again_start : again_start_plain)(&again, target->config))
		_exit(3);
	for (unsigned long i = 0; i < most; i++) {
		guard_again(RUN_SECONDS);
		if (!again_open(&again))
			_exit(3);
		make_input(fuzz);
		if (!run_next(fuzz, target))
			_exit(FOUND);
		again_close(&again);
	}
	_exit(0);
}

static bool parse(int argc, char **argv, struct options *o)
{
	*o = (struct options){.runs = 10000, .seed = 1, .first_file = argc};
	for (int i = 1; i < argc; i++) {
		char *end = NULL;

		if (strncmp(argv[i], "--runs=", 7) == 0)
			o->runs = strtoul(argv[i] + 7, &end, 0);
		else if (strncmp(argv[i], "--seed=", 7) == 0)
			o->seed = strtoul(argv[i] + 7, &end, 0);
		else if (argv[i][0] != '-' && o->first_file == argc)
			o->first_file = i;
		if (argv[i][0] == '-' && (!end || *end || end == strchr(argv[i], '=') + 1)) {
			fprintf(stderr, "%s: what is %s? [--runs=N] [--seed=N] [FILE]...\n",
				argv[0], argv[i]);
			return false;
		}
	}
	return true;
}

/* 0, 1 or 2 as the program's status. */
static int run_file(const char *path, const struct hshim_fuzz_target *target)
{
	uint8_t data[2 + HSHIM_STEP_BYTES * HSHIM_MAX_STEPS];
	FILE *file = fopen(path, "rb");
	struct input input;
	size_t size;

	if (!file) {
		fprintf(stderr, "%s cannot be read\n", path);
		return 2;
	}
	size = fread(data, 1, sizeof(data), file);
	fclose(file);
	input.count = hshim_steps_from(data, size, input.steps);
	return tell(target, &input) ? 1 : 0;
}

static int run_files(int argc, char **argv, int first, const struct hshim_fuzz_target *target)
{
	int worst = 0;

	for (int i = first; i < argc; i++)
		worst = max(worst, run_file(argv[i], target));
	return worst;
}

/* 0: all passed; 1: the present input did not. */
static int run_child_batch(struct fuzz *fuzz, const struct hshim_fuzz_target *target,
			   unsigned long most)
{
	int status;
	pid_t pid;

	fflush(NULL);
	pid = fork();
	if (pid == 0)
		run_batch(fuzz, target, most);
	status = again_wait(pid);
	if (WIFEXITED(status) && WEXITSTATUS(status) == 3) {
		fprintf(stderr, "host_shim: the machine cannot be had\n");
		return 2;
	}
	return pid > 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0 ? 0 : 1;
}

static int fuzz_on(struct fuzz *fuzz, const struct options *o,
		   const struct hshim_fuzz_target *target)
{
	/* Where variables cannot be put back each input has a process of its own. */
	const unsigned long batch = again_is_possible() ? BATCH : 1;
	struct input input;
	int result;

	while (fuzz->runs < o->runs) {
		result = run_child_batch(fuzz, target, min(o->runs - fuzz->runs, batch));
		if (result > 1)
			return result;
		if (!result)
			continue;
		input.count = hshim_steps_from(fuzz->now, INPUT_SIZE, input.steps);
		if (tell(target, &input))
			return 1;
		fprintf(stderr, "host_shim: an input failed once, not again: seed %lu, run %lu\n",
			o->seed, fuzz->runs);
		return 3;
	}
	return 0;
}

int hshim_fuzz_main(int argc, char **argv, const struct hshim_fuzz_target *target)
{
	struct options o;
	struct fuzz *fuzz;
	int result;

	if (!parse(argc, argv, &o))
		return 2;
	if (o.first_file < argc)
		return run_files(argc, argv, o.first_file, target);
	fuzz = mmap(NULL, sizeof(*fuzz), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (fuzz == MAP_FAILED)
		return 3;
	fuzz->random = o.seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	result = fuzz_on(fuzz, &o, target);
	fprintf(stderr, "%lu inputs, %u pairs of calls, %u inputs kept\n", fuzz->runs,
		fuzz->features, fuzz->corpus_count);
	munmap(fuzz, sizeof(*fuzz));
	return result;
}
