/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/support/recording.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "trace/describe.h"
#include "trace/reader.h"
#include "trace/replay.h"

static struct trace *read_text(const char *text, struct trace_error *error)
{
	const struct trace_read_options options = {.strict = false};
	char path[] = "/tmp/rmmsim-recording-XXXXXX";
	const int fd = mkstemp(path);
	const size_t size = strlen(text);
	struct trace *trace;

	assert_true(fd >= 0);
	assert_true(write(fd, text, size) == (ssize_t)size);
	trace = trace_read(path, &options, error);
	close(fd);
	unlink(path);
	return trace;
}

void recording_assert_answered(const char *text, const char *file, int line)
{
	const struct replay_options options = {.keep = 1};
	struct replay_result result = {0};
	struct trace_error error;
	struct trace *trace = read_text(text, &error);

	if (!trace || !replay(trace, &options, &result, &error)) {
		print_error("line %zu, column %zu: %s\n", error.line, error.column, error.text);
		_fail(file, line);
	}
	if (result.mismatches) {
		describe_mismatch(stderr, &result.kept[0], false);
		print_error("%zu of %zu calls are answered differently\n", result.mismatches,
			    result.calls);
		_fail(file, line);
	}
	replay_result_free(&result);
	trace_free(trace);
}
