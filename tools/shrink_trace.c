/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* memmem() */
/* Recordings: lines with the same call number are kept or removed together. */
#include "tools/shrink.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tools/tool.h"
#include "trace/output.h"
#include "trace/reader.h"

struct line {
	const char *at;
	size_t size;
	unsigned long group;
	bool kept;
};

struct recording {
	char *text, *trial;
	size_t size, count;
	struct line *lines;
	unsigned long *groups; /* that are there, in order */
	size_t group_count;
	size_t pinned; /* groups that stay without being tried */
	bool possible; /* the profile that made the recording answers it as recorded */
	unsigned int attempts, limit; /* made so far; 0: any number */
};

static bool read_text(struct recording *r, const char *path)
{
	gzFile file = gzopen(path, "rb");
	size_t room = 1 << 20;
	int got;

	r->text = file ? malloc(room) : NULL;
	while (r->text &&
	       (got = gzread(file, r->text + r->size, (unsigned int)(room - r->size))) > 0) {
		char *larger;

		r->size += (size_t)got;
		if (r->size < room)
			continue;
		room *= 2;
		larger = realloc(r->text, room);
		if (!larger)
			free(r->text);
		r->text = larger;
	}
	if (file)
		gzclose(file);
	r->trial = malloc(r->size + 1);
	return r->text && r->trial && r->size;
}

/* The value of the member "i"; 0 for the header. */
static unsigned long group_of(const char *at, size_t size)
{
	const char *found = memmem(at, size, "\"i\":", 4);

	return found ? strtoul(found + 4, NULL, 10) + 1 : 0;
}

static bool split(struct recording *r)
{
	size_t lines = 1;

	for (size_t i = 0; i < r->size; i++)
		lines += r->text[i] == '\n';
	r->lines = calloc(lines, sizeof(*r->lines));
	r->groups = calloc(lines, sizeof(*r->groups));
	if (!r->lines || !r->groups)
		return false;
	for (size_t at = 0; at < r->size;) {
		const char *end = memchr(r->text + at, '\n', r->size - at);
		const size_t size = end ? (size_t)(end - r->text) - at + 1 : r->size - at;
		struct line *line = &r->lines[r->count++];

		*line = (struct line){r->text + at, size, group_of(r->text + at, size), true};
		if (line->group &&
		    (!r->group_count || r->groups[r->group_count - 1] != line->group))
			r->groups[r->group_count++] = line->group;
		at += size;
	}
	return true;
}

static size_t assemble(struct recording *r)
{
	size_t size = 0;

	for (size_t i = 0; i < r->count; i++) {
		if (!r->lines[i].kept)
			continue;
		memcpy(r->trial + size, r->lines[i].at, r->lines[i].size);
		size += r->lines[i].size;
	}
	return size;
}

static void keep(struct recording *r, size_t first, size_t count, bool kept)
{
	for (size_t g = first; g < first + count; g++) {
		for (size_t i = 0; i < r->count; i++) {
			if (r->lines[i].group == r->groups[g])
				r->lines[i].kept = kept;
		}
	}
}

static void remove_groups(struct recording *r, size_t first, size_t count)
{
	memmove(&r->groups[first], &r->groups[first + count],
		(r->group_count - first - count) * sizeof(r->groups[0]));
	r->group_count -= count;
}

static bool may_try(struct shrink_predicate *predicate, const struct recording *r)
{
	return !shrink_ends(predicate) && (!r->limit || r->attempts < r->limit);
}

/* Whether it fails without them, and what it still expects can be. */
static bool fails_without(struct shrink_predicate *predicate, struct recording *r)
{
	const size_t size = assemble(r);

	r->attempts++;
	return shrink_trace_fails(predicate, r->trial, size) &&
	       (!r->possible || shrink_trace_possible(predicate, r->trial, size)) &&
	       !shrink_ends(predicate);
}

