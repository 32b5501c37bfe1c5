/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/show_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

void show_print(struct show *s, const char *format, ...)
{
	const bool room = s->length < s->size;
	va_list arguments;
	int written;

	va_start(arguments, format);
	written = vsnprintf(room ? s->text + s->length : NULL, room ? s->size - s->length : 0,
			    format, arguments);
	va_end(arguments);
	s->length += written > 0 ? (size_t)written : 0;
}

void show_line(struct show *s, unsigned int depth)
{
	show_print(s, "\n%*s", (int)(2 * depth), "");
}

void show_hex(struct show *s, const uint8_t *data, size_t size)
{
	show_print(s, "h'");
	for (size_t i = 0; i < size; i++)
		show_print(s, "%02x", data[i]);
	show_print(s, "'");
}

const char *show_simple_name(uint64_t value)
{
	static const char *const texts[] = {"false", "true", "null", "undefined"};

	return texts[value - 20];
}

void show_number(struct show *s, const struct cbor_item *item)
{
	if (item->kind == CBOR_ITEM_UINT)
		show_print(s, "%" PRIu64, item->value);
	else if (item->value == UINT64_MAX)
		show_print(s, "-18446744073709551616");
	else
		show_print(s, "-%" PRIu64, item->value + 1);
}

/* The character at `data`; returns its bytes, 0 if this is not UTF-8 (RFC 3629). */
static size_t decode(const uint8_t *data, size_t size, uint32_t *character)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t bytes = 1;

	*character = data[0];
	if (data[0] < 0x80)
		return 1;
	if (data[0] < 0xc2 || data[0] > 0xf4)
		return 0;
	bytes = data[0] < 0xe0 ? 2 : data[0] < 0xf0 ? 3 : 4;
	*character = data[0] & (0xffu >> (bytes + 1));
	for (size_t i = 1; i < bytes; i++) {
		if (i >= size || (data[i] & 0xc0) != 0x80)
			return 0;
		*character = *character << 6 | (data[i] & 0x3f);
	}
	if (*character < least[bytes] || *character > 0x10ffff ||
	    (*character >= 0xd800 && *character < 0xe000))
		return 0;
	return bytes;
}

static void print_character(struct show *s, uint32_t c)
{
	if (c == '"' || c == '\\')
		show_print(s, "\\%c", (char)c);
	else if (c >= 0x20 && c < 0x7f)
		show_print(s, "%c", (char)c);
	else if (c < 0x10000)
		show_print(s, "\\u%04x", c);
	else
		show_print(s, "\\u%04x\\u%04x", 0xd800 + ((c - 0x10000) >> 10),
			   0xdc00 + ((c - 0x10000) & 0x3ff));
}

bool show_string(struct show *s, const uint8_t *data, size_t size)
{
	uint32_t character;
	size_t bytes;

	show_print(s, "\"");
	for (size_t i = 0; i < size; i += bytes) {
		bytes = decode(data + i, size - i, &character);
		if (!bytes)
			return false;
		print_character(s, character);
	}
	show_print(s, "\"");
	return true;
}

bool show_fault(struct show *s, const struct cbor_reader *r)
{
	snprintf(s->fault, sizeof(s->fault), "byte %zu: not well-formed, or not what tokens use",
		 (size_t)(r->at - s->start));
	return false;
}
