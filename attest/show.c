/* SPDX-License-Identifier: BSD-3-Clause */
/* A token as text: CBOR diagnostic notation (RFC 8949 section 8) with claim names as comments. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rmmsim/attest.h>

#include "attest/cbor_read.h"
#include "attest/claims.h"
#include "attest/cose.h"
#include "attest/show_text.h"
#include "mem/config.h"

/* A token has 12. */
#define CBOR_MAX_NESTING 24

/* What an item is, which decides about names and about byte strings that hold CBOR. */
enum role {
	ROLE_PLAIN,
	ROLE_TOKEN,      /* a collection or a COSE_Sign1, with its tag */
	ROLE_COLLECTION, /* its map */
	ROLE_MEMBER,     /* a value of that map: bytes with a COSE_Sign1, or an array with these */
	ROLE_SIGN1,      /* the array */
	ROLE_HEADER,
	ROLE_CLAIMS,
	ROLE_RAK, /* bytes with a COSE_Key */
	ROLE_COMPONENTS,
	ROLE_COMPONENT,
};

struct name {
	enum role role; /* of the map */
	int64_t key;
	const char *text;
};

static const struct name names[] = {
	{ROLE_COLLECTION, CLAIM_PLATFORM_TOKEN, "platform token"},
	{ROLE_COLLECTION, CLAIM_REALM_TOKEN, "realm token"},
	{ROLE_HEADER, 1, "alg"},
	{ROLE_RAK, 1, "kty"},
	{ROLE_RAK, -1, "crv"},
	{ROLE_RAK, -2, "x"},
	{ROLE_RAK, -3, "y"},
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
	{ROLE_COMPONENT, COMPONENT_TYPE, "type"},
	{ROLE_COMPONENT, COMPONENT_MEASUREMENT, "measurement"},
	{ROLE_COMPONENT, COMPONENT_VERSION, "version"},
	{ROLE_COMPONENT, COMPONENT_SIGNER, "signer ID"},
	{ROLE_COMPONENT, COMPONENT_HASH, "hash algorithm"},
};

static const char *name_of(enum role map, const struct cbor_item *key)
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

static enum role role_of_value(enum role map, const struct cbor_item *key)
{
	int64_t number;

	if (map == ROLE_COLLECTION)
		return ROLE_MEMBER;
	if (map != ROLE_CLAIMS || !cbor_int(key, &number))
		return ROLE_PLAIN;
	if (number == CLAIM_RAK)
		return ROLE_RAK;
	return number == CLAIM_COMPONENTS ? ROLE_COMPONENTS : ROLE_PLAIN;
}

static enum role role_of_element(enum role array, uint64_t index)
{
	static const enum role sign1[] = {ROLE_HEADER, ROLE_HEADER, ROLE_CLAIMS, ROLE_PLAIN};

	if (array == ROLE_SIGN1 && index < sizeof(sign1) / sizeof(sign1[0]))
		return sign1[index];
	if (array == ROLE_COMPONENTS)
		return ROLE_COMPONENT;
	return array == ROLE_MEMBER ? ROLE_MEMBER : ROLE_PLAIN;
}

static enum role role_of_tagged(enum role role, uint64_t tag)
{
	if (role != ROLE_TOKEN)
		return ROLE_PLAIN;
	if (tag == TAG_CMW_907 || tag == TAG_COLLECTION_399)
		return ROLE_COLLECTION;
	return tag == COSE_TAG_SIGN1 ? ROLE_SIGN1 : ROLE_PLAIN;
}

/* --- items ------------------------------------------------------------------------------------------ */

static bool show(struct show *s, struct cbor_reader *r, enum role role, unsigned int depth);

static bool show_bytes(struct show *s, const struct cbor_item *item, enum role role,
		       unsigned int depth)
{
	struct cbor_reader inside = cbor_reader(item->data, item->size), end = inside;
	const bool holds_cbor = role == ROLE_MEMBER || role == ROLE_HEADER || role == ROLE_CLAIMS ||
				role == ROLE_RAK;

	if (!holds_cbor || !cbor_skip(&end) || end.at != end.end) {
		show_hex(s, item->data, item->size);
		return true;
	}
	show_print(s, "<<");
	show_line(s, depth + 1);
	if (!show(s, &inside, role == ROLE_MEMBER ? ROLE_TOKEN : role, depth + 1))
		return false;
	show_line(s, depth);
	show_print(s, ">>");
	return true;
}

