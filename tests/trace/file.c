/* SPDX-License-Identifier: BSD-3-Clause */
#include "tests/trace/file.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>

#include <cmocka.h>

const char file_header[] =
	"{\"format\":\"rmm-trace/1\",\"rmm\":\"TF-RMM "
	"v0.8.0\",\"abi\":\"1.1\",\"profile\":\"direct\","
	"\"dram\":[[\"0x80000000\",\"0x81000000\"]],\"dev_ncoh\":[[\"0x50000000\",\"0x50100000\"]],"
	"\"dev_coh\":[],\"features\":[\"0x668ffc114130\",\"0xe\"],\"granule_size\":4096,"
	"\"rec_aux_count\":16,\"cpus\":4,\"pa_bits\":48,\"vmid_bits\":8,"
	"\"id_regs\":{\"ich_vtr_el2\":\"0x90000003\"},\"name\":\"test\",\"seed\":7}";

static char path[64];

static void remove_file(void)
{
	if (path[0])
		unlink(path);
}

static int create(void)
{
	int file;

	if (path[0])
		unlink(path);
	else
		atexit(remove_file);
	strcpy(path, "/tmp/rmmsim-trace-XXXXXX");
	file = mkstemp(path);
	assert_true(file >= 0);
	return file;
}

const char *file_write(const void *bytes, size_t size)
{
	int file = create();

	assert_int_equal(write(file, bytes, size), (ssize_t)size);
	close(file);
	return path;
}

const char *file_write_gzip(const void *bytes, size_t size, size_t cut)
{
	gzFile file = gzdopen(create(), "wb");
	FILE *written;
	long length;

	assert_non_null(file);
	assert_int_equal(gzwrite(file, bytes, size), (int)size);
	assert_int_equal(gzclose(file), Z_OK);
	written = fopen(path, "rb");
	fseek(written, 0, SEEK_END);
	length = ftell(written);
	fclose(written);
	assert_int_equal(truncate(path, length - (long)cut), 0);
	return path;
}

struct trace *file_read_text(const char *text, bool strict, struct trace_error *error)
{
	const struct trace_read_options options = {.strict = strict};

	memset(error, 0, sizeof(*error));
	return trace_read(file_write(text, strlen(text)), &options, error);
}

struct trace *file_read(const char *const *lines, bool strict, struct trace_error *error)
{
	size_t size = sizeof(file_header) + 1;
	struct trace *trace;
	char *text;

	for (size_t i = 0; lines[i]; i++)
		size += strlen(lines[i]) + 1;
	text = malloc(size);
	strcpy(text, file_header);
	strcat(text, "\n");
	for (size_t i = 0; lines[i]; i++) {
		strcat(text, lines[i]);
		strcat(text, "\n");
	}
	trace = file_read_text(text, strict, error);
	free(text);
	return trace;
}

char *file_recording(const char *name)
{
	const size_t room = 4 << 20;
	char *text = malloc(room);
	char file_name[512];
	gzFile file;
	int size;

	snprintf(file_name, sizeof(file_name), "%s/tests/traces/%s.jsonl.gz", RMMSIM_SOURCE_DIR,
		 name);
	file = gzopen(file_name, "rb");
	assert_non_null(file);
	size = gzread(file, text, room - 1);
	assert_true(size > 0);
	text[size] = '\0';
	gzclose_r(file);
	return text;
}

char *file_edit(char *text, const char *old, const char *with)
{
	char *at = strstr(text, old), *edited;
	size_t before;

	if (!at || strstr(at + 1, old))
		fail_msg("not there once: %s", old);
	before = at - text;
	edited = malloc(strlen(text) + strlen(with) + 1);
	memcpy(edited, text, before);
	strcpy(edited + before, with);
	strcat(edited + before, at + strlen(old));
	free(text);
	return edited;
}
