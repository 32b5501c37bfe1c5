/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_VERIFY_H
#define ATTEST_VERIFY_H

/*
 * The parts of a token, and what is wrong with each. A part that cannot be read leaves its data NULL; checks
 * that need it are not made, all others are.
 */

#include <rmmsim/attest.h>

#include "attest/cbor_read.h"
#include "attest/claims.h"
#include "attest/cose.h"

/* --- verify.c ----------------------------------------------------------------------------------- */

/* Adds to what is wrong with a check, which has failed then. False. */
__attribute__((format(printf, 3, 4))) bool verify_failed(struct rmmsim_token_report *report,
							 enum rmmsim_token_check check,
							 const char *format, ...);
/* Adds something that is worth knowing. */
__attribute__((format(printf, 3, 4))) void verify_note(struct rmmsim_token_report *report,
						       enum rmmsim_token_check check,
						       const char *format, ...);

/* --- verify_form.c: attestation.md#1, attestation.md#2 ---------------------------------------------- */

/* The COSE_Sign1 that were found; a token without them may still have claims as its payload. */
struct token_parts {
	struct cose_sign1 platform, realm;
};
void verify_form(const uint8_t *token, size_t size, struct token_parts *parts,
		 struct rmmsim_token_report *report);

/* --- verify_claims.c, verify_platform.c, verify_realm.c: attestation.md#3, attestation.md#5 ---------- */

/* What the other checks need; data is NULL where the claim is missing or of a wrong type. */
struct platform_claims {
	struct cbor_item challenge;
};

struct realm_claims {
	struct cbor_item rak, key_hash;
	struct cose_key key; /* of `rak` */
};

void verify_platform_claims(const struct cbor_item *payload, struct platform_claims *claims,
			    struct rmmsim_token_report *report);
void verify_realm_claims(const struct cbor_item *payload, struct realm_claims *claims,
			 struct rmmsim_token_report *report);

/* A claim: its types, the lengths that it may have, and whether it has to be there. */
struct claim_rule {
	int64_t key;
	const char *name;
	unsigned int kinds; /* bits of enum cbor_kind */
	size_t min, max;
	bool optional;
};
#define CLAIM_KIND(kind) (1u << CBOR_ITEM_##kind)

struct claim_found {
	bool present;
	bool fits; /* its type and length are as the rule says */
	struct cbor_item item;
	struct cbor_reader inside; /* ARRAY: behind its head */
};

struct claim_reading {
	struct rmmsim_token_report *report;
	enum rmmsim_token_check check;
	const char *where; /* "" or "a software component: " */
};

/*
 * Reads a map by the rules; `found` has one element per rule. What is wrong goes to the report. False: the
 * map is not well-formed, what follows it cannot be read.
 */
bool claims_read(struct cbor_reader *r, const struct claim_rule *rules, size_t count,
		 struct claim_found *found, const struct claim_reading *reading);
/* The same for a payload, which the map has to fill. */
void claims_read_payload(const struct cbor_item *payload, const struct claim_rule *rules,
			 size_t count, struct claim_found *found,
			 const struct claim_reading *reading);
/* Whether a claim is there, of the right type, and this text. */
bool claims_text_is(const struct claim_found *found, const char *text);
/* Digests have 32, 48 or 64 bytes. A claim that does not fit has been reported already. */
void claims_check_digest(const struct claim_found *found, const struct claim_rule *rule,
			 const struct claim_reading *reading);

#define CLAIM_BAD(reading, format, ...)                                                   \
	verify_failed((reading)->report, (reading)->check, "%s" format, (reading)->where, \
		      ##__VA_ARGS__)

#endif
