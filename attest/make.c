/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/make.h"

#include <string.h>
#include <strings.h>

#include "attest/token.h"
#include "mem/config.h"

#define LABEL_OTHER "rmmsim key of a stranger"
#define RIM_BYTE    0x17
#define STALE_BYTE  0x99
#define TAG_UNKNOWN 400
#define PAGE        4096
/* A token with one member twice. */
#define MAX_TOKEN 8192

_Static_assert(sizeof(((struct rmmsim_made_token *)0)->token) == MAX_TOKEN,
	       "room for every defect");

struct make {
	const struct rmmsim_token_recipe *recipe;
	const struct token_profile *profile;
	const struct token_defect *defect; /* one without any fault, if none is wanted */
	struct key_private key[PARTS], other[PARTS];
	struct key_public realm;
	uint8_t rak[COSE_KEY + 64]; /* as in claim 44237 */
	size_t rak_size;
	uint8_t challenge[KEY_MAX_DIGEST]; /* of the platform token */
	size_t challenge_size;
	uint8_t claims[PARTS][TOKEN_MAX_PLATFORM];
	size_t claims_size[PARTS];
	uint8_t signed_part[PARTS][TOKEN_MAX_PLATFORM];
	size_t signed_size[PARTS];
};

static enum fault fault_of(const struct make *m, enum token_part part)
{
	return m->defect->part == part ? m->defect->fault : FAULT_NONE;
}

/* --- keys --------------------------------------------------------------------------------------- */

static bool make_keys(struct make *m, enum key_curve platform)
{
	static const char *const label[PARTS] = {KEY_LABEL_PLATFORM, KEY_LABEL_REALM};

	for (enum token_part part = 0; part < PARTS; part++) {
		const enum key_curve curve = part == PART_PLATFORM ? platform : KEY_P384;

		if (!key_derive(curve, label[part], m->recipe->seed, &m->key[part]) ||
		    !key_derive(curve, LABEL_OTHER, m->recipe->seed, &m->other[part]))
			return false;
	}
	return key_to_public(&m->key[PART_REALM], &m->realm);
}

/* Claim 44237 and what the platform token has of it: attestation.md#4 */
static void encode_key(struct make *m)
{
	const enum fault fault = m->defect->fault;
	struct cbor_writer w = cbor_writer(m->rak + COSE_KEY, 64);

	m->rak_size = COSE_KEY;
	cose_key_encode(&m->realm, m->rak);
	if ((m->profile->of & OF_OLD) || fault == FAULT_KEY_RAW) {
		m->rak_size = KEY_POINT(KEY_BYTES);
		memcpy(m->rak, m->realm.point, m->rak_size);
	}
	if (fault == FAULT_KEY_PRIVATE) {
		cbor_put_int(&w, COSE_D);
		cbor_put_bytes(&w, m->key[PART_REALM].scalar, KEY_BYTES);
		m->rak[0]++; /* of the map: one pair more */
		m->rak_size += cbor_written(&w, m->rak + COSE_KEY);
	}
	if (fault == FAULT_KEY_POINT)
		m->rak[m->rak_size - 1] ^= 1;
}

static bool bind(struct make *m)
{
	const enum fault fault = m->defect->fault;
	const char *hash = fault == FAULT_BINDING_HASH ? "sha-512" : "sha-256";
	const void *bytes = m->rak;
	size_t size = m->rak_size;

	if (fault == FAULT_BINDING_POINT) {
		bytes = m->realm.point;
		size = KEY_POINT(KEY_BYTES);
	}
	if (fault == FAULT_BINDING_KEY)
		size--;
	m->challenge_size = key_digest(hash, strlen(hash), bytes, size, m->challenge);
	return m->challenge_size > 0;
}

/* --- claims -------------------------------------------------------------------------------------- */

static bool edit(struct make *m, const struct token_edit *edit)
{
	return make_edit(edit, m->claims[edit->part], &m->claims_size[edit->part],
			 sizeof(m->claims[0]) - COSE_OVERHEAD - KEY_MAX_SIGNATURE);
}

static bool replace(struct make *m, enum token_part part, int64_t key, const void *bytes,
		    size_t count)
{
	return make_replace(m->claims[part], &m->claims_size[part], sizeof(m->claims[0]), key,
			    bytes, count);
}

