/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_CBOR_WRITE_H
#define ATTEST_CBOR_WRITE_H

/* CBOR into a buffer of the caller's, with definite lengths and shortest integers: attestation.md#1 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct cbor_writer {
	uint8_t *at;
	size_t left;
	bool full; /* something did not fit: the content is worthless */
};

static inline struct cbor_writer cbor_writer(uint8_t *buffer, size_t size)
{
	return (struct cbor_writer){.at = buffer, .left = size};
}

/* Bytes written since the writer was made for `buffer`; 0 if not everything fitted. */
size_t cbor_written(const struct cbor_writer *w, const uint8_t *buffer);

void cbor_put_int(struct cbor_writer *w, int64_t value);
void cbor_put_bytes(struct cbor_writer *w, const void *data, size_t size);
void cbor_put_text(struct cbor_writer *w, const char *text);
void cbor_put_array(struct cbor_writer *w, size_t count);
void cbor_put_map(struct cbor_writer *w, size_t count);
void cbor_put_tag(struct cbor_writer *w, uint64_t tag);
/* Bytes that are CBOR already. */
void cbor_put_raw(struct cbor_writer *w, const void *data, size_t size);

#endif
