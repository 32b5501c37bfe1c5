/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_CRYPTO_H
#define DEVICE_CRYPTO_H

/*
 * What SPDM needs of cryptography, on mbedTLS's PSA interface behind the one lock of attest/key.h. Keys are
 * bytes of the caller's and are in PSA's store only while they are used. Nothing here is random: every
 * scalar and nonce comes from the caller's seed. A bool is false when the library refuses, or when a
 * signature or tag is wrong.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>

#include "attest/hash.h"

/* A hash that goes on. Plain bytes: it may be copied, saved, and finished any number of times. */
struct digest {
	enum hash_kind kind;
	union {
		mbedtls_sha256_context sha256;
		mbedtls_sha512_context sha512;
	} context;
};

void digest_start(struct digest *digest, enum hash_kind kind);
void digest_add(struct digest *digest, const void *data, size_t size);
/* The hash of all that was added so far; more may follow. */
void digest_value(const struct digest *digest, uint8_t *value);

/* Elliptic curves, by the size of a coordinate in bytes. */
enum curve { CURVE_P256 = 32, CURVE_P384 = 48 };

#define CURVE_MAX 48

enum signer { SIGNER_RSA_3072, SIGNER_P256, SIGNER_P384 };

#define SIGNER_MAX_KEY       384 /* modulus of RSA; points have 65 and 97 bytes */
#define SIGNER_MAX_SIGNATURE 384

/* A public key: a point 0x04 x y, or the modulus of RSA with exponent 65537. */
struct signer_key {
	enum signer kind;
	uint16_t size;
	uint8_t bytes[SIGNER_MAX_KEY];
};

size_t signer_key_size(enum signer kind);
size_t signer_signature_size(enum signer kind);
bool signer_verify(const struct signer_key *key, enum hash_kind hash, const uint8_t *value,
		   const uint8_t *signature);
/* Signs with a scalar of the curve. */
bool signer_sign(enum curve curve, const uint8_t *scalar, enum hash_kind hash, const uint8_t *value,
		 uint8_t *signature);

/* A scalar of the curve that depends on the label, the seed and the number only. */
bool curve_scalar(enum curve curve, const char *label, uint64_t seed, uint64_t number,
		  uint8_t *scalar);
/* x and y of the scalar's point, without the leading 0x04. */
bool curve_public(enum curve curve, const uint8_t *scalar, uint8_t *point);
/* The x coordinate that both sides agree on. */
bool curve_agree(enum curve curve, const uint8_t *scalar, const uint8_t *point, uint8_t *secret);

/* HMAC with a key as long as the hash. */
bool crypto_hmac(enum hash_kind kind, const uint8_t *key, const uint8_t *data, size_t size,
		 uint8_t *mac);

/* What AES-256-GCM takes beside the text: SPDM_AEAD_KEY and SPDM_AEAD_IV bytes, and what is authenticated only. */
struct crypto_seal {
	const uint8_t *key, *nonce, *head;
	size_t head_size;
};

/* AES-256-GCM; the tag follows the text. In place. */
bool crypto_seal(const struct crypto_seal *seal, uint8_t *text, size_t size);
bool crypto_open(const struct crypto_seal *seal, uint8_t *text, size_t size);

/* `size` bytes, at most 64, that depend on the label, the seed and the number only. */
void crypto_fill(const char *label, uint64_t seed, uint64_t number, uint8_t *bytes, size_t size);

#endif
