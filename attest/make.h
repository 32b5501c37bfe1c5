/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_MAKE_H
#define ATTEST_MAKE_H

/*
 * Tokens to order, for those who write verifiers: of each profile, and with exactly one thing wrong. A token is made
 * in stages (claims, signatures, collection); a row of make_rows.c says at which stage it departs from a good
 * one: an edit of the claims before they are signed, or a fault of a later stage.
 */

#include <rmmsim/attest.h>

#include "attest/claims.h"
#include "attest/cose.h"

enum token_part { PART_PLATFORM, PART_REALM, PARTS };

/* A change of one claim, before the signature. Values: `text`, `hex` (CBOR), or `bytes` (so many of one value). */
enum edit_op { EDIT_NONE, EDIT_REMOVE, EDIT_REPLACE, EDIT_ADD };
struct token_edit {
	enum edit_op op;
	enum token_part part;
	int64_t key;
	const char *text, *hex;
	size_t bytes;
};

enum fault {
	FAULT_NONE,
	FAULT_OTHER_TAG,
	FAULT_CONTENT_FORMAT,
	FAULT_WRAPPER,
	FAULT_NO_PART,
	FAULT_PART_TWICE,
	FAULT_PADDED,
	FAULT_TRAILING,
	FAULT_TRUNCATED,
	/* Of one COSE_Sign1 */
	FAULT_UNTAGGED,
	FAULT_DETACHED,
	FAULT_SIGNATURE,
	FAULT_OTHER_KEY,
	FAULT_PAYLOAD,
	FAULT_DER,
	FAULT_ALGORITHM,
	FAULT_NO_ALGORITHM,
	FAULT_CRITICAL,
	FAULT_CLAIMS_TRAILING,
	/* Of the binding */
	FAULT_BINDING_KEY,
	FAULT_BINDING_POINT,
	FAULT_BINDING_HASH,
	/* Of the realm's key */
	FAULT_KEY_PRIVATE,
	FAULT_KEY_RAW,
	FAULT_KEY_POINT,
	/* Of the order, not of the token */
	FAULT_STALE,
};

/* Profiles that a defect can be made of. */
#define OF_399    0x1u
#define OF_907    0x2u
#define OF_TEXT   0x4u /* MEC policy as text */
#define OF_NUMBER 0x8u /* as a number: RMM 2.0 */
#define OF_OLD    0x10u
#define OF_COSE   0x20u /* the realm's key is a COSE_Key */

struct token_profile {
	const char *name, *text;
	unsigned int of;
	bool mec; /* there is a MEC policy */
	struct token_edit edit[4];
};

struct token_defect {
	const char *name, *text;
	const char *caught_by; /* a check of rmmsim_token_verify(), "reference values" */
	unsigned int needs;    /* OF_..: all of them; 0: any profile */
	enum fault fault;
	enum token_part part;
	struct token_edit edit;
};

/* By index; NULL past the end. */
const struct token_profile *make_profile(size_t index);
const struct token_defect *make_defect(size_t index);

/* --- make_edit.c --------------------------------------------------------------------------------- */

/* Applies an edit to an encoded map of `*size` bytes in a buffer of `max`. False: it does not fit. */
bool make_edit(const struct token_edit *edit, uint8_t *claims, size_t *size, size_t max);
/* Replaces the value of a claim with bytes. */
bool make_replace(uint8_t *claims, size_t *size, size_t max, int64_t key, const void *bytes,
		  size_t count);

/* --- make_sign.c ---------------------------------------------------------------------------------- */

/* A COSE_Sign1 of the claims, with a fault of this stage. `other` signs in place of `key` where that is it. */
bool make_sign1(struct cbor_writer *w, enum fault fault, const struct key_private *key,
		const struct key_private *other, uint8_t *claims, size_t size);

#endif
