/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/show_role.h"

#include "attest/claims.h"
#include "attest/cose.h"

struct name {
	enum role role; /* of the map */
	int64_t key;
	const char *text;
};

static const struct name names[] = {
	{ROLE_COLLECTION, CLAIM_PLATFORM_TOKEN, "platform token"},
	{ROLE_COLLECTION, CLAIM_REALM_TOKEN, "realm token"},
	{ROLE_COLLECTION, CLAIM_DEVICES_TOKEN, "device claims"},
	{ROLE_HEADER, COSE_HEADER_ALG, "alg"},
	{ROLE_HEADER, COSE_HEADER_CRIT, "crit"},
	{ROLE_HEADER, COSE_HEADER_CONTENT_TYPE, "content type"},
	{ROLE_HEADER, COSE_HEADER_KID, "kid"},
	{ROLE_RAK, COSE_KTY, "kty"},
	{ROLE_RAK, COSE_CRV, "crv"},
	{ROLE_RAK, COSE_X, "x"},
	{ROLE_RAK, COSE_Y, "y"},
	{ROLE_RAK, COSE_D, "d, the private key"},
	{ROLE_CLAIMS, CLAIM_CHALLENGE, "challenge"},
	{ROLE_CLAIMS, CLAIM_INSTANCE_ID, "instance ID"},
	{ROLE_CLAIMS, CLAIM_PROFILE, "profile"},
	{ROLE_CLAIMS, CLAIM_LIFECYCLE, "lifecycle"},
	{ROLE_CLAIMS, CLAIM_IMPLEMENTATION_ID, "implementation ID"},
	{ROLE_CLAIMS, CLAIM_COMPONENTS, "software components"},
	{ROLE_CLAIMS, CLAIM_VERIFICATION_SERVICE, "verification service"},
	{ROLE_CLAIMS, CLAIM_CONFIG, "config"},
	{ROLE_CLAIMS, CLAIM_PLATFORM_HASH, "hash algorithm"},
	{ROLE_CLAIMS, CLAIM_RPV, "personalization value"},
	{ROLE_CLAIMS, CLAIM_REALM_HASH, "hash algorithm"},
	{ROLE_CLAIMS, CLAIM_RAK, "public key"},
	{ROLE_CLAIMS, CLAIM_RIM, "initial measurement"},
	{ROLE_CLAIMS, CLAIM_REM, "extensible measurements"},
	{ROLE_CLAIMS, CLAIM_KEY_HASH, "public key hash algorithm"},
	{ROLE_CLAIMS, CLAIM_MEC_POLICY, "MEC policy"},
	{ROLE_CLAIMS, CLAIM_LFA_POLICY, "LFA policy"},
	{ROLE_CLAIMS, CLAIM_DEVICES_HASH, "hash of the devices' token"},
	{ROLE_COMPONENT, COMPONENT_TYPE, "type"},
	{ROLE_COMPONENT, COMPONENT_MEASUREMENT, "measurement"},
	{ROLE_COMPONENT, COMPONENT_VERSION, "version"},
	{ROLE_COMPONENT, COMPONENT_SIGNER, "signer ID"},
	{ROLE_COMPONENT, COMPONENT_HASH, "hash algorithm"},
};

const char *role_key_name(enum role map, const struct cbor_item *key)
{
	int64_t number;

	if (!cbor_int(key, &number))
		return NULL;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (names[i].role == map && names[i].key == number)
			return names[i].text;
	}
	return NULL;
}

enum role role_of_value(enum role map, const struct cbor_item *key)
{
	int64_t number;

	if (map == ROLE_COLLECTION)
		return ROLE_MEMBER;
	if (!cbor_int(key, &number))
		return ROLE_PLAIN;
	if (map == ROLE_HEADER && number == COSE_HEADER_ALG)
		return ROLE_ALGORITHM;
	if (map != ROLE_CLAIMS)
		return ROLE_PLAIN;
	if (number == CLAIM_RAK)
		return ROLE_RAK;
	return number == CLAIM_COMPONENTS ? ROLE_COMPONENTS : ROLE_PLAIN;
}

enum role role_of_element(enum role array, uint64_t index)
{
	static const enum role sign1[] = {ROLE_HEADER, ROLE_HEADER, ROLE_CLAIMS, ROLE_PLAIN};

	if (array == ROLE_SIGN1 && index < sizeof(sign1) / sizeof(sign1[0]))
		return sign1[index];
	if (array == ROLE_COMPONENTS)
		return ROLE_COMPONENT;
	return array == ROLE_MEMBER ? ROLE_MEMBER : ROLE_PLAIN;
}

enum role role_of_tagged(enum role role, uint64_t tag)
{
	if (role != ROLE_TOKEN)
		return ROLE_PLAIN;
	if (tag == TAG_CMW_907 || tag == TAG_COLLECTION_399)
		return ROLE_COLLECTION;
	return tag == COSE_TAG_SIGN1 ? ROLE_SIGN1 : ROLE_PLAIN;
}

const char *role_value_name(enum role role, const struct cbor_item *value)
{
	int64_t number;

	if (role != ROLE_ALGORITHM || !cbor_int(value, &number))
		return NULL;
	for (enum key_curve curve = 0; curve < KEY_CURVES; curve++) {
		const struct key_curve_row *row = key_curve(curve);

		if (number == row->cose_algorithm || number == row->cose_esp)
			return row->algorithm;
	}
	return NULL;
}

/* The names of these are the same in other maps, or of nothing at all. */
static bool tells_apart(const struct name *name)
{
	return name->role == ROLE_COLLECTION || name->role == ROLE_CLAIMS;
}

static enum role role_of_map(struct cbor_reader *r, uint64_t count)
{
	struct cbor_item key;
	int64_t number;

	for (uint64_t i = 0; i < count; i++) {
		if (!cbor_next(r, &key) || !cbor_skip(r))
			return ROLE_PLAIN;
		if (!cbor_int(&key, &number))
			continue;
		for (size_t n = 0; n < sizeof(names) / sizeof(names[0]); n++) {
			if (tells_apart(&names[n]) && names[n].key == number)
				return names[n].role;
		}
		if (number == COSE_X || number == COSE_Y)
			return ROLE_RAK;
	}
	return ROLE_PLAIN;
}

enum role role_of_untagged(struct cbor_reader r)
{
	struct cbor_item item, header;

	if (!cbor_next(&r, &item))
		return ROLE_PLAIN;
	if (item.kind == CBOR_ITEM_MAP)
		return role_of_map(&r, item.value);
	if (item.kind == CBOR_ITEM_ARRAY && item.value == 4 &&
	    cbor_expect(&r, CBOR_ITEM_BYTES, &header) && cbor_expect(&r, CBOR_ITEM_MAP, &item))
		return ROLE_SIGN1;
	return ROLE_PLAIN;
}

bool role_holds_cbor(enum role role, const struct cbor_item *bytes, enum role *inside)
{
	struct cbor_reader end = cbor_reader(bytes->data, bytes->size);

	*inside = role == ROLE_MEMBER ? ROLE_TOKEN : role;
	return (role == ROLE_MEMBER || role == ROLE_HEADER || role == ROLE_CLAIMS ||
		role == ROLE_RAK) &&
	       cbor_skip(&end) && end.at == end.end;
}
