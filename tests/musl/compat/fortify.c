/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Debian's libraries are compiled for glibc with _FORTIFY_SOURCE. musl has every function they use, but not under the
 * names of the checking variants.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void *__memcpy_chk(void *to, const void *from, size_t size, size_t room);
void *__memset_chk(void *to, int byte, size_t size, size_t room);
int __snprintf_chk(char *buf, size_t size, int flag, size_t room, const char *format, ...);
int __fprintf_chk(FILE *file, int flag, const char *format, ...);
int __printf_chk(int flag, const char *format, ...);

static void check(size_t size, size_t room)
{
	if (size > room)
		abort();
}

void *__memcpy_chk(void *to, const void *from, size_t size, size_t room)
{
	check(size, room);
	return memcpy(to, from, size);
}

void *__memset_chk(void *to, int byte, size_t size, size_t room)
{
	check(size, room);
	return memset(to, byte, size);
}

int __snprintf_chk(char *buf, size_t size, int flag, size_t room, const char *format, ...)
{
	va_list arguments;
	int length;

	(void)flag;
	check(size, room);
	va_start(arguments, format);
	length = vsnprintf(buf, size, format, arguments);
	va_end(arguments);
	return length;
}

int __fprintf_chk(FILE *file, int flag, const char *format, ...)
{
	va_list arguments;
	int length;

	(void)flag;
	va_start(arguments, format);
	length = vfprintf(file, format, arguments);
	va_end(arguments);
	return length;
}

int __printf_chk(int flag, const char *format, ...)
{
	va_list arguments;
	int length;

	(void)flag;
	va_start(arguments, format);
	length = vprintf(format, arguments);
	va_end(arguments);
	return length;
}
