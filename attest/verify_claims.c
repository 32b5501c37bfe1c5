/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/verify.h"

#include <inttypes.h>
#include <string.h>

#include "attest/cose.h"

/* A claim: its type, the lengths that it may have, and whether it has to be there. */
struct rule {
	int64_t key;
	const char *name;
	enum cbor_kind kind;
	size_t min, max;
	bool optional;
};

struct found {
	bool present;
	struct cbor_item item;
	struct cbor_reader inside; /* ARRAY: behind its head */
};

static const struct rule platform_rules[] = {
	{CLAIM_PROFILE, "profile", CBOR_ITEM_TEXT, 1, SIZE_MAX, false},
	{CLAIM_CHALLENGE, "challenge", CBOR_ITEM_BYTES, 32, 64, false},
	{CLAIM_IMPLEMENTATION_ID, "implementation ID", CBOR_ITEM_BYTES, 32, 32, false},
	{CLAIM_INSTANCE_ID, "instance ID", CBOR_ITEM_BYTES, 33, 33, false},
	{CLAIM_CONFIG, "config", CBOR_ITEM_BYTES, 0, SIZE_MAX, false},
	{CLAIM_LIFECYCLE, "lifecycle", CBOR_ITEM_UINT, 0, 0xffff, false},
	{CLAIM_COMPONENTS, "software components", CBOR_ITEM_ARRAY, 1, SIZE_MAX, false},
	{CLAIM_PLATFORM_HASH, "hash algorithm", CBOR_ITEM_TEXT, 1, SIZE_MAX, false},
	{CLAIM_VERIFICATION_SERVICE, "verification service", CBOR_ITEM_TEXT, 1, SIZE_MAX, true},
};
enum { PLATFORM_PROFILE, PLATFORM_CHALLENGE, PLATFORM_INSTANCE = 3, PLATFORM_COMPONENTS = 6 };

static const struct rule component_rules[] = {
	{COMPONENT_TYPE, "type", CBOR_ITEM_TEXT, 0, SIZE_MAX, true},
	{COMPONENT_MEASUREMENT, "measurement", CBOR_ITEM_BYTES, 32, 64, false},
	{COMPONENT_VERSION, "version", CBOR_ITEM_TEXT, 0, SIZE_MAX, true},
	{COMPONENT_SIGNER, "signer ID", CBOR_ITEM_BYTES, 32, 64, false},
	{COMPONENT_HASH, "hash algorithm", CBOR_ITEM_TEXT, 1, SIZE_MAX, true},
};

static const struct rule realm_rules[] = {
	{CLAIM_CHALLENGE, "challenge", CBOR_ITEM_BYTES, 64, 64, false},
	{CLAIM_RPV, "personalization value", CBOR_ITEM_BYTES, 64, 64, false},
	{CLAIM_RAK, "public key", CBOR_ITEM_BYTES, COSE_KEY, COSE_KEY, false},
	{CLAIM_REALM_HASH, "hash algorithm", CBOR_ITEM_TEXT, 7, 7, false},
	{CLAIM_KEY_HASH, "public key hash algorithm", CBOR_ITEM_TEXT, 7, 7, false},
	{CLAIM_MEC_POLICY, "MEC policy", CBOR_ITEM_TEXT, 6, 7, true},
	{CLAIM_PROFILE, "profile", CBOR_ITEM_TEXT, 1, SIZE_MAX, false},
	{CLAIM_RIM, "initial measurement", CBOR_ITEM_BYTES, 32, 64, false},
	{CLAIM_REM, "extensible measurements", CBOR_ITEM_ARRAY, REMS, REMS, false},
};
enum { REALM_RAK = 2, REALM_HASH, REALM_KEY_HASH, REALM_MEC, REALM_PROFILE, REALM_RIM, REALM_REM };

#define RULES(rules) (sizeof(rules) / sizeof((rules)[0]))
#define MAX_RULES    9

struct reading {
	struct rmmsim_token_report *report;
	enum rmmsim_token_check check;
	const char *where; /* "" or "a software component: " */
};

