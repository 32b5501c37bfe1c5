/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_DECODE_H
#define TRACE_DECODE_H

/*
 * Typed values out of one parsed line. The first failure fills the error with line, column and what
 * was expected; every function returns false from then on.
 */

#include <jansson.h>

#include "trace/arena.h"
#include "trace/locate.h"
#include "trace/trace.h"

#define DECODE_DEPTH 8

struct decode {
	struct arena *arena;
	struct trace_error *error;
	bool strict;
	const char *line;
	size_t length, number;
	/* From the line's object to the value that is being decoded. */
	struct locate_step path[DECODE_DEPTH];
	size_t depth;
	const struct rmmsim_config *config; /* where memory is, once the header was read */
};

/* Steps down into a value for error positions, and back up. */
void decode_enter_key(struct decode *decode, const char *key);
void decode_enter_index(struct decode *decode, size_t index);
void decode_leave(struct decode *decode);

/* Fails at the current path, or at its member `key` (NULL: the value itself). Always false. */
bool decode_fail(struct decode *decode, const char *key, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
bool decode_out_of_memory(struct decode *decode);

/* Member `key` of `object`; NULL if absent. */
json_t *decode_member(const json_t *object, const char *key);
bool decode_need(struct decode *decode, const json_t *object, const char *key, json_t **value);

/* A hex string, "0x1f". decode_hex() fails if the member is absent, the other leaves *value alone. */
bool decode_hex_value(struct decode *decode, const char *key, const json_t *value,
		      uint64_t *number);
bool decode_hex(struct decode *decode, const json_t *object, const char *key, uint64_t *number);
bool decode_hex_optional(struct decode *decode, const json_t *object, const char *key,
			 uint64_t *number);
/* An integer of at least 0 and at most `limit`; *number keeps its value if the member is absent. */
bool decode_count(struct decode *decode, const json_t *object, const char *key, uint64_t limit,
		  uint64_t *number);
bool decode_count_optional(struct decode *decode, const json_t *object, const char *key,
			   uint64_t limit, uint64_t *number);
/* A string, copied. NULL stays if the member is absent. */
bool decode_text_optional(struct decode *decode, const json_t *object, const char *key,
			  const char **text);

/* Checks the type and enters the member; absent: *list is NULL and nothing is entered. */
bool decode_list_optional(struct decode *decode, const json_t *object, const char *key,
			  json_t **list);
bool decode_object_optional(struct decode *decode, const json_t *object, const char *key,
			    json_t **member);

/* A list of hex strings, at most `limit`. Absent: *count is 0. */
bool decode_hex_list(struct decode *decode, const json_t *object, const char *key, size_t limit,
		     uint64_t *numbers, size_t *count);

/* Strict mode: every member must be one of the names, which end with NULL. */
bool decode_known_keys(struct decode *decode, const json_t *object, const char *const *names);

#endif
