/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_TOKEN_H
#define ATTEST_TOKEN_H

/*
 * What an instance needs to sign tokens, and the token itself: attestation.md. attest/ has, from below: hashes and the
 * measurement of a Realm, CBOR (cbor_read.h, cbor_write.h), keys, COSE_Sign1 (cose.h), claims by their rows (claims.h),
 * the token; and beside it its readers: show, verify, make.
 *
 * Words: the *RAK* signs the *realm token* (measurements, challenge, personalization value); the platform's key signs
 * the *platform token* (what firmware runs here), whose challenge is the hash of the RAK: that is the *binding*. The two
 * make the *collection*, which is what RSI_ATTESTATION_TOKEN_CONTINUE hands out.
 *
 *	attest_create(&config, seed, &attest, &error);
 *	size = attest_token(attest, &request, token, sizeof(token));
 *
 * Threads: a struct attest is used under the instance lock; key.h has one lock for the cryptographic library.
 */

#include <rmmsim/attest.h>

#include "attest/cbor_write.h"
#include "attest/cose.h"

#define TOKEN_MAX          4096 /* one granule of the REC holds it */
#define TOKEN_MAX_REALM    1024
#define TOKEN_MAX_PLATFORM (TOKEN_MAX - TOKEN_MAX_REALM)

#define KEY_LABEL_REALM    "rmmsim realm attestation key"
#define KEY_LABEL_PLATFORM "rmmsim platform attestation key"

struct attest;

/*
 * Reads keys and claims; nothing of `config` (NULL: the default) is kept. On failure *attest is NULL and
 * *error (may be NULL) names the field: RMMSIM_ERR_ARGUMENT, RMMSIM_ERR_CONFIG, RMMSIM_ERR_MEMORY.
 */
enum rmmsim_status attest_create(const struct rmmsim_attestation *config, uint64_t seed,
				 struct attest **attest, struct rmmsim_error *error);
void attest_destroy(struct attest *attest);

/* A rmmsim_token_fn whose context is a struct attest. Not for two threads at the same time. */
size_t attest_token(void *attest, const struct rmmsim_token_request *request, uint8_t *token,
		    size_t size);
/* The key that verifies the platform token. */
bool attest_platform_key(struct attest *attest, struct key_public *key);

/* --- token_realm.c, token_platform.c: claims ------------------------------------------------------ */

/* Claims of the realm token (attestation.md#3); `rak` as in claim 44237. */
void token_realm_claims(struct cbor_writer *w, const struct rmmsim_token_request *request,
			const uint8_t rak[COSE_KEY]);
/* Claims of the platform token (attestation.md#5); the challenge is a hash of the RAK. */
void token_platform_claims(struct cbor_writer *w, const struct rmmsim_attestation *config,
			   const uint8_t challenge[32]);
/* Whether a platform token can say this; fills *error. */
enum rmmsim_status token_platform_check(const struct rmmsim_attestation *config,
					struct rmmsim_error *error);

#endif
