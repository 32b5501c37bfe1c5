/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/claims.h"
#include "attest/token.h"

static void put_measurement(struct cbor_writer *w, const struct rmmsim_token_request *request,
			    unsigned int index)
{
	const size_t size = request->hash_algo == RMI_HASH_SHA_512 ? 64 : 32;

	cbor_put_bytes(w, request->measurements[index], size);
}

/* The order is that of the reference, which is not the order of the keys: attestation.md#3 */
void token_realm_claims(struct cbor_writer *w, const struct rmmsim_token_request *request,
			const uint8_t rak[COSE_KEY])
{
	cbor_put_map(w, request->mec_policy ? 9 : 8);
	cbor_put_int(w, CLAIM_CHALLENGE);
	cbor_put_bytes(w, request->challenge, 64);
	cbor_put_int(w, CLAIM_RPV);
	cbor_put_bytes(w, request->rpv, 64);
	cbor_put_int(w, CLAIM_RAK);
	cbor_put_bytes(w, rak, COSE_KEY);
	cbor_put_int(w, CLAIM_REALM_HASH);
	cbor_put_text(w, request->hash_algo == RMI_HASH_SHA_512 ? "sha-512" : "sha-256");
	cbor_put_int(w, CLAIM_KEY_HASH);
	cbor_put_text(w, "sha-256");
	if (request->mec_policy) {
		cbor_put_int(w, CLAIM_MEC_POLICY);
		cbor_put_text(w, request->mec_private ? "private" : "shared");
	}
	cbor_put_int(w, CLAIM_PROFILE);
	cbor_put_text(w, PROFILE_REALM);
	cbor_put_int(w, CLAIM_RIM);
	put_measurement(w, request, 0);
	cbor_put_int(w, CLAIM_REM);
	cbor_put_array(w, REMS);
	for (unsigned int i = 1; i <= REMS; i++)
		put_measurement(w, request, i);
}
