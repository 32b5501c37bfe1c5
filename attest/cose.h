/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_COSE_H
#define ATTEST_COSE_H

/* COSE_Sign1 with ES384 and COSE_Key on P-384: attestation.md#2, attestation.md#4 */

#include "attest/cbor_read.h"
#include "attest/cbor_write.h"
#include "attest/key.h"

#define COSE_TAG_SIGN1 18
#define COSE_KEY       107
#define COSE_MAX_SIGN1 4096
/* Bytes of a COSE_Sign1 around a payload of 256 to 65535 bytes. */
#define COSE_OVERHEAD 109

/* Writes a COSE_Sign1 of the payload. False: no room, or the cryptography library refuses. */
bool cose_sign1_write(struct cbor_writer *w, const struct key_private *key, const uint8_t *payload,
		      size_t size);

struct cose_sign1 {
	struct cbor_item payload;
	uint8_t hash[KEY_HASH]; /* that was signed */
	const uint8_t *signature;
};

/* Reads a COSE_Sign1 that fills `bytes`. NULL, or what is wrong (static storage). */
const char *cose_sign1_read(const uint8_t *bytes, size_t size, struct cose_sign1 *sign1);
bool cose_sign1_verify(const struct cose_sign1 *sign1, const struct key_public *key);

void cose_key_encode(const struct key_public *key, uint8_t bytes[COSE_KEY]);
bool cose_key_decode(const uint8_t *bytes, size_t size, struct key_public *key);

#endif
