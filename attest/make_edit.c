/* SPDX-License-Identifier: BSD-3-Clause */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "attest/make.h"

#define FILL 0x5a

static void put_hex(struct cbor_writer *w, const char *hex)
{
	unsigned int byte;

	for (; sscanf(hex, "%2x", &byte) == 1; hex += 2)
		cbor_put_raw(w, &(uint8_t){(uint8_t)byte}, 1);
}

static void put_value(struct cbor_writer *w, const struct token_edit *edit)
{
	uint8_t bytes[64];

	memset(bytes, FILL, sizeof(bytes));
	if (edit->text)
		cbor_put_text(w, edit->text);
	else if (edit->hex)
		put_hex(w, edit->hex);
	else
		cbor_put_bytes(w, bytes, edit->bytes);
}

static void put_pair(struct cbor_writer *w, const struct token_edit *edit)
{
	cbor_put_int(w, edit->key);
	put_value(w, edit);
}

/* Copies the pairs but for the one with the key of the edit. Returns whether that was there. */
static bool copy_pairs(struct cbor_writer *w, struct cbor_reader *r, uint64_t count,
		       const struct token_edit *edit)
{
	struct cbor_item key;
	bool met = false;
	int64_t number;

	for (uint64_t i = 0; i < count; i++) {
		const uint8_t *start = r->at;
		const bool same = cbor_next(r, &key) && cbor_int(&key, &number) &&
				  number == edit->key && edit->op != EDIT_ADD;

		cbor_skip(r);
		if (!same)
			cbor_put_raw(w, start, (size_t)(r->at - start));
		else if (edit->op == EDIT_REPLACE)
			put_pair(w, edit);
		met |= same;
	}
	return met;
}

static uint64_t count_after(uint64_t count, enum edit_op op, bool met)
{
	if (op == EDIT_ADD)
		return count + 1;
	return count - (op == EDIT_REMOVE && met);
}

/* The head of these maps is one byte: fewer than 24 claims. */
bool make_edit(const struct token_edit *edit, uint8_t *claims, size_t *size, size_t max)
{
	struct cbor_reader r = cbor_reader(claims, *size);
	uint8_t *copy = malloc(max);
	struct cbor_writer w = cbor_writer(copy, copy ? max : 0);
	struct cbor_item map;
	bool met;

	if (edit->op == EDIT_NONE || !copy || !cbor_expect(&r, CBOR_ITEM_MAP, &map)) {
		free(copy);
		return edit->op == EDIT_NONE;
	}
	cbor_put_map(&w, map.value);
	met = copy_pairs(&w, &r, map.value, edit);
	if (edit->op == EDIT_ADD)
		put_pair(&w, edit);
	if (!w.full) {
		*size = cbor_written(&w, copy);
		memcpy(claims, copy, *size);
		w = cbor_writer(claims, 1);
		cbor_put_map(&w, count_after(map.value, edit->op, met));
	}
	free(copy);
	return !w.full;
}

bool make_replace(uint8_t *claims, size_t *size, size_t max, int64_t key, const void *bytes,
		  size_t count)
{
	uint8_t value[COSE_KEY + 64];
	struct cbor_writer w = cbor_writer(value, sizeof(value));
	char hex[2 * sizeof(value) + 1];
	struct token_edit edit = {.op = EDIT_REPLACE, .key = key, .hex = hex};

	cbor_put_bytes(&w, bytes, count);
	for (size_t i = 0; i < cbor_written(&w, value); i++)
		snprintf(hex + 2 * i, 3, "%02x", value[i]);
	return !w.full && make_edit(&edit, claims, size, max);
}
