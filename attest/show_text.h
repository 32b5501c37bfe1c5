/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_SHOW_TEXT_H
#define ATTEST_SHOW_TEXT_H

/* Text into a buffer that may be too small. */

/* A token has 12. */
#define SHOW_MAX_NESTING 24

#include "attest/cbor_read.h"

struct show {
	char *text;
	size_t size;
	size_t length;        /* wanted so far */
	unsigned int nesting; /* of the item that is shown */
	const uint8_t *start; /* of the input */
	char fault[80];
};

__attribute__((format(printf, 2, 3))) void show_print(struct show *s, const char *format, ...);
/* A new line, indented. */
void show_line(struct show *s, unsigned int depth);
/* h'00ff' */
void show_hex(struct show *s, const uint8_t *data, size_t size);
/* -1, for an UINT or NEGATIVE. */
void show_number(struct show *s, const struct cbor_item *item);
/* "true", for the value of a SIMPLE. */
const char *show_simple_name(uint64_t value);
/* "text", everything but printable ASCII escaped. False: this is not UTF-8. */
bool show_string(struct show *s, const uint8_t *data, size_t size);
/* Says where the input stops to be a token. False. */
bool show_fault(struct show *s, const struct cbor_reader *r);

#endif
