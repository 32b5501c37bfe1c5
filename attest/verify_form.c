/* SPDX-License-Identifier: BSD-3-Clause */
/* The form of a token: attestation.md#1. What is wrong with it does not keep the parts from being read. */
#include <inttypes.h>
#include <string.h>

#include "attest/verify.h"

struct form {
	struct token_parts *parts;
	struct rmmsim_token_report *report;
	uint64_t tag;                 /* TAG_CMW_907, TAG_COLLECTION_399, 0: there is none */
	bool has_platform, has_realm; /* members, readable or not */
};

#define WRONG(form, ...) verify_failed((form)->report, RMMSIM_TOKEN_FORM, __VA_ARGS__)

/* --- one COSE_Sign1 ------------------------------------------------------------------------------- */

static void read_sign1(const struct form *form, const char *name, const struct cbor_item *bytes,
		       struct cose_sign1 *sign1)
{
	const char *wrong = cose_sign1_read(bytes->data, bytes->size, sign1);

	if (wrong)
		WRONG(form, "the %s token %s", name, wrong);
	if (sign1->unprotected)
		verify_note(form->report, RMMSIM_TOKEN_FORM,
			    "the %s token has an unprotected header", name);
}

/* --- the collection -------------------------------------------------------------------------------- */

/* A member's bytes, as the tag wants them or in the other way. False: neither. */
static bool read_member(const struct form *form, const char *name, struct cbor_reader *r,
			struct cbor_item *bytes)
{
	struct cbor_reader start = *r;
	struct cbor_item item;
	const bool cmw = cbor_expect(&start, CBOR_ITEM_ARRAY, &item) && item.value == 2;

	if (cmw) {
		*r = start;
		if (!cbor_expect(r, CBOR_ITEM_UINT, &item) || item.value != CMW_EAT_CWT)
			WRONG(form, "the %s token has not content format 263", name);
	}
	if (!cbor_expect(r, CBOR_ITEM_BYTES, bytes))
		return false;
	if (form->tag && cmw != (form->tag == TAG_CMW_907))
		WRONG(form, "the %s token is %s, which tag %" PRIu64 " does not have", name,
		      cmw ? "in an array with its content format" : "a plain byte string",
		      form->tag);
	return true;
}

static void take_member(const struct form *form, const char *name, struct cbor_reader *r,
			struct cose_sign1 *sign1, bool *has)
{
	struct cbor_item bytes = {0};

	if (*has)
		WRONG(form, "the %s token is there twice", name);
	else if (read_member(form, name, r, &bytes))
		read_sign1(form, name, &bytes, sign1);
	else
		WRONG(form, "the %s token is no byte string", name);
	*has = true;
}

static bool read_pair(struct form *form, struct cbor_reader *r)
{
	struct cbor_reader start;
	struct cbor_item key;
	int64_t number;

	if (!cbor_next(r, &key))
		return WRONG(form, "the collection is not well-formed");
	start = *r;
	if (!cbor_skip(r))
		return WRONG(form, "a member of the collection is not well-formed");
	if (!cbor_int(&key, &number))
		verify_note(form->report, RMMSIM_TOKEN_FORM, "unknown member");
	else if (number == CLAIM_PLATFORM_TOKEN)
		take_member(form, "platform", &start, &form->parts->platform, &form->has_platform);
	else if (number == CLAIM_REALM_TOKEN)
		take_member(form, "realm", &start, &form->parts->realm, &form->has_realm);
	else if (number == CLAIM_DEVICES_TOKEN)
		verify_note(form->report, RMMSIM_TOKEN_FORM, "device claims (44258)");
	else
		verify_note(form->report, RMMSIM_TOKEN_FORM, "unknown member %" PRId64, number);
	return true;
}

static void check_end(const struct form *form, const struct cbor_reader *r)
{
	if (r->at != r->end)
		WRONG(form, "%zu trailing bytes%s", (size_t)(r->end - r->at),
		      cbor_only_zeros(r) ? ", all of them zero: whole pages were saved?" : "");
}

static void read_collection(struct form *form, struct cbor_reader *r)
{
	struct cbor_item map;

	if (!cbor_expect(r, CBOR_ITEM_MAP, &map)) {
		WRONG(form, "the collection is not a map of two tokens");
		return;
	}
	for (uint64_t i = 0; i < map.value; i++) {
		if (!read_pair(form, r))
			return;
	}
	if (!form->has_platform)
		WRONG(form, "there is no platform token (44234)");
	if (!form->has_realm)
		WRONG(form, "there is no realm token (44241)");
	check_end(form, r);
}

