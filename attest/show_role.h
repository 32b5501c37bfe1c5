/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_SHOW_ROLE_H
#define ATTEST_SHOW_ROLE_H

/* What each item of a token is, which decides about names and about byte strings that hold CBOR. */

#include <rmmsim/attest.h>

#include "attest/cbor_read.h"
#include "attest/show_text.h"

enum role {
	ROLE_PLAIN,
	ROLE_TOKEN,      /* the whole: a collection, a COSE_Sign1, claims or a key, tagged or not */
	ROLE_COLLECTION, /* its map */
	ROLE_MEMBER,     /* a value of that map: bytes with a COSE_Sign1, or an array with these */
	ROLE_SIGN1,      /* the array */
	ROLE_HEADER,
	ROLE_ALGORITHM,
	ROLE_CLAIMS,
	ROLE_RAK, /* bytes with a COSE_Key */
	ROLE_COMPONENTS,
	ROLE_COMPONENT,
};

/* Name of a key of a map with this role; NULL if it has none. */
const char *role_key_name(enum role map, const struct cbor_item *key);
/* "ES384" for an algorithm; NULL: its number says nothing. */
const char *role_value_name(enum role role, const struct cbor_item *value);

enum role role_of_value(enum role map, const struct cbor_item *key);
enum role role_of_element(enum role array, uint64_t index);
enum role role_of_tagged(enum role role, uint64_t tag);
/* What a map or array without a tag is, by what is in it; `r` is at its head. */
enum role role_of_untagged(struct cbor_reader r);
/* Whether bytes with this role hold one CBOR item; *inside is its role. */
bool role_holds_cbor(enum role role, const struct cbor_item *bytes, enum role *inside);

/* --- show.c ------------------------------------------------------------------------------------- */

/*
 * Takes the head of the item at `r`; what an untagged token is becomes its role. False after show_fault().
 */
bool show_next(struct show *s, struct cbor_reader *r, struct cbor_item *item, enum role *role);

/* Shows the item at `r`. False after show_fault(). */
typedef bool (*show_fn)(struct show *s, struct cbor_reader *r, enum role role);
/* What rmmsim_token_text() and rmmsim_token_json() do around that. */
enum rmmsim_status show_whole(const void *token, size_t token_size, show_fn fn, char *text,
			      size_t size, size_t *length, struct rmmsim_error *error);

#endif