#define BAD(reading, format, ...)                                                         \
	verify_failed((reading)->report, (reading)->check, "%s" format, (reading)->where, \
		      ##__VA_ARGS__)

/* --- maps ------------------------------------------------------------------------------------------- */

static bool fits(const struct rule *rule, const struct cbor_item *item)
{
	const uint64_t extent = item->kind == CBOR_ITEM_BYTES || item->kind == CBOR_ITEM_TEXT
					? item->size
					: item->value;

	return item->kind == rule->kind && extent >= rule->min && extent <= rule->max;
}

static bool read_claim(struct cbor_reader *r, const struct rule *rules, size_t count,
		       struct found *found, const struct reading *reading)
{
	struct cbor_reader start;
	struct cbor_item item;
	int64_t key;

	if (!cbor_next(r, &item) || !cbor_int(&item, &key))
		return BAD(reading, "a key of the claims is no integer");
	start = *r;
	if (!cbor_skip(r))
		return BAD(reading, "claim %" PRId64 " is not well-formed", key);
	for (size_t i = 0; i < count; i++) {
		if (rules[i].key != key)
			continue;
		if (found[i].present)
			return BAD(reading, "%s (%" PRId64 ") is there twice", rules[i].name, key);
		found[i].present = cbor_next(&start, &found[i].item);
		found[i].inside = start;
		if (!fits(&rules[i], &found[i].item))
			return BAD(reading, "%s (%" PRId64 ") has a wrong type or length",
				   rules[i].name, key);
	}
	/* Others may be there: RFC 9711 section 4. */
	return true;
}

/* Reads a map by the rules; `found` has one element per rule. */
static bool read_map(struct cbor_reader *r, const struct rule *rules, size_t count,
		     struct found *found, const struct reading *reading)
{
	struct cbor_item map;

	memset(found, 0, count * sizeof(*found));
	if (!cbor_expect(r, CBOR_ITEM_MAP, &map))
		return BAD(reading, "the claims are no map");
	for (uint64_t i = 0; i < map.value; i++) {
		if (!read_claim(r, rules, count, found, reading))
			return false;
	}
	for (size_t i = 0; i < count; i++) {
		if (!found[i].present && !rules[i].optional)
			return BAD(reading, "%s (%" PRId64 ") is missing", rules[i].name,
				   rules[i].key);
	}
	return true;
}

/* The claims of a token, which fill the payload. */
static bool read_payload(const struct cbor_item *payload, const struct rule *rules, size_t count,
			 struct found *found, const struct reading *reading)
{
	struct cbor_reader r = cbor_reader(payload->data, payload->size);

	if (!read_map(&r, rules, count, found, reading))
		return false;
	return r.at == r.end || BAD(reading, "bytes follow the claims");
}

/* --- platform ----------------------------------------------------------------------------------------- */

static bool check_components(const struct found *components, struct rmmsim_token_report *report)
{
	const struct reading reading = {report, RMMSIM_TOKEN_PLATFORM_CLAIMS,
					"a software component: "};
	struct cbor_reader r = components->inside;
	struct found found[RULES(component_rules)];

	for (uint64_t i = 0; i < components->item.value; i++) {
		if (!read_map(&r, component_rules, RULES(component_rules), found, &reading))
			return false;
	}
	return true;
}

bool verify_platform_claims(const struct cbor_item *payload, struct platform_claims *claims,
			    struct rmmsim_token_report *report)
{
	const struct reading reading = {report, RMMSIM_TOKEN_PLATFORM_CLAIMS, ""};
	struct found found[RULES(platform_rules)];

	if (!read_payload(payload, platform_rules, RULES(platform_rules), found, &reading))
		return false;
	claims->challenge = found[PLATFORM_CHALLENGE].item;
	if (!cbor_text_is(&found[PLATFORM_PROFILE].item, PROFILE_PLATFORM))
		return BAD(&reading, "profile (265) is not %s", PROFILE_PLATFORM);
	if (found[PLATFORM_INSTANCE].item.data[0] != 0x01)
		return BAD(&reading, "instance ID (256) does not begin with 01");
	return check_components(&found[PLATFORM_COMPONENTS], report);
}

/* --- realm ---------------------------------------------------------------------------------------------- */

static size_t measurement_size(const struct cbor_item *algo)
{
	if (cbor_text_is(algo, "sha-256"))
		return 32;
	return cbor_text_is(algo, "sha-512") ? 64 : 0;
}

static bool check_measurements(const struct found *found, const struct reading *reading)
{
	const size_t size = measurement_size(&found[REALM_HASH].item);
	struct cbor_reader r = found[REALM_REM].inside;
	struct cbor_item rem;

	if (!size)
		return BAD(reading, "hash algorithm (44236) is neither sha-256 nor sha-512");
	if (found[REALM_RIM].item.size != size)
		return BAD(reading, "initial measurement (44238) has not %zu bytes", size);
	for (int i = 0; i < REMS; i++) {
		if (!cbor_expect(&r, CBOR_ITEM_BYTES, &rem) || rem.size != size)
			return BAD(reading, "extensible measurement %d (44239) has not %zu bytes",
				   i + 1, size);
	}
	return true;
}

bool verify_realm_claims(const struct cbor_item *payload, struct realm_claims *claims,
			 struct rmmsim_token_report *report)
{
	const struct reading reading = {report, RMMSIM_TOKEN_REALM_CLAIMS, ""};
	struct found found[RULES(realm_rules)];
	struct key_public key;

	if (!read_payload(payload, realm_rules, RULES(realm_rules), found, &reading))
		return false;
	claims->rak = found[REALM_RAK].item;
	claims->key_hash = found[REALM_KEY_HASH].item;
	if (!cbor_text_is(&found[REALM_PROFILE].item, PROFILE_REALM))
		return BAD(&reading, "profile (265) is not %s", PROFILE_REALM);
	if (!cose_key_decode(claims->rak.data, claims->rak.size, &key))
		return BAD(&reading, "public key (44237) is no COSE_Key on P-384");
	if (!measurement_size(&claims->key_hash) && !cbor_text_is(&claims->key_hash, "sha-384"))
		return BAD(&reading, "public key hash algorithm (44240) is unknown");
	if (found[REALM_MEC].present && !cbor_text_is(&found[REALM_MEC].item, "private") &&
	    !cbor_text_is(&found[REALM_MEC].item, "shared"))
		return BAD(&reading, "MEC policy (44243) is neither private nor shared");
	return check_measurements(found, &reading);
}