/* --- parts of a token -------------------------------------------------------------------------------- */

enum claims_of { CLAIMS_UNKNOWN, CLAIMS_OF_PLATFORM, CLAIMS_OF_REALM, CLAIMS_COLLECTION };

/* Whose claims these are, by the first key that only one of the two has. */
static enum claims_of claims_of(const uint8_t *bytes, size_t size)
{
	struct cbor_reader r = cbor_reader(bytes, size);
	struct cbor_item map, key;
	int64_t number;

	if (!cbor_expect(&r, CBOR_ITEM_MAP, &map))
		return CLAIMS_UNKNOWN;
	for (uint64_t i = 0; i < map.value; i++) {
		if (!cbor_next(&r, &key) || !cbor_skip(&r))
			return CLAIMS_UNKNOWN;
		if (!cbor_int(&key, &number))
			continue;
		if (number == CLAIM_PLATFORM_TOKEN || number == CLAIM_REALM_TOKEN)
			return CLAIMS_COLLECTION;
		if (number >= CLAIM_LIFECYCLE && number <= CLAIM_PLATFORM_HASH)
			return CLAIMS_OF_PLATFORM;
		if (number >= CLAIM_RPV && number <= CLAIM_MEC_POLICY)
			return CLAIMS_OF_REALM;
	}
	return CLAIMS_UNKNOWN;
}

/* Tag 18: as firmware hands a platform token to the monitor. */
static bool read_lone_sign1(const struct form *form, const uint8_t *token, size_t size)
{
	struct cbor_reader r = cbor_reader(token, size);
	struct cose_sign1 sign1;
	struct cbor_item bytes = {.data = token};
	enum claims_of of;

	if (!cbor_skip(&r))
		return false;
	bytes.size = (size_t)(r.at - token);
	cose_sign1_read(bytes.data, bytes.size, &sign1);
	of = sign1.payload.data ? claims_of(sign1.payload.data, sign1.payload.size)
				: CLAIMS_UNKNOWN;
	if (of != CLAIMS_OF_PLATFORM && of != CLAIMS_OF_REALM)
		return false;
	if (of == CLAIMS_OF_PLATFORM) {
		WRONG(form, "this is a platform token without a realm token");
		read_sign1(form, "platform", &bytes, &form->parts->platform);
	} else {
		WRONG(form, "this is a realm token without a platform token");
		read_sign1(form, "realm", &bytes, &form->parts->realm);
	}
	check_end(form, &r);
	return true;
}

/* A map without a tag: claims as fixtures of verifiers are, or a collection whose tag was cut off. */
static bool read_map(struct form *form, const uint8_t *token, size_t size)
{
	const struct cbor_item whole = {.kind = CBOR_ITEM_BYTES, .data = token, .size = size};
	struct cbor_reader r = cbor_reader(token, size);

	switch (claims_of(token, size)) {
	case CLAIMS_COLLECTION:
		WRONG(form, "neither tag 907 nor 399 is in front of the collection");
		read_collection(form, &r);
		return true;
	case CLAIMS_OF_PLATFORM:
		WRONG(form, "these are claims of a platform token without a signature");
		form->parts->platform.payload = whole;
		return true;
	case CLAIMS_OF_REALM:
		WRONG(form, "these are claims of a realm token without a signature");
		form->parts->realm.payload = whole;
		return true;
	default:
		return false;
	}
}

static bool is_text(const uint8_t *token, size_t size)
{
	for (size_t i = 0; i < size; i++) {
		if ((token[i] < 0x20 || token[i] >= 0x7f) && (token[i] < '\t' || token[i] > '\r'))
			return false;
	}
	return size > 0;
}

void verify_form(const uint8_t *token, size_t size, struct token_parts *parts,
		 struct rmmsim_token_report *report)
{
	struct form form = {.parts = parts, .report = report};
	struct cbor_reader r = cbor_reader(token, size);
	struct cbor_item first;

	if (cbor_expect(&r, CBOR_ITEM_TAG, &first) &&
	    (first.value == TAG_CMW_907 || first.value == TAG_COLLECTION_399)) {
		form.tag = first.value;
		read_collection(&form, &r);
		return;
	}
	if (read_lone_sign1(&form, token, size) || read_map(&form, token, size))
		return;
	if (is_text(token, size))
		WRONG(&form, "this is text, not CBOR: decode the base64 or hexadecimal first");
	else
		WRONG(&form, "this is no CCA token: neither tag 907 nor 399");
}
