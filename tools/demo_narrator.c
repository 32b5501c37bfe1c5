/* SPDX-License-Identifier: BSD-3-Clause */
#include "tools/demo_watch.h"

#include <stdarg.h>
#include <stdio.h>

void narrator_say(struct narrator *narrator, const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	vfprintf(narrator->terminal.out, format, arguments);
	va_end(arguments);
	fputc('\n', narrator->terminal.out);
}
