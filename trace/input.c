/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/input.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#define CHUNK ((size_t)64 << 10)

struct input {
	gzFile file;
	char *buffer;
	size_t size;       /* of the buffer */
	size_t start, end; /* bytes not handed out yet */
	size_t scanned;    /* of those, known to have no newline */
	size_t number;     /* lines handed out */
	bool at_end;
	bool complete; /* the last line had a newline */
};

static void fail(struct trace_error *error, size_t line, size_t column, const char *text)
{
	error->line = line;
	error->column = column;
	snprintf(error->text, sizeof(error->text), "%s", text);
}

/* NULL with errno set. */
static gzFile open_file(const char *path)
{
	struct stat status;
	gzFile file;
	int copy;

	errno = 0;
	if (!strcmp(path, "-")) {
		copy = dup(STDIN_FILENO);
		file = copy < 0 ? NULL : gzdopen(copy, "rb");
		if (!file && copy >= 0)
			close(copy);
		return file;
	}
	if (!stat(path, &status) && S_ISDIR(status.st_mode))
		errno = EISDIR;
	return errno ? NULL : gzopen(path, "rb");
}

struct input *input_open(const char *path, struct trace_error *error)
{
	struct input *input = calloc(1, sizeof(*input));

	if (input)
		input->buffer = malloc(CHUNK);
	if (!input || !input->buffer) {
		free(input);
		fail(error, 0, 0, "out of memory");
		return NULL;
	}
	input->size = CHUNK;
	input->file = open_file(path);
	if (!input->file) {
		fail(error, 0, 0, strerror(errno ? errno : ENOMEM));
		input_close(input);
		return NULL;
	}
	return input;
}

void input_close(struct input *input)
{
	if (!input)
		return;
	if (input->file)
		gzclose_r(input->file);
	free(input->buffer);
	free(input);
}

static bool make_room(struct input *input)
{
	size_t used = input->end - input->start;
	char *larger;

	memmove(input->buffer, input->buffer + input->start, used);
	input->start = 0;
	input->end = used;
	if (used < input->size)
		return true;
	if (used > INPUT_MAX_LINE)
		return false;
	larger = realloc(input->buffer, input->size * 2);
	if (!larger)
		return false;
	input->buffer = larger;
	input->size *= 2;
	return true;
}

/* How files begin that another program has to decompress. */
static const struct {
	unsigned int size;
	char magic[7];
	const char *text;
} packed[] = {
	{6,
	 "\xfd"
	 "7zXZ",
	 "is compressed with xz: give it to `xz -dc`, and its output to \"-\""},
	{4, "\x28\xb5\x2f\xfd",
	 "is compressed with zstd: give it to `zstd -dc`, and its output to \"-\""},
	{3, "BZh", "is compressed with bzip2: give it to `bzip2 -dc`, and its output to \"-\""},
	{4, "\x04\x22\x4d\x18",
	 "is compressed with lz4: give it to `lz4 -dc`, and its output to \"-\""},
	{4, "LZIP", "is compressed with lzip: give it to `lzip -dc`, and its output to \"-\""},
	{4, "PK\x03\x04", "is a zip archive: unpack it first"},
	{6, "7z\xbc\xaf\x27\x1c", "is a 7z archive: unpack it first"},
};

/* Whether the first bytes are those of a form that is not read; says so. */
static bool is_packed(const struct input *input, struct trace_error *error)
{
	if (input->number || input->start)
		return false;
	for (size_t i = 0; i < sizeof(packed) / sizeof(packed[0]); i++) {
		if (input->end < packed[i].size ||
		    memcmp(input->buffer, packed[i].magic, packed[i].size))
			continue;
		fail(error, 0, 0, packed[i].text);
		return true;
	}
	return false;
}

/* Reads more; false at an error. */
static bool fill(struct input *input, struct trace_error *error)
{
	size_t line = input->number + 1;
	const char *text;
	int got, code;

	if (!make_room(input)) {
		fail(error, line, input->end + 1, "the line is too long");
		return false;
	}
	got = gzread(input->file, input->buffer + input->end, input->size - input->end);
	if (got > 0) {
		input->end += got;
		return !is_packed(input, error);
	}
	input->at_end = true;
	text = gzerror(input->file, &code);
	if (code == Z_OK || code == Z_STREAM_END)
		return true;
	if (code == Z_ERRNO)
		text = strerror(errno);
	if (code == Z_BUF_ERROR)
		text = "the compressed data end too early";
	fail(error, line, input->end - input->start + 1, text);
	return false;
}

enum input_status input_line(struct input *input, const char **line, size_t *length, size_t *number,
			     struct trace_error *error)
{
	for (;;) {
		char *start = input->buffer + input->start;
		size_t have = input->end - input->start;
		char *newline = memchr(start + input->scanned, '\n', have - input->scanned);

		if (!newline && !input->at_end) {
			input->scanned = have;
			if (!fill(input, error))
				return INPUT_ERROR;
			continue;
		}
		if (!newline && !have)
			return INPUT_END;
		*line = start;
		*length = newline ? (size_t)(newline - start) : have;
		input->complete = newline != NULL;
		*number = ++input->number;
		input->start += *length + (newline ? 1 : 0);
		input->scanned = 0;
		return INPUT_LINE;
	}
}

bool input_peek(struct input *input, size_t want, const char **bytes, size_t *size,
		struct trace_error *error)
{
	while (input->end - input->start < want && !input->at_end) {
		if (!fill(input, error))
			return false;
	}
	*bytes = input->buffer + input->start;
	*size = input->end - input->start;
	return true;
}

bool input_line_complete(const struct input *input)
{
	return input->complete;
}
