/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_COSE_H
#define ATTEST_COSE_H

/*
 * COSE_Sign1 and COSE_Key: attestation.md#2, attestation.md#4. What is written is ES384 on P-384; what is
 * read may be of the other two curves, in any encoding that COSE permits.
 */

#include "attest/cbor_read.h"
#include "attest/cbor_write.h"
#include "attest/key.h"

#define COSE_TAG_SIGN1 18
#define COSE_KEY       107 /* on P-384, without anything that is not needed */
/* Bytes of a COSE_Sign1 around a payload of 256 to 65535 bytes, on P-384. */
#define COSE_OVERHEAD 109

/* RFC 9052 section 3.1 and section 7.1, RFC 9053 section 7.1.1 */
enum cose_header {
	COSE_HEADER_ALG = 1,
	COSE_HEADER_CRIT = 2,
	COSE_HEADER_CONTENT_TYPE = 3,
	COSE_HEADER_KID = 4,
};
enum cose_key_parameter {
	COSE_KTY = 1,
	COSE_CRV = -1,
	COSE_X = -2,
	COSE_Y = -3,
	COSE_D = -4, /* the private scalar */
};

/* Writes a COSE_Sign1 of the payload. False: no room, or the cryptography library refuses. */
bool cose_sign1_write(struct cbor_writer *w, const struct key_private *key, const uint8_t *payload,
		      size_t size);

/* What a signature is of: RFC 9052 section 4.4. Returns the size of the digest for this curve, 0: refused. */
bool cose_sign1_digest(enum key_curve curve, const struct cbor_item *header,
		       const struct cbor_item *payload, uint8_t digest[KEY_MAX_DIGEST]);
/* The protected header {1: alg} for this curve; returns its size. */
size_t cose_protected_header(enum key_curve curve, uint8_t header[8]);

/* `data` of an item is NULL where reading did not get that far. */
struct cose_sign1 {
	bool tagged;
	bool unprotected; /* the unprotected header is not empty */
	struct cbor_item header, payload, signature;
};

/*
 * Reads a COSE_Sign1 that fills `bytes`. NULL, or what is wrong (static storage): then *sign1 has what
 * was read nevertheless.
 */
const char *cose_sign1_read(const uint8_t *bytes, size_t size, struct cose_sign1 *sign1);

/*
 * Verifies the signature. NULL, or what is wrong: the algorithm is unknown, or another than that of the
 * key, or "was not signed with KEY_NAME". `buf` may be used.
 */
const char *cose_sign1_verify(const struct cose_sign1 *sign1, const struct key_public *key,
			      const char *key_name, char *buf, size_t size);

void cose_key_encode(const struct key_public *key, uint8_t bytes[COSE_KEY]);

enum cose_key_form {
	COSE_KEY_UNKNOWN, /* neither */
	COSE_KEY_MAP,
	COSE_KEY_POINT, /* older tokens: 0x04, x, y */
};

/* A key that another program has encoded. */
struct cose_key {
	enum cose_key_form form;
	bool usable;  /* `key` is one of a known curve, though not necessarily a point on it */
	bool private; /* its private half is there, too */
	bool more;    /* parameters beside the four that are needed */
	struct key_public key;
};
struct cose_key cose_key_decode(const uint8_t *bytes, size_t size);

#endif
