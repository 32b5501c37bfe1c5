/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_KEY_H
#define ATTEST_KEY_H

/*
 * ECDSA on P-384 with SHA-384 (ES384), through PSA: docs/adr/0005-psa-behind-one-lock.md. Functions
 * that return a bool are false when the cryptography library refuses.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEY_BYTES      48 /* of a coordinate and of the private scalar */
#define KEY_POINT      (1 + 2 * KEY_BYTES)
#define KEY_HASH       48
#define KEY_SIGNATURE  (2 * KEY_BYTES)
#define KEY_MAX_DIGEST 64

struct key_private {
	uint8_t scalar[KEY_BYTES];
};

struct key_public {
	uint8_t point[KEY_POINT]; /* 0x04, x, y */
};

/* "sha-256", "sha-384" or "sha-512" of the data; returns the size of the digest, 0 if unknown. */
size_t key_digest(const char *algo, size_t algo_size, const void *data, size_t size,
		  uint8_t digest[KEY_MAX_DIGEST]);
bool key_hash(const void *data, size_t size, uint8_t hash[KEY_HASH]);

/* The key depends on `label` and `seed` only. */
bool key_derive(const char *label, uint64_t seed, struct key_private *key);
bool key_to_public(const struct key_private *key, struct key_public *public);
/* Deterministic: RFC 6979. */
bool key_sign(const struct key_private *key, const uint8_t hash[KEY_HASH],
	      uint8_t signature[KEY_SIGNATURE]);
bool key_verify(const struct key_public *key, const uint8_t hash[KEY_HASH],
		const uint8_t signature[KEY_SIGNATURE]);

/* Around everything that uses PSA's keys or random numbers. False: PSA does not start. */
bool key_psa_begin(void);
void key_psa_end(void);

/* --- key_pem.c --------------------------------------------------------------------------------- */

/* `source`: PEM text or the name of a file. False after saying in `why` what is wrong with it. */
bool key_read_private(const char *source, struct key_private *key, char *why, size_t size);
bool key_read_public(const char *source, struct key_public *key, char *why, size_t size);
/* Returns the length it wanted, like snprintf(). */
size_t key_write_public(const struct key_public *key, char *pem, size_t size);

#endif
