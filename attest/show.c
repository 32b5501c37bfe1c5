/* SPDX-License-Identifier: BSD-3-Clause */
/* A token as text: CBOR diagnostic notation (RFC 8949 section 8) with claim names as comments. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <rmmsim/attest.h>

#include "attest/cbor_read.h"
#include "attest/show_role.h"
#include "attest/show_text.h"
#include "mem/config.h"

/* --- items ------------------------------------------------------------------------------------------ */

static bool show(struct show *s, struct cbor_reader *r, enum role role, unsigned int depth);

static bool show_bytes(struct show *s, const struct cbor_item *item, enum role role,
		       unsigned int depth)
{
	struct cbor_reader inside = cbor_reader(item->data, item->size);
	enum role inner;

	if (!role_holds_cbor(role, item, &inner)) {
		show_hex(s, item->data, item->size);
		return true;
	}
	show_print(s, "<<");
	show_line(s, depth + 1);
	if (!show(s, &inside, inner, depth + 1))
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
		name = role_key_name(role, &key);
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

bool show_next(struct show *s, struct cbor_reader *r, struct cbor_item *item, enum role *role)
{
	const struct cbor_reader start = *r;

	if (!cbor_next(r, item))
		return show_fault(s, &start);
	if (*role == ROLE_TOKEN && item->kind != CBOR_ITEM_TAG)
		*role = role_of_untagged(start);
	return true;
}

static bool show_item(struct show *s, struct cbor_reader *r, enum role role, unsigned int depth)
{
	const struct cbor_reader start = *r;
	struct cbor_item item;

	if (!show_next(s, r, &item, &role))
		return false;
	switch (item.kind) {
	case CBOR_ITEM_UINT:
	case CBOR_ITEM_NEGATIVE:
		show_number(s, &item);
		if (role_value_name(role, &item))
			show_print(s, " / %s /", role_value_name(role, &item));
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
		show_print(s, "%s", show_simple_name(item.value));
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

	if (s->nesting >= SHOW_MAX_NESTING)
		return show_fault(s, r);
	s->nesting++;
	shown = show_item(s, r, role, depth);
	s->nesting--;
	return shown;
}

static bool show_token(struct show *s, struct cbor_reader *r, enum role role)
{
	return show(s, r, role, 0);
}

enum rmmsim_status show_whole(const void *token, size_t token_size, show_fn fn, char *text,
			      size_t size, size_t *length, struct rmmsim_error *error)
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
	whole = fn(&s, &r, ROLE_TOKEN);
	show_print(&s, "\n");
	if (length)
		*length = s.length;
	if (whole && r.at != r.end)
		return mem_error(error, RMMSIM_ERR_TOKEN, "%zu bytes follow the token%s",
				 (size_t)(r.end - r.at),
				 cbor_only_zeros(&r) ? ", all of them zero" : "");
	if (whole)
		return RMMSIM_OK;
	return mem_error(error, RMMSIM_ERR_TOKEN, "%s", s.fault);
}

enum rmmsim_status rmmsim_token_text(const void *token, size_t token_size, char *text, size_t size,
				     size_t *length, struct rmmsim_error *error)
{
	return show_whole(token, token_size, show_token, text, size, length, error);
}