static bool pass(struct shrink_predicate *predicate, struct recording *r)
{
	const size_t before = r->group_count;

	for (size_t length = (r->group_count + 1) / 2; length > 0; length /= 2) {
		for (size_t end = r->group_count; end >= length && may_try(predicate, r);
		     end -= length) {
			keep(r, end - length, length, false);
			tool_progress("shrink: calls left", r->group_count, before);
			if (fails_without(predicate, r))
				remove_groups(r, end - length, length);
			else
				keep(r, end - length, length, true);
		}
	}
	return r->group_count < before;
}

static void pin(void *context, uint64_t call)
{
	struct recording *r = context;

	for (size_t g = 0; g < r->group_count; g++) {
		if (r->groups[g] != call + 1)
			continue;
		remove_groups(r, g, 1);
		r->pinned++;
		return;
	}
}

/*
 * Makes sure that no call is removed whose effect another one expects. Where the model under the
 * recording's own profile answers everything as recorded, it is asked again at each attempt. Where it
 * does not, the calls that the mismatch may depend on stay.
 */
static bool keep_causes(struct shrink_predicate *predicate, struct recording *r, const char *path)
{
	if (predicate->kind != SHRINK_MISMATCH && predicate->kind != SHRINK_COMMAND)
		return true;
	r->possible = shrink_trace_possible(predicate, r->text, r->size);
	if (r->possible || predicate->kind != SHRINK_MISMATCH)
		return true;
	return shrink_trace_depends(path, predicate->mismatch.call, pin, r);
}

static void say_what_is_left(const struct shrink_predicate *predicate, const struct recording *r)
{
	fprintf(stderr, "%zu calls are left\n", r->group_count + r->pinned);
	if (r->possible)
		fprintf(stderr,
			"under the profile that made the recording they answer as recorded\n");
	if (r->pinned)
		fprintf(stderr,
			"%zu of them stay because call %llu may depend on them: they name the same "
			"Realm, REC or granules\n",
			r->pinned, (unsigned long long)predicate->mismatch.call);
}

static int write_result(const struct shrink_predicate *predicate, struct recording *r,
			const char *output)
{
	FILE *file = output ? output_open(output) : stdout;
	const size_t size = assemble(r);
	bool good = file && fwrite(r->trial, 1, size, file) == size;

	if (file && output && fclose(file))
		good = false;
	if (!good)
		fprintf(stderr, "rmmsim shrink: cannot write the result: %s\n", strerror(errno));
	say_what_is_left(predicate, r);
	return good ? shrink_status(predicate) : TOOL_INTERNAL;
}

/* A recording that cannot be read does not answer anything; to a command or a crash this is all the same. */
static bool is_read(const struct shrink_predicate *predicate)
{
	return predicate->kind == SHRINK_MISMATCH || predicate->kind == SHRINK_INVARIANT;
}

static bool trace_is_readable(const char *path)
{
	const struct trace_read_options options = {.strict = false};
	struct trace_error error;
	struct trace *trace = trace_read(path, &options, &error);

	if (!trace)
		fprintf(stderr, "%s:%zu:%zu: %s\n", path, error.line, error.column, error.text);
	trace_free(trace);
	return trace != NULL;
}

int shrink_trace(struct shrink_predicate *predicate, const char *path, const char *output,
		 unsigned int attempts)
{
	struct recording r = {.limit = attempts};
	int status = TOOL_USAGE;

	if (!read_text(&r, path) || !split(&r)) {
		fprintf(stderr, "rmmsim shrink: cannot read %s\n", path);
	} else if (is_read(predicate) && !trace_is_readable(path)) {
		status = TOOL_USAGE;
	} else if (!shrink_trace_fails(predicate, r.text, r.size)) {
		status = shrink_refuse(predicate, path);
	} else if (!keep_causes(predicate, &r, path)) {
		status = TOOL_INTERNAL;
	} else {
		while (pass(predicate, &r) && may_try(predicate, &r))
			;
		tool_progress_end();
		status = write_result(predicate, &r, output);
	}
	free(r.text);
	free(r.trial);
	free(r.lines);
	free(r.groups);
	return status;
}
