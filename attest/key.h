/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_KEY_H
#define ATTEST_KEY_H

/*
 * ECDSA through PSA: docs/adr/0005-psa-behind-one-lock.md. The model signs on P-384 with SHA-384 (ES384);
 * tokens of others are verified on three curves, whose hash COSE ties to the curve (RFC 9053
 * section 2.1). Functions that return a bool are false when the cryptography library refuses.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 0 is what the model signs with. */
enum key_curve { KEY_P384, KEY_P256, KEY_P521, KEY_CURVES };

struct key_curve_row {
	const char *name;      /* "P-384" */
	const char *algorithm; /* "ES384" */
	const char *hash;      /* "sha-384" */
	unsigned int bits;
	unsigned int bytes;     /* of a coordinate and of the private scalar */
	unsigned int hash_size; /* bytes */
	int cose_algorithm;     /* RFC 9053 section 2.1 */
	int cose_esp;           /* the same with the curve in the name: RFC 9864 section 2.1 */
	int cose_curve;         /* RFC 9053 section 7.1 */
};
const struct key_curve_row *key_curve(enum key_curve curve);

#define KEY_BYTES         48 /* of a coordinate on P-384, and of a private scalar */
#define KEY_POINT(bytes)  (1 + 2 * (bytes))
#define KEY_MAX_BYTES     66
#define KEY_MAX_POINT     KEY_POINT(KEY_MAX_BYTES)
#define KEY_MAX_SIGNATURE (2 * KEY_MAX_BYTES)
#define KEY_MAX_DIGEST    64

struct key_private {
	enum key_curve curve;
	uint8_t scalar[KEY_MAX_BYTES];
};

struct key_public {
	enum key_curve curve;
	uint8_t point[KEY_MAX_POINT]; /* 0x04, x, y */
};

/* "sha-256", "sha-384" or "sha-512" of the data; returns the size of the digest, 0 if unknown. */
size_t key_digest(const char *algo, size_t algo_size, const void *data, size_t size,
		  uint8_t digest[KEY_MAX_DIGEST]);
/* What is signed on this curve. */
bool key_hash(enum key_curve curve, const void *data, size_t size, uint8_t hash[KEY_MAX_DIGEST]);

/* The key depends on curve, `label` and `seed` only. */
bool key_derive(enum key_curve curve, const char *label, uint64_t seed, struct key_private *key);
bool key_to_public(const struct key_private *key, struct key_public *public);
/* Deterministic: RFC 6979. A signature has twice the bytes of a coordinate. */
bool key_sign(const struct key_private *key, const uint8_t *hash, uint8_t *signature);
bool key_verify(const struct key_public *key, const uint8_t *hash, const uint8_t *signature);

/* Around everything that uses PSA's keys or random numbers. False: PSA does not start. */
bool key_psa_begin(void);
void key_psa_end(void);

/* --- key_pem.c --------------------------------------------------------------------------------- */

/*
 * `source`: PEM text or the name of a file. False after saying in `why` what is wrong with it. A private
 * key is on P-384, a public one on any curve of the table.
 */
bool key_read_private(const char *source, struct key_private *key, char *why, size_t size);
bool key_read_public(const char *source, struct key_public *key, char *why, size_t size);
/* Returns the length it wanted, like snprintf(). */
size_t key_write_public(const struct key_public *key, char *pem, size_t size);
/* As SEC 1 has it; 0 if the cryptography library refuses. */
size_t key_write_private(const struct key_private *key, char *pem, size_t size);

#endif
