/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_CBOR_READ_H
#define ATTEST_CBOR_READ_H

/*
 * CBOR item by item, without the heap: safe for any bytes. Indefinite lengths are refused, no token has
 * them (attestation.md#1).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cbor_kind {
	CBOR_ITEM_UINT,
	CBOR_ITEM_NEGATIVE, /* -1 - value */
	CBOR_ITEM_BYTES,
	CBOR_ITEM_TEXT,
	CBOR_ITEM_ARRAY,  /* value: items that follow */
	CBOR_ITEM_MAP,    /* value: pairs that follow */
	CBOR_ITEM_TAG,    /* value: the tag; one item follows */
	CBOR_ITEM_SIMPLE, /* value: 20 false, 21 true, 22 null, 23 undefined */
	CBOR_ITEM_FLOAT,
};

struct cbor_item {
	enum cbor_kind kind;
	uint64_t value;
	double number;       /* FLOAT */
	const uint8_t *data; /* BYTES and TEXT: inside of the input */
	size_t size;
};

struct cbor_reader {
	const uint8_t *at, *end;
};

static inline struct cbor_reader cbor_reader(const uint8_t *data, size_t size)
{
	return (struct cbor_reader){.at = data, .end = data + size};
}

/* The next item without what follows it in an array, a map or a tag. False: there is no such thing. */
bool cbor_next(struct cbor_reader *r, struct cbor_item *item);
/* The next item, which has to be of this kind. */
bool cbor_expect(struct cbor_reader *r, enum cbor_kind kind, struct cbor_item *item);
/* Passes over one item and everything inside of it. */
bool cbor_skip(struct cbor_reader *r);
/* An integer as an int64_t. */
bool cbor_int(const struct cbor_item *item, int64_t *value);
/* What is left has no byte but 0, as behind a token that was saved with its whole page. */
bool cbor_only_zeros(const struct cbor_reader *r);
bool cbor_text_is(const struct cbor_item *item, const char *text);

#endif
