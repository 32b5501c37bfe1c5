/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/cbor_write.h"

#include <string.h>

#include <cbor.h>

size_t cbor_written(const struct cbor_writer *w, const uint8_t *buffer)
{
	return w->full ? 0 : (size_t)(w->at - buffer);
}

/* libcbor's encoders return 0 if there is no room. */
static void advance(struct cbor_writer *w, size_t written)
{
	w->full |= written == 0;
	w->at += written;
	w->left -= written;
}

void cbor_put_int(struct cbor_writer *w, int64_t value)
{
	if (value < 0)
		advance(w, cbor_encode_negint((uint64_t) - (value + 1), w->at, w->left));
	else
		advance(w, cbor_encode_uint((uint64_t)value, w->at, w->left));
}

void cbor_put_raw(struct cbor_writer *w, const void *data, size_t size)
{
	if (size > w->left) {
		w->full = true;
		return;
	}
	if (size)
		memcpy(w->at, data, size);
	w->at += size;
	w->left -= size;
}

void cbor_put_bytes(struct cbor_writer *w, const void *data, size_t size)
{
	advance(w, cbor_encode_bytestring_start(size, w->at, w->left));
	cbor_put_raw(w, data, size);
}

void cbor_put_text(struct cbor_writer *w, const char *text)
{
	const size_t size = strlen(text);

	advance(w, cbor_encode_string_start(size, w->at, w->left));
	cbor_put_raw(w, text, size);
}

void cbor_put_array(struct cbor_writer *w, size_t count)
{
	advance(w, cbor_encode_array_start(count, w->at, w->left));
}

void cbor_put_map(struct cbor_writer *w, size_t count)
{
	advance(w, cbor_encode_map_start(count, w->at, w->left));
}

void cbor_put_tag(struct cbor_writer *w, uint64_t tag)
{
	advance(w, cbor_encode_tag(tag, w->at, w->left));
}
