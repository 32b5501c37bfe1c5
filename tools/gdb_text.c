/* SPDX-License-Identifier: BSD-3-Clause */
#if RMMSIM_HAVE_UNICORN
#include <stdarg.h>
#include <string.h>

#include "tools/gdb.h"

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool gdb_hex(const char **text, uint64_t *value)
{
	const char *at = *text;

	for (*value = 0; digit(*at) >= 0; at++) {
		if (*value >> 60)
			return false;
		*value = *value << 4 | (uint64_t)digit(*at);
	}
	if (at == *text)
		return false;
	*text = at;
	return true;
}

bool gdb_skip(const char **text, char c)
{
	if (**text != c)
		return false;
	++*text;
	return true;
}

bool gdb_starts(const char *text, const char *with)
{
	return !strncmp(text, with, strlen(with));
}

bool gdb_bytes(const char *text, uint8_t *bytes, size_t count)
{
	for (size_t i = 0; i < count; i++, text += 2) {
		if (digit(text[0]) < 0 || digit(text[1]) < 0)
			return false;
		bytes[i] = (uint8_t)(digit(text[0]) << 4 | digit(text[1]));
	}
	return true;
}

void gdb_put(struct gdb *g, const char *format, ...)
{
	const size_t room = GDB_REPLY - g->reply_size;
	va_list arguments;
	int size;

	va_start(arguments, format);
	size = vsnprintf(g->reply + g->reply_size, room, format, arguments);
	va_end(arguments);
	if (size > 0)
		g->reply_size += (size_t)size < room ? (size_t)size : room - 1;
}

void gdb_put_bytes(struct gdb *g, const void *bytes, size_t count)
{
	const uint8_t *from = bytes;

	for (size_t i = 0; i < count; i++)
		gdb_put(g, "%02x", from[i]);
}

#endif
