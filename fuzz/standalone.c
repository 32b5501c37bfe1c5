/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Runs a target without libFuzzer: each file of the command line (of a directory: each file in it); with
 * AFL++'s compiler, what AFL++ hands over in shared memory; with -time=S a plain loop of mutations that
 * knows no coverage.
 */
#include "fuzz/fuzz.h"

#include <dirent.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

/* Not every target has a mutator. */
#pragma weak LLVMFuzzerCustomMutator

#define INPUT_SIZE  (1 << 20) /* the largest saved state worth a change has some 100 KiB */
#define MAX_SEEDS   65536
#define MAX_SECONDS 1e9

#ifdef __AFL_FUZZ_TESTCASE_LEN
__AFL_FUZZ_INIT();

/*
 * Starts are made when they are first needed: before AFL++ looks, or the same input would take other paths
 * the first time. A target that takes no sequences gets two bytes.
 */
static void make_starts(void)
{
	for (uint8_t machine = 0; machine < SEQUENCE_MACHINES; machine++) {
		for (uint8_t start = 0; start < SEQUENCE_STARTS; start++)
			LLVMFuzzerTestOneInput((const uint8_t[]){machine, start}, 2);
	}
}

static int run_afl(void)
{
	const unsigned char *data;

	make_starts();
	__AFL_INIT();
	data = __AFL_FUZZ_TESTCASE_BUF;
	while (__AFL_LOOP(100000))
		LLVMFuzzerTestOneInput(data, (size_t)__AFL_FUZZ_TESTCASE_LEN);
	return 0;
}
#endif

struct seeds {
	size_t count;
	struct {
		uint8_t *data;
		size_t size;
	} at[MAX_SEEDS];
};

static uint64_t random_state = 1;

static uint32_t next_random(void)
{
	random_state = random_state * UINT64_C(6364136223846793005) + 1442695040888963407u;
	return (uint32_t)(random_state >> 33);
}

/* One byte, for what asks the fuzzer for a change of bytes. */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max_size)
{
	if (size == 0 && max_size)
		data[size++] = 0;
	if (size)
		data[next_random() % size] = (uint8_t)next_random();
	return size;
}

static void die(const char *path, const char *problem)
{
	fprintf(stderr, "%s: %s\n", path, problem);
	exit(2);
}

/* A script that has a mistake would be run as bytes: some other sequence. */
static void check_script(const char *path, const uint8_t *data, size_t size)
{
	static struct sequence sequence;
	const char *dot = strrchr(path, '.');
	struct trace_error error = {.line = 0};

	if (!dot || strcmp(dot, ".rmm") || sequence_decode_file(&sequence, data, size, &error))
		return;
	fprintf(stderr, "%s:%zu:%zu: %s\n", path, error.line, error.column,
		error.line ? error.text : "the script has no step");
	exit(2);
}

static void add_file(struct seeds *seeds, const char *path)
{
	FILE *file = fopen(path, "rb");
	static uint8_t data[INPUT_SIZE + 1];
	size_t size;

	if (!file)
		die(path, strerror(errno));
	size = fread(data, 1, sizeof(data), file);
	if (ferror(file))
		die(path, strerror(errno));
	fclose(file);
	if (size > INPUT_SIZE)
		die(path, "more than 1 MiB; give a smaller file");
	check_script(path, data, size);
	if (seeds->count == MAX_SEEDS)
		die(path, "more than 65536 files; give fewer");
	seeds->at[seeds->count].data = malloc(size + 1);
	if (!seeds->at[seeds->count].data)
		die(path, "out of memory");
	memcpy(seeds->at[seeds->count].data, data, size);
	seeds->at[seeds->count++].size = size;
}

static void add_path(struct seeds *seeds, const char *path)
{
	DIR *directory = opendir(path);
	const struct dirent *entry;
	char name[4096];

	if (!directory) {
		add_file(seeds, path);
		return;
	}
	while ((entry = readdir(directory)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		snprintf(name, sizeof(name), "%s/%s", path, entry->d_name);
		add_file(seeds, name);
	}
	closedir(directory);
}

static void keep(struct seeds *seeds, const uint8_t *data, size_t size)
{
	const size_t n = next_random() % seeds->count;
	uint8_t *copy = malloc(size + 1);

	if (!copy)
		return;
	free(seeds->at[n].data);
	memcpy(copy, data, size);
	seeds->at[n].data = copy;
	seeds->at[n].size = size;
}

static size_t change(uint8_t *data, size_t size)
{
	if (LLVMFuzzerCustomMutator)
		return LLVMFuzzerCustomMutator(data, size, INPUT_SIZE, next_random());
	return LLVMFuzzerMutate(data, size, INPUT_SIZE);
}

/* Random walk: a change of a seed, now and then kept instead of another seed. */
static unsigned long loop(struct seeds *seeds, double seconds)
{
	static uint8_t data[INPUT_SIZE];
	const time_t end = time(NULL) + (time_t)seconds;
	unsigned long runs = 0;
	size_t size;

	while (time(NULL) < end) {
		for (unsigned int i = 0; i < 64; i++, runs++) {
			const size_t n = next_random() % seeds->count;

			memcpy(data, seeds->at[n].data, seeds->at[n].size);
			size = change(data, seeds->at[n].size);
			LLVMFuzzerTestOneInput(data, size);
			if (next_random() % 256 == 0)
				keep(seeds, data, size);
		}
	}
	return runs;
}

static const char usage[] =
	"usage: %s [-time=SECONDS] [-seed=N] [FILE | DIRECTORY]...\n"
	"\n"
	"Runs the target on each file. It ends at the first finding, with a report and SIGABRT.\n"
	"  -time=SECONDS  go on with changed inputs, without coverage, for so long\n"
	"  -seed=N        of the changes (default 1)\n"
	"  -help          print this text\n"
	"exit status: 0 nothing found, 2 wrong usage or input\n";

/* False: the argument is no option. */
static bool option(const char *program, const char *argument, double *seconds)
{
	char *end = NULL;

	if (argument[0] != '-')
		return false;
	if (!strncmp(argument, "-time=", 6))
		*seconds = strtod(argument + 6, &end);
	else if (!strncmp(argument, "-seed=", 6))
		random_state = strtoull(argument + 6, &end, 0);
	else if (!strcmp(argument, "-help") || !strcmp(argument, "--help"))
		exit(printf(usage, program) < 0);
	/* Not a number is neither. */
	if (end && *end == '\0' && end != argument + 6 && *seconds >= 0 && *seconds <= MAX_SECONDS)
		return true;
	fprintf(stderr, "%s: wrong option %s\n", program, argument);
	fprintf(stderr, usage, program);
	exit(2);
}

int main(int argc, char **argv)
{
	static struct seeds seeds;
	double seconds = 0;
	unsigned long runs = 0;

#ifdef __AFL_FUZZ_TESTCASE_LEN
	if (argc == 1)
		return run_afl();
#endif
	for (int i = 1; i < argc; i++) {
		if (!option(argv[0], argv[i], &seconds))
			add_path(&seeds, argv[i]);
	}
	if (seeds.count == 0)
		seeds.at[seeds.count++].data = calloc(1, 1);
	for (size_t i = 0; i < seeds.count; i++, runs++)
		LLVMFuzzerTestOneInput(seeds.at[i].data, seeds.at[i].size);
	if (seconds > 0)
		runs += loop(&seeds, seconds);
	printf("%lu runs, nothing found\n", runs);
	for (size_t i = 0; i < seeds.count; i++)
		free(seeds.at[i].data);
	return 0;
}
