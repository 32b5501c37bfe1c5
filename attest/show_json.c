/* SPDX-License-Identifier: BSD-3-Clause */
/* A token as JSON, with the names of the claims as names of members. */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include <rmmsim/attest.h>

#include "attest/show_role.h"
#include "attest/show_text.h"
#include "mem/config.h"

static bool json(struct show *s, struct cbor_reader *r, enum role role);

static void json_hex(struct show *s, const struct cbor_item *item)
{
	show_print(s, "\"");
	for (size_t i = 0; i < item->size; i++)
		show_print(s, "%02x", item->data[i]);
	show_print(s, "\"");
}

static bool json_bytes(struct show *s, const struct cbor_item *item, enum role role)
{
	struct cbor_reader inside = cbor_reader(item->data, item->size);
	enum role inner;

	if (role_holds_cbor(role, item, &inner))
		return json(s, &inside, inner);
	json_hex(s, item);
	return true;
}

/* A COSE_Sign1 as an object. */
static const char *member_of_sign1(enum role role, uint64_t index)
{
	static const char *const members[] = {"protected", "unprotected", "payload", "signature"};

	return role == ROLE_SIGN1 && index < 4 ? members[index] : NULL;
}

static bool json_array(struct show *s, struct cbor_reader *r, uint64_t count, enum role role)
{
	const bool object = role == ROLE_SIGN1 && count == 4;

	show_print(s, object ? "{" : "[");
	for (uint64_t i = 0; i < count; i++) {
		show_print(s, i ? ", " : "");
		if (object)
			show_print(s, "\"%s\": ", member_of_sign1(role, i));
		if (!json(s, r, role_of_element(role, i)))
			return false;
	}
	show_print(s, object ? "}" : "]");
	return true;
}

/* Names have no character that JSON escapes. A key of another type is its item in diagnostic notation. */
static bool json_key(struct show *s, struct cbor_reader *r, enum role role)
{
	const struct cbor_reader start = *r;
	struct cbor_item key;

	if (!cbor_next(r, &key))
		return show_fault(s, &start);
	if (role_key_name(role, &key)) {
		show_print(s, "\"%s\": ", role_key_name(role, &key));
		return true;
	}
	if (key.kind == CBOR_ITEM_UINT || key.kind == CBOR_ITEM_NEGATIVE) {
		show_print(s, "\"");
		show_number(s, &key);
		show_print(s, "\": ");
		return true;
	}
	if (key.kind == CBOR_ITEM_BYTES)
		json_hex(s, &key);
	else if (key.kind != CBOR_ITEM_TEXT || !show_string(s, key.data, key.size))
		return show_fault(s, &start);
	show_print(s, ": ");
	return true;
}

static bool json_map(struct show *s, struct cbor_reader *r, uint64_t count, enum role role)
{
	show_print(s, "{");
	for (uint64_t i = 0; i < count; i++) {
		struct cbor_reader ahead = *r;
		struct cbor_item key;

		show_print(s, i ? ", " : "");
		if (!json_key(s, r, role))
			return false;
		cbor_next(&ahead, &key);
		if (!json(s, r, role_of_value(role, &key)))
			return false;
	}
	show_print(s, "}");
	return true;
}

static bool json_tagged(struct show *s, struct cbor_reader *r, uint64_t tag, enum role role)
{
	show_print(s, "{\"tag\": %" PRIu64 ", \"value\": ", tag);
	if (!json(s, r, role_of_tagged(role, tag)))
		return false;
	show_print(s, "}");
	return true;
}

/* JSON has no undefined, no infinity and no NaN. */
static void json_simple(struct show *s, const struct cbor_item *item)
{
	if (item->kind == CBOR_ITEM_FLOAT && isfinite(item->number))
		show_print(s, "%.17g", item->number);
	else if (item->kind == CBOR_ITEM_FLOAT ||
		 !strcmp(show_simple_name(item->value), "undefined"))
		show_print(s, "null");
	else
		show_print(s, "%s", show_simple_name(item->value));
}

static bool json_item(struct show *s, struct cbor_reader *r, enum role role)
{
	const struct cbor_reader start = *r;
	struct cbor_item item;

	if (!show_next(s, r, &item, &role))
		return false;
	switch (item.kind) {
	case CBOR_ITEM_UINT:
	case CBOR_ITEM_NEGATIVE:
		if (role_value_name(role, &item))
			show_print(s, "\"%s\"", role_value_name(role, &item));
		else
			show_number(s, &item);
		return true;
	case CBOR_ITEM_BYTES:
		return json_bytes(s, &item, role);
	case CBOR_ITEM_TEXT:
		return show_string(s, item.data, item.size) || show_fault(s, &start);
	case CBOR_ITEM_ARRAY:
		return json_array(s, r, item.value, role);
	case CBOR_ITEM_MAP:
		return json_map(s, r, item.value, role);
	case CBOR_ITEM_TAG:
		return json_tagged(s, r, item.value, role);
	case CBOR_ITEM_SIMPLE:
	case CBOR_ITEM_FLOAT:
		json_simple(s, &item);
		return true;
	}
	return false;
}

static bool json(struct show *s, struct cbor_reader *r, enum role role)
{
	bool shown;

	if (s->nesting >= SHOW_MAX_NESTING)
		return show_fault(s, r);
	s->nesting++;
	shown = json_item(s, r, role);
	s->nesting--;
	return shown;
}

enum rmmsim_status rmmsim_token_json(const void *token, size_t token_size, char *text, size_t size,
				     size_t *length, struct rmmsim_error *error)
{
	return show_whole(token, token_size, json, text, size, length, error);
}
