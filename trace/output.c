/* SPDX-License-Identifier: BSD-3-Clause */
#define _GNU_SOURCE /* fopencookie() */
#include "trace/output.h"

#include <errno.h>
#include <string.h>
#include <zlib.h>

static ssize_t put(void *file, const char *data, size_t size)
{
	return gzwrite(file, data, (unsigned int)size);
}

static int finish(void *file)
{
	return gzclose_w(file) == Z_OK ? 0 : EOF;
}

FILE *output_open(const char *path)
{
	static const cookie_io_functions_t functions = {.write = put, .close = finish};
	const size_t length = strlen(path);
	gzFile file;
	FILE *stream;

	if (length < 3 || strcmp(path + length - 3, ".gz"))
		return fopen(path, "w");
	errno = 0;
	/* Level 9 of 9, and no time stamp: the same text is the same file. */
	file = gzopen(path, "wb9");
	if (!file) {
		errno = errno ? errno : ENOMEM;
		return NULL;
	}
	stream = fopencookie(file, "w", functions);
	if (!stream)
		gzclose_w(file);
	return stream;
}
