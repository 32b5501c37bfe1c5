/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/token.h"

#include <stdlib.h>
#include <string.h>

#include "attest/claims.h"
#include "mem/config.h"

struct attest {
	struct key_private realm, platform;
	/* Claims of the platform token; the challenge in them is not known before it is needed. */
	uint8_t claims[TOKEN_MAX_PLATFORM];
	size_t claims_size, challenge_at;

	/* Made when the first token is asked for: multiplications of points take milliseconds. */
	bool ready;
	uint8_t rak[COSE_KEY];
	uint8_t token[TOKEN_MAX_PLATFORM];
	size_t token_size;
};

/* --- construction ---------------------------------------------------------------------------------- */

static enum rmmsim_status read_key(const char *field, const char *source, const char *label,
				   uint64_t seed, struct key_private *key,
				   struct rmmsim_error *error)
{
	char why[200];

	if (!source) {
		if (key_derive(KEY_P384, label, seed, key))
			return RMMSIM_OK;
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "mbedTLS cannot do ECDSA on P-384 through PSA");
	}
	if (key_read_private(source, key, why, sizeof(why)))
		return RMMSIM_OK;
	return mem_error(error, RMMSIM_ERR_CONFIG, "attestation.%s: %s", field, why);
}

/* Where two encodings that differ in nothing but the challenge differ. */
static enum rmmsim_status encode_claims(struct attest *a, const struct rmmsim_attestation *config,
					struct rmmsim_error *error)
{
	static const uint8_t zeros[32], ones[32] = {[0 ... 31] = 0xff};
	uint8_t other[TOKEN_MAX_PLATFORM];
	struct cbor_writer w = cbor_writer(a->claims, sizeof(a->claims) - COSE_OVERHEAD);

	token_platform_claims(&w, config, zeros);
	a->claims_size = cbor_written(&w, a->claims);
	if (!a->claims_size)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "the claims of the platform token have more than %d bytes; "
				 "give fewer or shorter ones",
				 TOKEN_MAX_PLATFORM - COSE_OVERHEAD);
	w = cbor_writer(other, sizeof(other));
	token_platform_claims(&w, config, ones);
	while (a->claims[a->challenge_at] == other[a->challenge_at])
		a->challenge_at++;
	return RMMSIM_OK;
}

static enum rmmsim_status fill(struct attest *a, const struct rmmsim_attestation *config,
			       uint64_t seed, struct rmmsim_error *error)
{
	enum rmmsim_status status;

	status = token_platform_check(config, error);
	if (status == RMMSIM_OK)
		status = read_key("realm_key", config->realm_key, KEY_LABEL_REALM, seed, &a->realm,
				  error);
	if (status == RMMSIM_OK)
		status = read_key("platform_key", config->platform_key, KEY_LABEL_PLATFORM, seed,
				  &a->platform, error);
	if (status == RMMSIM_OK)
		status = encode_claims(a, config, error);
	return status;
}

enum rmmsim_status attest_create(const struct rmmsim_attestation *config, uint64_t seed,
				 struct attest **attest, struct rmmsim_error *error)
{
	struct rmmsim_attestation defaults;
	enum rmmsim_status status;

	*attest = NULL;
	rmmsim_attestation_init(&defaults);
	if (!config)
		config = &defaults;
	if (config->size != sizeof(*config))
		return mem_error(error, RMMSIM_ERR_ARGUMENT,
				 "attestation.size is %zu, this library expects %zu; start from "
				 "rmmsim_attestation_init() of the same version",
				 config->size, sizeof(*config));
	*attest = calloc(1, sizeof(**attest));
	if (!*attest)
		return mem_error(error, RMMSIM_ERR_MEMORY, "no memory for the instance");
	status = fill(*attest, config, seed, error);
	if (status == RMMSIM_OK)
		return RMMSIM_OK;
	attest_destroy(*attest);
	*attest = NULL;
	return status;
}

void attest_destroy(struct attest *attest)
{
	free(attest);
}

/* --- tokens ------------------------------------------------------------------------------------------ */

/* What real firmware does when it boots: attestation.md#5 */
static bool prepare(struct attest *a)
{
	uint8_t digest[KEY_MAX_DIGEST];
	struct key_public rak;
	struct cbor_writer w = cbor_writer(a->token, sizeof(a->token));

	if (a->ready)
		return true;
	if (!key_to_public(&a->realm, &rak))
		return false;
	cose_key_encode(&rak, a->rak);
	if (key_digest("sha-256", 7, a->rak, sizeof(a->rak), digest) != 32)
		return false;
	memcpy(a->claims + a->challenge_at, digest, 32);
	if (!cose_sign1_write(&w, &a->platform, a->claims, a->claims_size))
		return false;
	a->token_size = cbor_written(&w, a->token);
	a->ready = true;
	return true;
}

static void put_member(struct cbor_writer *w, bool collection_399, int64_t key,
		       const uint8_t *token, size_t size)
{
	cbor_put_int(w, key);
	if (!collection_399) {
		cbor_put_array(w, 2);
		cbor_put_int(w, CMW_EAT_CWT);
	}
	cbor_put_bytes(w, token, size);
}

size_t attest_token(void *attest, const struct rmmsim_token_request *request, uint8_t *token,
		    size_t size)
{
	uint8_t claims[TOKEN_MAX_REALM], realm[TOKEN_MAX_REALM];
	struct attest *a = attest;
	struct cbor_writer w = cbor_writer(claims, sizeof(claims));
	struct cbor_writer signer = cbor_writer(realm, sizeof(realm));

	if (!prepare(a))
		return 0;
	token_realm_claims(&w, request, a->rak);
	if (w.full || !cose_sign1_write(&signer, &a->realm, claims, cbor_written(&w, claims)))
		return 0;
	w = cbor_writer(token, size);
	cbor_put_tag(&w, request->collection_399 ? TAG_COLLECTION_399 : TAG_CMW_907);
	cbor_put_map(&w, 2);
	put_member(&w, request->collection_399, CLAIM_PLATFORM_TOKEN, a->token, a->token_size);
	put_member(&w, request->collection_399, CLAIM_REALM_TOKEN, realm,
		   cbor_written(&signer, realm));
	return cbor_written(&w, token);
}

bool attest_platform_key(struct attest *attest, struct key_public *key)
{
	return key_to_public(&attest->platform, key);
}
