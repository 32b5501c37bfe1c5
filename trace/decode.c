/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/decode.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void decode_enter_key(struct decode *decode, const char *key)
{
	decode->path[decode->depth++] = (struct locate_step){.key = key};
}

void decode_enter_index(struct decode *decode, size_t index)
{
	decode->path[decode->depth++] = (struct locate_step){.index = index};
}

void decode_leave(struct decode *decode)
{
	decode->depth--;
}

bool decode_fail(struct decode *decode, const char *key, const char *format, ...)
{
	struct trace_error *error = decode->error;
	va_list arguments;

	if (key)
		decode_enter_key(decode, key);
	error->line = decode->number;
	error->column = 1 + locate(decode->line, decode->length, decode->path, decode->depth);
	if (key)
		decode_leave(decode);
	va_start(arguments, format);
	vsnprintf(error->text, sizeof(error->text), format, arguments);
	va_end(arguments);
	return false;
}

bool decode_out_of_memory(struct decode *decode)
{
	return decode_fail(decode, NULL, "the recording is too large: out of memory");
}

json_t *decode_member(const json_t *object, const char *key)
{
	return json_object_get(object, key);
}

bool decode_need(struct decode *decode, const json_t *object, const char *key, json_t **value)
{
	*value = decode_member(object, key);
	if (*value)
		return true;
	return decode_fail(decode, NULL, "\"%s\" is missing", key);
}

static int hex_digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

static bool parse_hex(const char *text, uint64_t *number)
{
	uint64_t value = 0;

	if (text[0] != '0' || text[1] != 'x' || !text[2])
		return false;
	for (text += 2; *text; text++) {
		int digit = hex_digit(*text);

		if (digit < 0 || value >> 60)
			return false;
		value = value << 4 | digit;
	}
	*number = value;
	return true;
}

bool decode_hex_value(struct decode *decode, const char *key, const json_t *value, uint64_t *number)
{
	if (!json_is_string(value))
		return decode_fail(decode, key, "expected a hex string such as \"0x1f\"");
	if (!parse_hex(json_string_value(value), number))
		return decode_fail(decode, key, "not a hex number of at most 64 bits");
	return true;
}

bool decode_hex(struct decode *decode, const json_t *object, const char *key, uint64_t *number)
{
	json_t *value;

	return decode_need(decode, object, key, &value) &&
	       decode_hex_value(decode, key, value, number);
}

bool decode_hex_optional(struct decode *decode, const json_t *object, const char *key,
			 uint64_t *number)
{
	json_t *value = decode_member(object, key);

	return !value || decode_hex_value(decode, key, value, number);
}

bool decode_count_optional(struct decode *decode, const json_t *object, const char *key,
			   uint64_t limit, uint64_t *number)
{
	json_t *value = decode_member(object, key);
	json_int_t found;

	if (!value)
		return true;
	if (!json_is_integer(value))
		return decode_fail(decode, key, "expected an integer");
	found = json_integer_value(value);
	if (found < 0 || (uint64_t)found > limit)
		return decode_fail(decode, key, "out of range: 0 to %llu",
				   (unsigned long long)limit);
	*number = found;
	return true;
}

bool decode_count(struct decode *decode, const json_t *object, const char *key, uint64_t limit,
		  uint64_t *number)
{
	json_t *value;

	return decode_need(decode, object, key, &value) &&
	       decode_count_optional(decode, object, key, limit, number);
}

bool decode_text_optional(struct decode *decode, const json_t *object, const char *key,
			  const char **text)
{
	json_t *value = decode_member(object, key);

	if (!value)
		return true;
	if (!json_is_string(value))
		return decode_fail(decode, key, "expected a string");
	*text = arena_string(decode->arena, json_string_value(value));
	return *text || decode_out_of_memory(decode);
}

bool decode_list_optional(struct decode *decode, const json_t *object, const char *key,
			  json_t **list)
{
	*list = decode_member(object, key);
	if (!*list)
		return true;
	if (!json_is_array(*list))
		return decode_fail(decode, key, "expected a list");
	decode_enter_key(decode, key);
	return true;
}

bool decode_object_optional(struct decode *decode, const json_t *object, const char *key,
			    json_t **member)
{
	*member = decode_member(object, key);
	if (!*member)
		return true;
	if (!json_is_object(*member))
		return decode_fail(decode, key, "expected an object");
	decode_enter_key(decode, key);
	return true;
}

bool decode_hex_list(struct decode *decode, const json_t *object, const char *key, size_t limit,
		     uint64_t *numbers, size_t *count)
{
	json_t *list;

	*count = 0;
	if (!decode_list_optional(decode, object, key, &list))
		return false;
	if (!list)
		return true;
	if (json_array_size(list) > limit)
		return decode_fail(decode, NULL, "at most %zu values can stand here", limit);
	for (; *count < json_array_size(list); ++*count) {
		decode_enter_index(decode, *count);
		if (!decode_hex_value(decode, NULL, json_array_get(list, *count), &numbers[*count]))
			return false;
		decode_leave(decode);
	}
	decode_leave(decode);
	return true;
}

bool decode_known_keys(struct decode *decode, const json_t *object, const char *const *names)
{
	void *iterator;

	if (!decode->strict)
		return true;
	for (iterator = json_object_iter((json_t *)object); iterator;
	     iterator = json_object_iter_next((json_t *)object, iterator)) {
		const char *key = json_object_iter_key(iterator);
		size_t n = 0;

		while (names[n] && strcmp(names[n], key))
			n++;
		if (!names[n])
			return decode_fail(decode, key, "unknown key \"%s\"", key);
	}
	return true;
}
