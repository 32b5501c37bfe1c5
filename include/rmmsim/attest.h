/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMMSIM_ATTEST_H
#define RMMSIM_ATTEST_H

/*
 * Attestation: who signs the tokens of an instance, what its platform says about itself, and whether a
 * token is good. docs/spec/attestation.md
 *
 * An error of this header is answered by mending the argument that *error names: RMMSIM_ERR_ARGUMENT is a mistake of the
 * program, RMMSIM_ERR_CONFIG a key or a name that cannot be used, RMMSIM_ERR_TOKEN says something about the token
 * and is the answer that was asked for, RMMSIM_ERR_MEMORY may be tried again. Nothing has changed after any of them.
 */

#include <rmmsim/rmmsim.h>

#ifdef __cplusplus
extern "C" {
#endif

/* --- configuration ------------------------------------------------------------------------ */

/*
 *	rmmsim_attestation_init(&attestation);
 *	attestation.realm_key = "rak.pem";
 *	config.attestation = &attestation;
 *	rmmsim_create(&config, &sim, &error);      -- reads the keys; RMMSIM_ERR_CONFIG names the one that is wrong
 */

/* attestation.md#5, claim 2399. Digests have 32, 48 or 64 bytes. */
struct rmmsim_software_component {
	const char *type;      /* NULL: not in the token */
	const char *version;   /* NULL: not in the token */
	const char *hash_algo; /* "sha-256"; NULL: not in the token */
	uint8_t measurement[64];
	size_t measurement_size;
	uint8_t signer[64];
	size_t signer_size;
};

/*
 * Keys and platform claims. A key is a private EC key on P-384 in PEM: either the text, which begins
 * with "-----BEGIN", or the name of a file. NULL is a test key that depends on config.seed only.
 */
struct rmmsim_attestation {
	size_t size; /* sizeof(struct rmmsim_attestation): set by rmmsim_attestation_init() */

	const char *realm_key;    /* RAK: signs realm tokens */
	const char *platform_key; /* IAK, also called CPAK: signs the platform token */

	const char *profile;
	uint8_t implementation_id[32];
	uint8_t instance_id[33]; /* the first byte is 0x01 */
	const void *config;      /* opaque */
	size_t config_size;
	uint16_t lifecycle;
	const char *verification_service; /* NULL: not in the token */
	const char *hash_algo;
	const struct rmmsim_software_component *components;
	size_t component_count; /* at least 1 */
};

/*
 * Fills `attestation` with the default: keys derived from the seed, lifecycle 0x3003 (secured), 13
 * software components, a platform token of 1518 bytes. All pointers have static storage.
 */
RMMSIM_API void rmmsim_attestation_init(struct rmmsim_attestation *attestation);

/*
 * Public half of the key that signs the platform token, as PEM text. Returns the length it wanted, like
 * snprintf(); 0 if the instance has a token provider of the program's.
 */
RMMSIM_API size_t rmmsim_platform_key(struct rmmsim *sim, char *pem, size_t size);

/* --- measurements ------------------------------------------------------------------------- */

/*
 * Extends a Realm Extensible Measurement as RSI_MEASUREMENT_EXTEND does: measurement.md#4. `hash_algo` is
 * an enum rmi_hash_algorithm, `measurement` the old value, replaced by the new one (SHA-256: 32 bytes and
 * zeros), `data` at most 64 bytes. RMMSIM_ERR_ARGUMENT for anything else. Any thread.
 */
RMMSIM_API enum rmmsim_status rmmsim_measurement_extend(uint32_t hash_algo, uint8_t measurement[64],
							const void *data, size_t size);

/*
 * A measurement of a Realm: 0 is the RIM, 1 to 4 are the REMs; a hash shorter than 64 bytes is followed by zeros. A
 * view for tools: a Host has no command for it. RMMSIM_ERR_RANGE: no RD is at PA `rd`. RMMSIM_ERR_ARGUMENT. Any thread.
 */
RMMSIM_API enum rmmsim_status rmmsim_realm_measurement(struct rmmsim *sim, uint64_t rd,
						       unsigned int index, uint8_t value[64]);

/* --- tokens ------------------------------------------------------------------------------- */

/*
 *	size = rmmsim_token_last(sim, token, sizeof(token));
 *	rmmsim_platform_key(sim, pem, sizeof(pem));
 *	if (rmmsim_token_verify(token, size, pem, &report, &error) != RMMSIM_OK)
 *		fprintf(stderr, "%s\n", error.text);
 */

/*
 * The last token that a Realm of this instance has fetched to its end. Returns its size, 0 if there is
 * none; copies at most `size` bytes. No snapshot has it or changes it.
 */
RMMSIM_API size_t rmmsim_token_last(struct rmmsim *sim, void *token, size_t size);

/*
 * Text of a token in CBOR diagnostic notation, with the names of the claims as comments; always
 * terminated. *length (may be NULL) is the length it wanted. RMMSIM_ERR_ARGUMENT, or RMMSIM_ERR_TOKEN
 * if this is not one well-formed CBOR item: then the text ends at the fault and *error (may be NULL)
 * names it. Any bytes are safe.
 */
RMMSIM_API enum rmmsim_status rmmsim_token_text(const void *token, size_t token_size, char *text,
						size_t size, size_t *length,
						struct rmmsim_error *error);

/*
 * The same as one line of JSON: {"tag": 907, "value": {"platform token": [263, {..}], "realm token": ..}}. A
 * map is an object whose members have the names of the claims, or the number where there is no name; a
 * COSE_Sign1 is {"protected": {..}, "unprotected": {..}, "payload": {..}, "signature": HEX}; bytes are
 * hexadecimal. On RMMSIM_ERR_TOKEN the text is no JSON.
 */
RMMSIM_API enum rmmsim_status rmmsim_token_json(const void *token, size_t token_size, char *text,
						size_t size, size_t *length,
						struct rmmsim_error *error);

enum rmmsim_token_check {
	RMMSIM_TOKEN_FORM,               /* collection, two COSE_Sign1, nothing else */
	RMMSIM_TOKEN_PLATFORM_SIGNATURE, /* by the trusted key */
	RMMSIM_TOKEN_PLATFORM_CLAIMS,
	RMMSIM_TOKEN_REALM_CLAIMS,
	RMMSIM_TOKEN_REALM_SIGNATURE, /* by the key in the realm token */
	RMMSIM_TOKEN_BINDING,         /* the platform token vouches for that key */
	RMMSIM_TOKEN_CHECKS
};

enum rmmsim_token_result {
	RMMSIM_TOKEN_NOT_DONE, /* something that it needs is missing */
	RMMSIM_TOKEN_PASSED,
	RMMSIM_TOKEN_FAILED
};

struct rmmsim_token_report {
	struct {
		const char *name; /* "platform signature", static storage */
		enum rmmsim_token_result result;
		char text[320]; /* everything that is wrong; empty if it passed */
		char note[160]; /* what else is worth knowing, such as an older profile; or empty */
	} check[RMMSIM_TOKEN_CHECKS];
};

/*
 * Verifies a token: attestation.md#7 without freshness and appraisal. Each check is made for which the
 * token has what it needs, also when others fail: a token with wrong claims has its signatures checked,
 * a platform token alone its signature and claims. Tokens of the older profile CCA-SSD/1.0.0 and of RMM
 * 2.0 are judged by the rules of their time, and a note says so. `platform_key` is the trusted
 * key, a public key on P-256, P-384 or P-521 in PEM (text or file name as above); NULL: the test key of an
 * instance with seed 0. RMMSIM_OK if every check passed; RMMSIM_ERR_TOKEN if not; RMMSIM_ERR_ARGUMENT;
 * RMMSIM_ERR_CONFIG if the key cannot be used. *error (may be NULL) says what is wrong. Any bytes are safe.
 */
RMMSIM_API enum rmmsim_status rmmsim_token_verify(const void *token, size_t size,
						  const char *platform_key,
						  struct rmmsim_token_report *report,
						  struct rmmsim_error *error);

/* --- tokens to order, for those who write verifiers ------------------------------------------- */

/*
 *	struct rmmsim_token_recipe recipe = {.size = sizeof(recipe), .defect = "other-tag"};
 *
 *	rmmsim_token_make(&recipe, &made, &error);
 *	accepted = my_verifier(made.token, made.size, made.platform_key);      -- has to be false
 */

/* What a token is to be like. The same recipe gives the same bytes. */
struct rmmsim_token_recipe {
	size_t size; /* sizeof(struct rmmsim_token_recipe) */

	const char *profile; /* a name of rmmsim_token_profile_at(); NULL: the first */
	const char
		*defect; /* a name of rmmsim_token_defect_at(): the one thing that is wrong; NULL */
	const char *
		algorithm; /* of the platform's signature: "ES256", "ES384", "ES512"; NULL: ES384 */
	bool sha_512;      /* the Realm's hash; otherwise SHA-256 */
	uint64_t seed;     /* of the keys */
	uint8_t challenge[64];
};

struct rmmsim_made_token {
	uint8_t token[8192];
	size_t size;
	/* PEM: the key that a verifier trusts, and the private ones. */
	char platform_key[512], platform_private_key[512], realm_private_key[512];
};

/*
 * Makes a token. RMMSIM_ERR_ARGUMENT; RMMSIM_ERR_CONFIG if a name is unknown, or the profile does not have what
 * the defect changes: *error (may be NULL) says which. From any thread.
 */
RMMSIM_API enum rmmsim_status rmmsim_token_make(const struct rmmsim_token_recipe *recipe,
						struct rmmsim_made_token *made,
						struct rmmsim_error *error);

struct rmmsim_token_defect {
	const char *name, *text;
	/* The name of the check of rmmsim_token_verify() that fails; "reference values": the token is good, what
	   it says is not what the other tokens of the recipe say. */
	const char *caught_by;
};

/* Profiles and defects by index, static storage; RMMSIM_ERR_ARGUMENT past the end. */
RMMSIM_API enum rmmsim_status rmmsim_token_profile_at(size_t index, const char **name,
						      const char **text);
RMMSIM_API enum rmmsim_status rmmsim_token_defect_at(size_t index,
						     struct rmmsim_token_defect *defect);

#ifdef __cplusplus
}
#endif

#endif