static bool good_claims(struct make *m)
{
	uint8_t challenge[64], rpv[64] = {'r', 'm', 'm', 's', 'i', 'm'}, measurements[5][64];
	const struct rmmsim_token_request request = {
		.challenge = challenge,
		.rpv = rpv,
		.measurements = (const uint8_t(*)[64])measurements,
		.hash_algo = m->recipe->sha_512 ? RMI_HASH_SHA_512 : RMI_HASH_SHA_256,
		.mec_policy = m->profile->mec,
	};
	struct cbor_writer w = cbor_writer(m->claims[PART_PLATFORM], TOKEN_MAX_PLATFORM);
	struct rmmsim_attestation platform;

	rmmsim_attestation_init(&platform);
	token_platform_claims(&w, &platform, m->challenge);
	m->claims_size[PART_PLATFORM] = cbor_written(&w, m->claims[PART_PLATFORM]);
	memset(measurements, 0, sizeof(measurements));
	memset(measurements[0], RIM_BYTE, sizeof(measurements[0]));
	memcpy(challenge, m->recipe->challenge, sizeof(challenge));
	if (m->defect->fault == FAULT_STALE)
		memset(challenge, STALE_BYTE, sizeof(challenge));
	w = cbor_writer(m->claims[PART_REALM], TOKEN_MAX_PLATFORM);
	token_realm_claims(&w, &request, m->rak);
	m->claims_size[PART_REALM] = cbor_written(&w, m->claims[PART_REALM]);
	return replace(m, PART_REALM, CLAIM_RAK, m->rak, m->rak_size) &&
	       replace(m, PART_PLATFORM, CLAIM_CHALLENGE, m->challenge, m->challenge_size);
}

static bool make_claims(struct make *m)
{
	if (!good_claims(m))
		return false;
	for (size_t i = 0; i < sizeof(m->profile->edit) / sizeof(m->profile->edit[0]); i++) {
		if (!edit(m, &m->profile->edit[i]))
			return false;
	}
	return edit(m, &m->defect->edit);
}

/* --- the collection ------------------------------------------------------------------------------- */

static bool sign_parts(struct make *m)
{
	for (enum token_part part = 0; part < PARTS; part++) {
		struct cbor_writer w = cbor_writer(m->signed_part[part], TOKEN_MAX_PLATFORM);

		if (!make_sign1(&w, fault_of(m, part), &m->key[part], &m->other[part],
				m->claims[part], m->claims_size[part]))
			return false;
		m->signed_size[part] = cbor_written(&w, m->signed_part[part]);
	}
	return true;
}

static void put_member(struct cbor_writer *w, const struct make *m, enum token_part part)
{
	static const int64_t key[PARTS] = {CLAIM_PLATFORM_TOKEN, CLAIM_REALM_TOKEN};
	const enum fault fault = m->defect->fault;
	const bool array = !!(m->profile->of & OF_907) != (fault == FAULT_WRAPPER);

	cbor_put_int(w, key[part]);
	if (array) {
		cbor_put_array(w, 2);
		cbor_put_int(w, fault == FAULT_CONTENT_FORMAT ? 0 : CMW_EAT_CWT);
	}
	cbor_put_bytes(w, m->signed_part[part], m->signed_size[part]);
}

static size_t put_collection(const struct make *m, uint8_t *token)
{
	struct cbor_writer w = cbor_writer(token, MAX_TOKEN);
	const enum fault fault = m->defect->fault;
	const uint64_t tag = m->profile->of & OF_907 ? TAG_CMW_907 : TAG_COLLECTION_399;
	size_t size;

	cbor_put_tag(&w, fault == FAULT_OTHER_TAG ? TAG_UNKNOWN : tag);
	cbor_put_map(&w, PARTS + (fault == FAULT_PART_TWICE) - (fault == FAULT_NO_PART));
	for (enum token_part part = 0; part < PARTS; part++) {
		if (fault_of(m, part) != FAULT_NO_PART)
			put_member(&w, m, part);
		if (fault_of(m, part) == FAULT_PART_TWICE)
			put_member(&w, m, part);
	}
	size = cbor_written(&w, token);
	if (size && fault == FAULT_TRUNCATED)
		return size - 1;
	if (size && fault == FAULT_TRAILING)
		token[size++] = 0x5a;
	if (size && fault == FAULT_PADDED) {
		const size_t end = (size + PAGE - 1) / PAGE * PAGE;

		memset(token + size, 0, end - size);
		size = end;
	}
	return size;
}

