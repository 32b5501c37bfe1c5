/* SPDX-License-Identifier: BSD-3-Clause */
/* What a check of a token found, added to its text. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "attest/verify.h"

static void append(char *text, size_t size, const char *format, va_list arguments)
{
	size_t length = strlen(text);

	if (length)
		length += (size_t)snprintf(text + length, size - length, "; ");
	if (length < size)
		vsnprintf(text + length, size - length, format, arguments);
}

bool verify_failed(struct rmmsim_token_report *report, enum rmmsim_token_check check,
		   const char *format, ...)
{
	va_list arguments;

	report->check[check].result = RMMSIM_TOKEN_FAILED;
	va_start(arguments, format);
	append(report->check[check].text, sizeof(report->check[check].text), format, arguments);
	va_end(arguments);
	return false;
}

void verify_note(struct rmmsim_token_report *report, enum rmmsim_token_check check,
		 const char *format, ...)
{
	va_list arguments;

	va_start(arguments, format);
	append(report->check[check].note, sizeof(report->check[check].note), format, arguments);
	va_end(arguments);
}
