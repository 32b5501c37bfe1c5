/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/base64.h"

static int digit(char c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+')
		return 62;
	if (c == '/')
		return 63;
	return -1;
}

static size_t padding(const char *text, size_t length)
{
	if (!length || text[length - 1] != '=')
		return 0;
	return text[length - 2] == '=' ? 2 : 1;
}

bool base64_size(const char *text, size_t length, size_t *size)
{
	if (length % 4)
		return false;
	*size = length / 4 * 3 - padding(text, length);
	return true;
}

bool base64_decode(const char *text, size_t length, uint8_t *bytes)
{
	size_t digits = length - padding(text, length), out = 0;
	uint32_t bits = 0;

	for (size_t i = 0; i < digits; i++) {
		int value = digit(text[i]);

		if (value < 0)
			return false;
		bits = bits << 6 | value;
		if (i % 4)
			bytes[out++] = bits >> (6 - i % 4 * 2);
	}
	return true;
}
