/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/cbor_read.h"

#include <string.h>

#include <cbor.h>

struct found {
	struct cbor_item item;
	bool unsupported;
};

static void set(void *context, enum cbor_kind kind, uint64_t value)
{
	struct found *found = context;

	found->item = (struct cbor_item){.kind = kind, .value = value};
}

/* --- one function per thing that libcbor can meet --------------------------------------------- */

#define ON_INTEGER(name, kind, type)                   \
	static void name(void *context, type value)    \
	{                                              \
		set(context, CBOR_ITEM_##kind, value); \
	}

ON_INTEGER(on_uint8, UINT, uint8_t)
ON_INTEGER(on_uint16, UINT, uint16_t)
ON_INTEGER(on_uint32, UINT, uint32_t)
ON_INTEGER(on_uint64, UINT, uint64_t)
ON_INTEGER(on_negint8, NEGATIVE, uint8_t)
ON_INTEGER(on_negint16, NEGATIVE, uint16_t)
ON_INTEGER(on_negint32, NEGATIVE, uint32_t)
ON_INTEGER(on_negint64, NEGATIVE, uint64_t)
ON_INTEGER(on_tag, TAG, uint64_t)
ON_INTEGER(on_array, ARRAY, size_t)
ON_INTEGER(on_map, MAP, size_t)

static void on_bytes(void *context, cbor_data data, size_t size)
{
	struct found *found = context;

	found->item = (struct cbor_item){.kind = CBOR_ITEM_BYTES, .data = data, .size = size};
}

static void on_text(void *context, cbor_data data, size_t size)
{
	struct found *found = context;

	found->item = (struct cbor_item){.kind = CBOR_ITEM_TEXT, .data = data, .size = size};
}

static void on_float(void *context, float number)
{
	set(context, CBOR_ITEM_FLOAT, 0);
	((struct found *)context)->item.number = (double)number;
}

static void on_double(void *context, double number)
{
	set(context, CBOR_ITEM_FLOAT, 0);
	((struct found *)context)->item.number = number;
}

static void on_boolean(void *context, bool value)
{
	set(context, CBOR_ITEM_SIMPLE, value ? 21 : 20);
}

static void on_null(void *context)
{
	set(context, CBOR_ITEM_SIMPLE, 22);
}

static void on_undefined(void *context)
{
	set(context, CBOR_ITEM_SIMPLE, 23);
}

static void on_unsupported(void *context)
{
	((struct found *)context)->unsupported = true;
}

static const struct cbor_callbacks callbacks = {
	.uint8 = on_uint8,
	.uint16 = on_uint16,
	.uint32 = on_uint32,
	.uint64 = on_uint64,
	.negint8 = on_negint8,
	.negint16 = on_negint16,
	.negint32 = on_negint32,
	.negint64 = on_negint64,
	.byte_string_start = on_unsupported,
	.byte_string = on_bytes,
	.string = on_text,
	.string_start = on_unsupported,
	.indef_array_start = on_unsupported,
	.array_start = on_array,
	.indef_map_start = on_unsupported,
	.map_start = on_map,
	.tag = on_tag,
	.float2 = on_float,
	.float4 = on_float,
	.float8 = on_double,
	.undefined = on_undefined,
	.null = on_null,
	.boolean = on_boolean,
	.indef_break = on_unsupported,
};

/* --- reading ---------------------------------------------------------------------------------- */

/* Some versions of libcbor know not all tags of one byte; 18 is among those that 0.8 refuses. */
static bool short_tag(struct cbor_reader *r, struct cbor_item *item)
{
	if (*r->at < 0xc0 || *r->at > 0xd7)
		return false;
	*item = (struct cbor_item){.kind = CBOR_ITEM_TAG, .value = *r->at - 0xc0u};
	r->at++;
	return true;
}

bool cbor_next(struct cbor_reader *r, struct cbor_item *item)
{
	const size_t left = (size_t)(r->end - r->at);
	struct cbor_decoder_result result;
	struct found found = {0};

	if (!left)
		return false;
	if (short_tag(r, item))
		return true;
	result = cbor_stream_decode(r->at, left, &callbacks, &found);
	if (result.status != CBOR_DECODER_FINISHED || found.unsupported || !result.read ||
	    result.read > left)
		return false;
	r->at += result.read;
	*item = found.item;
	return true;
}

bool cbor_expect(struct cbor_reader *r, enum cbor_kind kind, struct cbor_item *item)
{
	return cbor_next(r, item) && item->kind == kind;
}

/* How many items follow that belong to this one. */
static bool following(const struct cbor_item *item, size_t left, uint64_t *count)
{
	*count = 0;
	if (item->kind == CBOR_ITEM_TAG)
		*count = 1;
	if (item->kind == CBOR_ITEM_ARRAY)
		*count = item->value;
	if (item->kind == CBOR_ITEM_MAP)
		*count = item->value > left ? item->value : 2 * item->value;
	/* An item has at least one byte. */
	return *count <= left;
}

bool cbor_skip(struct cbor_reader *r)
{
	uint64_t pending = 1, count;
	struct cbor_item item;

	while (pending) {
		if (!cbor_next(r, &item) || !following(&item, (size_t)(r->end - r->at), &count))
			return false;
		pending += count - 1;
		if (pending > (uint64_t)(r->end - r->at))
			return false;
	}
	return true;
}

bool cbor_int(const struct cbor_item *item, int64_t *value)
{
	if (item->value > INT64_MAX)
		return false;
	*value =
		item->kind == CBOR_ITEM_NEGATIVE ? -1 - (int64_t)item->value : (int64_t)item->value;
	return item->kind == CBOR_ITEM_UINT || item->kind == CBOR_ITEM_NEGATIVE;
}

bool cbor_text_is(const struct cbor_item *item, const char *text)
{
	return item->kind == CBOR_ITEM_TEXT && item->size == strlen(text) &&
	       memcmp(item->data, text, item->size) == 0;
}

bool cbor_only_zeros(const struct cbor_reader *r)
{
	for (const uint8_t *at = r->at; at < r->end; at++) {
		if (*at)
			return false;
	}
	return true;
}