/* --- the order -------------------------------------------------------------------------------------- */

static enum rmmsim_status look_up(struct make *m, struct rmmsim_error *error)
{
	static const struct token_defect none = {.name = NULL};
	const char *profile = m->recipe->profile, *defect = m->recipe->defect;

	m->defect = &none;
	for (size_t i = 0; make_profile(i); i++) {
		if (profile ? !strcmp(make_profile(i)->name, profile) : i == 0)
			m->profile = make_profile(i);
	}
	if (!m->profile)
		return mem_error(error, RMMSIM_ERR_CONFIG, "there is no profile \"%s\" of tokens",
				 profile);
	for (size_t i = 0; defect && make_defect(i); i++) {
		if (!strcmp(make_defect(i)->name, defect))
			m->defect = make_defect(i);
	}
	if (defect && !m->defect->name)
		return mem_error(error, RMMSIM_ERR_CONFIG, "there is no defect \"%s\"", defect);
	if ((m->defect->needs & m->profile->of) != m->defect->needs)
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "profile %s does not have what defect %s changes",
				 m->profile->name, m->defect->name);
	return RMMSIM_OK;
}

static bool find_curve(const char *algorithm, enum key_curve *curve)
{
	for (*curve = 0; *curve < KEY_CURVES; (*curve)++) {
		if (!algorithm || !strcasecmp(key_curve(*curve)->algorithm, algorithm))
			return true;
	}
	return false;
}

static bool write_keys(const struct make *m, struct rmmsim_made_token *made)
{
	struct key_public platform;

	return key_to_public(&m->key[PART_PLATFORM], &platform) &&
	       key_write_public(&platform, made->platform_key, sizeof(made->platform_key)) &&
	       key_write_private(&m->key[PART_PLATFORM], made->platform_private_key,
				 sizeof(made->platform_private_key)) &&
	       key_write_private(&m->key[PART_REALM], made->realm_private_key,
				 sizeof(made->realm_private_key));
}

enum rmmsim_status rmmsim_token_make(const struct rmmsim_token_recipe *recipe,
				     struct rmmsim_made_token *made, struct rmmsim_error *error)
{
	struct make m = {.recipe = recipe};
	enum rmmsim_status status;
	enum key_curve curve;

	if (error)
		*error = (struct rmmsim_error){.status = RMMSIM_OK};
	if (!recipe || !made || recipe->size != sizeof(*recipe))
		return mem_error(
			error, RMMSIM_ERR_ARGUMENT,
			"recipe or made is NULL, or recipe.size is not that of this library");
	status = look_up(&m, error);
	if (status != RMMSIM_OK)
		return status;
	if (!find_curve(recipe->algorithm, &curve))
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "algorithm \"%s\" is none of ES256, ES384 and ES512",
				 recipe->algorithm);
	*made = (struct rmmsim_made_token){.size = 0};
	if (make_keys(&m, curve)) {
		encode_key(&m);
		if (bind(&m) && make_claims(&m) && sign_parts(&m) && write_keys(&m, made))
			made->size = put_collection(&m, made->token);
	}
	return made->size ? RMMSIM_OK
			  : mem_error(error, RMMSIM_ERR_CONFIG,
				      "mbedTLS cannot do ECDSA through PSA on this curve");
}

enum rmmsim_status rmmsim_token_profile_at(size_t index, const char **name, const char **text)
{
	const struct token_profile *row = make_profile(index);

	if (!row)
		return RMMSIM_ERR_ARGUMENT;
	*name = row->name;
	*text = row->text;
	return RMMSIM_OK;
}

enum rmmsim_status rmmsim_token_defect_at(size_t index, struct rmmsim_token_defect *defect)
{
	const struct token_defect *row = make_defect(index);

	if (!row || !defect)
		return RMMSIM_ERR_ARGUMENT;
	*defect = (struct rmmsim_token_defect){row->name, row->text, row->caught_by};
	return RMMSIM_OK;
}