static bool show_array(struct show *s, struct cbor_reader *r, uint64_t count, enum role role,
		       unsigned int depth)
{
	show_print(s, "[");
	for (uint64_t i = 0; i < count; i++) {
		show_line(s, depth + 1);
		if (!show(s, r, role_of_element(role, i), depth + 1))
			return false;
		show_print(s, i + 1 < count ? "," : "");
	}
	if (count)
		show_line(s, depth);
	show_print(s, "]");
	return true;
}

static bool show_map(struct show *s, struct cbor_reader *r, uint64_t count, enum role role,
		     unsigned int depth)
{
	struct cbor_reader ahead;
	struct cbor_item key;
	const char *name;

	show_print(s, "{");
	for (uint64_t i = 0; i < count; i++) {
		show_line(s, depth + 1);
		ahead = *r;
		if (!cbor_next(&ahead, &key))
			return show_fault(s, r);
		name = name_of(role, &key);
		if (name)
			show_print(s, "/ %s / ", name);
		if (!show(s, r, ROLE_PLAIN, depth + 1))
			return false;
		show_print(s, ": ");
		if (!show(s, r, role_of_value(role, &key), depth + 1))
			return false;
		show_print(s, i + 1 < count ? "," : "");
	}
	if (count)
		show_line(s, depth);
	show_print(s, "}");
	return true;
}

static bool show_tagged(struct show *s, struct cbor_reader *r, uint64_t tag, enum role role,
			unsigned int depth)
{
	show_print(s, "%" PRIu64 "(", tag);
	if (!show(s, r, role_of_tagged(role, tag), depth))
		return false;
	show_print(s, ")");
	return true;
}

static void show_simple(struct show *s, uint64_t value)
{
	static const char *const texts[] = {"false", "true", "null", "undefined"};

	show_print(s, "%s", texts[value - 20]);
}

static void show_negative(struct show *s, uint64_t value)
{
	if (value == UINT64_MAX)
		show_print(s, "-18446744073709551616");
	else
		show_print(s, "-%" PRIu64, value + 1);
}

static bool show_item(struct show *s, struct cbor_reader *r, enum role role, unsigned int depth)
{
	const struct cbor_reader start = *r;
	struct cbor_item item;

	if (!cbor_next(r, &item))
		return show_fault(s, &start);
	switch (item.kind) {
	case CBOR_ITEM_UINT:
		show_print(s, "%" PRIu64, item.value);
		return true;
	case CBOR_ITEM_NEGATIVE:
		show_negative(s, item.value);
		return true;
	case CBOR_ITEM_BYTES:
		return show_bytes(s, &item, role, depth);
	case CBOR_ITEM_TEXT:
		return show_string(s, item.data, item.size) || show_fault(s, &start);
	case CBOR_ITEM_ARRAY:
		return show_array(s, r, item.value, role, depth);
	case CBOR_ITEM_MAP:
		return show_map(s, r, item.value, role, depth);
	case CBOR_ITEM_TAG:
		return show_tagged(s, r, item.value, role, depth);
	case CBOR_ITEM_SIMPLE:
		show_simple(s, item.value);
		return true;
	case CBOR_ITEM_FLOAT:
		show_print(s, "%.17g", item.number);
		return true;
	}
	return false;
}

/* `depth` is that of the indentation. */
static bool show(struct show *s, struct cbor_reader *r, enum role role, unsigned int depth)
{
	bool shown;

	if (s->nesting >= CBOR_MAX_NESTING)
		return show_fault(s, r);
	s->nesting++;
	shown = show_item(s, r, role, depth);
	s->nesting--;
	return shown;
}

enum rmmsim_status rmmsim_token_text(const void *token, size_t token_size, char *text, size_t size,
				     size_t *length, struct rmmsim_error *error)
{
	struct cbor_reader r = cbor_reader(token, token_size);
	struct show s = {.text = text, .size = size, .start = token};
	bool whole;

	if (error)
		*error = (struct rmmsim_error){.status = RMMSIM_OK};
	if ((!token && token_size) || (!text && size))
		return mem_error(error, RMMSIM_ERR_ARGUMENT, "token or text is NULL");
	if (size)
		text[0] = '\0';
	whole = show(&s, &r, ROLE_TOKEN, 0);
	show_print(&s, "\n");
	if (length)
		*length = s.length;
	if (whole && r.at != r.end)
		return mem_error(error, RMMSIM_ERR_TOKEN, "%zu bytes follow the token",
				 (size_t)(r.end - r.at));
	if (whole)
		return RMMSIM_OK;
	return mem_error(error, RMMSIM_ERR_TOKEN, "%s", s.fault);
}
