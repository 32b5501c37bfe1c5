/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* memfd_create() */
/* Any bytes as a recording: read, and replayed if they are one. */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "trace/reader.h"
#include "trace/replay.h"

#define MAX_CALLS 400

/* A machine of any size may be described; one that a fuzzer can afford is built. */
static bool is_small(const struct trace *trace)
{
	const struct rmmsim_config *config = &trace->header.config;
	uint64_t size = 0;

	for (unsigned int i = 0; i < config->dram_count; i++)
		size += config->dram[i].top - config->dram[i].base;
	return size <= UINT64_C(1) << 40 && trace->call_count <= MAX_CALLS;
}

static void replay_trace(const struct trace *trace)
{
	const struct replay_options options = {.strict = true, .keep = 4};
	struct replay_result result;
	struct trace_error error;

	if (is_small(trace) && replay(trace, &options, &result, &error))
		replay_result_free(&result);
}

static void read_trace(const char *path, bool strict)
{
	const struct trace_read_options options = {.strict = strict};
	struct trace_error error;
	struct trace *trace = trace_read(path, &options, &error);

	if (!trace)
		return;
	replay_trace(trace);
	trace_free(trace);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const int fd = memfd_create("fuzz", 0);
	char path[64];

	if (fd < 0)
		return 0;
	if (write(fd, data, size) == (ssize_t)size) {
		snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
		read_trace(path, false);
		read_trace(path, true);
	}
	close(fd);
	return 0;
}

/* Bytes: the words of the format are in the dictionary and the seeds. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	(void)seed;
	return LLVMFuzzerMutate(data, size, max_size);
}
