/* SPDX-License-Identifier: BSD-3-Clause */
/* Claims of the realm token by the rules of their profile: attestation.md#3, attestation.md#4 */
#include "attest/verify.h"

#define BYTES CLAIM_KIND(BYTES)
#define TEXT  CLAIM_KIND(TEXT)
#define UINT  CLAIM_KIND(UINT)
#define ANY   SIZE_MAX
#define RULES (sizeof(rules) / sizeof(rules[0]))

static const struct claim_rule rules[] = {
	{CLAIM_CHALLENGE, "challenge", BYTES, 64, 64, false},
	{CLAIM_RPV, "personalization value", BYTES, 64, 64, false},
	{CLAIM_RAK, "public key", BYTES, 1, ANY, false},
	{CLAIM_REALM_HASH, "hash algorithm", TEXT, 1, ANY, false},
	{CLAIM_KEY_HASH, "public key hash algorithm", TEXT, 1, ANY, false},
	{CLAIM_MEC_POLICY, "MEC policy", TEXT | UINT, 0, 7, true},
	{CLAIM_PROFILE, "profile", TEXT, 1, ANY, true},
	{CLAIM_RIM, "initial measurement", BYTES, 32, 64, false},
	{CLAIM_REM, "extensible measurements", CLAIM_KIND(ARRAY), REMS, REMS, false},
	{CLAIM_INSTANCE_ID, "instance ID", BYTES, 33, 33, true},
	{CLAIM_LFA_POLICY, "LFA policy", UINT, 0, 1, true},
	{CLAIM_DEVICES_HASH, "hash of the devices' token", BYTES, 32, 64, true},
};
enum { RAK = 2, HASH, KEY_HASH, MEC, PROFILE, RIM, REM, INSTANCE };

/* Which rules a realm token is to be judged by: versions.md#8 */
enum profile {
	PROFILE_1,    /* RMM 1.0 and 1.1 */
	PROFILE_2,    /* RMM 2.0 */
	PROFILE_NONE, /* the older profile has no claim for it, in RMM 2.0 it is optional */
	PROFILE_OTHER,
};

static enum profile read_profile(const struct claim_found *found,
				 const struct claim_reading *reading)
{
	const struct claim_found *claim = &found[PROFILE];

	if (claims_text_is(claim, PROFILE_REALM))
		return PROFILE_1;
	if (claims_text_is(claim, PROFILE_REALM_2)) {
		verify_note(reading->report, reading->check, "realm token of RMM 2.0");
		return PROFILE_2;
	}
	if (claim->present) {
		if (claim->fits)
			CLAIM_BAD(reading, "profile (265) is not %s", PROFILE_REALM);
		return PROFILE_OTHER;
	}
	verify_note(reading->report, reading->check, "no profile (265), as in the older profile %s",
		    PROFILE_PLATFORM_OLD);
	return PROFILE_NONE;
}

/* --- measurements --------------------------------------------------------------------------------- */

/* SHA-384 came with RMM 2.0. */
static size_t digest_size(const struct claim_found *algorithm, bool sha_384)
{
	if (claims_text_is(algorithm, "sha-256"))
		return 32;
	if (sha_384 && claims_text_is(algorithm, "sha-384"))
		return 48;
	return claims_text_is(algorithm, "sha-512") ? 64 : 0;
}

static void check_measurements(const struct claim_found *found, enum profile profile,
			       const struct claim_reading *reading)
{
	const size_t size = digest_size(&found[HASH], profile != PROFILE_1);
	struct cbor_reader r = found[REM].inside;
	struct cbor_item rem;

	if (found[HASH].fits && !size)
		CLAIM_BAD(reading, "hash algorithm (44236) is neither sha-256 nor sha-512");
	if (!size)
		return;
	if (found[RIM].fits && found[RIM].item.size != size)
		CLAIM_BAD(reading, "initial measurement (44238) has not %zu bytes", size);
	for (int i = 0; found[REM].fits && i < REMS; i++) {
		if (cbor_expect(&r, CBOR_ITEM_BYTES, &rem) && rem.size == size)
			continue;
		CLAIM_BAD(reading, "extensible measurement %d (44239) has not %zu bytes", i + 1,
			  size);
		return;
	}
}

/* --- the key --------------------------------------------------------------------------------------- */

static void check_key(const struct cose_key *key, enum profile profile,
		      const struct claim_reading *reading)
{
	if (key->private)
		CLAIM_BAD(reading, "public key (44237) has the private key in it (-4, d)");
	if (key->form == COSE_KEY_UNKNOWN || !key->usable) {
		CLAIM_BAD(reading, "public key (44237) is no COSE_Key on P-384");
		return;
	}
	if (key->key.curve != KEY_P384)
		CLAIM_BAD(reading, "public key (44237) is on %s, not on P-384",
			  key_curve(key->key.curve)->name);
	if (key->more)
		verify_note(reading->report, reading->check,
			    "public key (44237) has parameters beside kty, crv, x and y");
	if (key->form != COSE_KEY_POINT)
		return;
	if (profile == PROFILE_NONE)
		verify_note(reading->report, reading->check, "public key (44237) is a raw point");
	else
		CLAIM_BAD(reading, "public key (44237) is a raw point as in the older profile, "
				   "no COSE_Key");
}

/* --- the rest --------------------------------------------------------------------------------------- */

/* Text up to RMM 1.1, a number in RMM 2.0. */
static void check_mec(const struct claim_found *mec, enum profile profile,
		      const struct claim_reading *reading)
{
	const bool number = mec->item.kind == CBOR_ITEM_UINT;

	if (!mec->present || !mec->fits)
		return;
	if (number && profile == PROFILE_1)
		CLAIM_BAD(reading, "MEC policy (44243) is a number, as in RMM 2.0; "
				   "it is a text here");
	else if (!number && profile == PROFILE_2)
		CLAIM_BAD(reading, "MEC policy (44243) is a text, as in RMM 1.1; "
				   "it is a number here");
	else if (number ? mec->item.value > 1
			: !claims_text_is(mec, "private") && !claims_text_is(mec, "shared"))
		CLAIM_BAD(reading, "MEC policy (44243) is neither private nor shared");
}

static void check_instance(const struct claim_found *instance, enum profile profile,
			   const struct claim_reading *reading)
{
	if (!instance->present && profile == PROFILE_2)
		CLAIM_BAD(reading, "instance ID (256) is missing");
	if (instance->fits && instance->item.data[0] != 0x01)
		CLAIM_BAD(reading, "instance ID (256) does not begin with 01");
}

void verify_realm_claims(const struct cbor_item *payload, struct realm_claims *claims,
			 struct rmmsim_token_report *report)
{
	const struct claim_reading reading = {report, RMMSIM_TOKEN_REALM_CLAIMS, ""};
	struct claim_found found[RULES];
	enum profile profile;

	claims_read_payload(payload, rules, RULES, found, &reading);
	profile = read_profile(found, &reading);
	if (found[RAK].fits) {
		claims->rak = found[RAK].item;
		claims->key = cose_key_decode(claims->rak.data, claims->rak.size);
		check_key(&claims->key, profile, &reading);
	}
	if (found[KEY_HASH].fits) {
		claims->key_hash = found[KEY_HASH].item;
		if (!digest_size(&found[KEY_HASH], true))
			CLAIM_BAD(&reading, "public key hash algorithm (44240) is unknown");
	}
	check_mec(&found[MEC], profile, &reading);
	check_instance(&found[INSTANCE], profile, &reading);
	check_measurements(found, profile, &reading);
}
