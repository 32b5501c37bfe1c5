/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
/* Files that a run reads. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include "tools/run.h"

#define ROOM_FIRST (UINT64_C(1) << 16)

bool run_bad(const char *path, const char *format, ...)
{
	va_list arguments;

	fprintf(stderr, "rmmsim run: %s: ", path);
	va_start(arguments, format);
	vfprintf(stderr, format, arguments);
	va_end(arguments);
	fputc('\n', stderr);
	return false;
}

/* --- gzip --------------------------------------------------------------------------------------- */

static bool is_gzip(const struct run_file *file)
{
	return file->size >= 2 && file->bytes[0] == 0x1f && file->bytes[1] == 0x8b;
}

/* One member after the other, as gzip -d does. Z_STREAM_END, or why it ended early. */
static int inflate_all(z_stream *stream, struct run_file *out, uint64_t limit)
{
	uint64_t room = ROOM_FIRST;
	int result = Z_OK;

	while (result == Z_OK && out->size <= limit) {
		uint8_t *larger = realloc(out->bytes, room);

		if (!larger)
			return Z_MEM_ERROR;
		out->bytes = larger;
		stream->next_out = out->bytes + out->size;
		stream->avail_out = (unsigned int)(room - out->size);
		result = inflate(stream, Z_NO_FLUSH);
		out->size = room - stream->avail_out;
		if (result == Z_STREAM_END && stream->avail_in && inflateReset(stream) == Z_OK)
			result = Z_OK;
		if (!stream->avail_out)
			room *= 2;
	}
	return result;
}

static bool unpack(const char *path, uint64_t limit, struct run_file *file)
{
	z_stream stream = {.next_in = file->bytes, .avail_in = (unsigned int)file->size};
	struct run_file out = {0};
	int result;

	if (file->size > UINT32_MAX || inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK)
		return run_bad(path, "cannot be unpacked: no memory");
	result = inflate_all(&stream, &out, limit);
	inflateEnd(&stream);
	free(file->bytes);
	*file = out;
	if (out.size > limit)
		return run_bad(path, "has more than %llu bytes", (unsigned long long)limit);
	if (result != Z_STREAM_END)
		return run_bad(path, "is gzip, but damaged or truncated");
	return true;
}

/* --- reading ------------------------------------------------------------------------------------ */

static bool read_all(FILE *in, uint64_t limit, struct run_file *file)
{
	uint64_t room = ROOM_FIRST;
	size_t count = 1;

	file->bytes = malloc(room);
	while (file->bytes && count && file->size <= limit) {
		count = fread(file->bytes + file->size, 1, room - file->size, in);
		file->size += count;
		if (file->size < room)
			continue;
		room *= 2;
		file->bytes = realloc(file->bytes, room);
	}
	return file->bytes;
}

bool run_file_read(const char *path, uint64_t limit, struct run_file *file)
{
	FILE *in = fopen(path, "rb");
	bool memory;
	int failure;

	*file = (struct run_file){0};
	if (!in)
		return run_bad(path, "%s", strerror(errno));
	memory = read_all(in, limit, file);
	failure = ferror(in) ? errno : 0;
	fclose(in);
	if (failure)
		return run_bad(path, "%s", strerror(failure));
	if (!memory)
		return run_bad(path, "no memory");
	if (!file->size)
		return run_bad(path, "is empty");
	if (file->size > limit)
		return run_bad(path, "has more than %llu bytes", (unsigned long long)limit);
	return true;
}

bool run_file_unpack(const char *path, uint64_t limit, struct run_file *file)
{
	return run_file_read(path, limit, file) && (!is_gzip(file) || unpack(path, limit, file));
}

#endif
