/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef ATTEST_VERIFY_H
#define ATTEST_VERIFY_H

/* Claims of the two tokens, looked at: attestation.md#3, attestation.md#5 */

#include <rmmsim/attest.h>

#include "attest/cbor_read.h"
#include "attest/claims.h"

/* What the other checks need; data is NULL where the claim is missing or wrong. */
struct platform_claims {
	struct cbor_item challenge;
};

struct realm_claims {
	struct cbor_item rak, key_hash;
};

/* Each is false after the report has the first thing that is wrong. */
bool verify_platform_claims(const struct cbor_item *payload, struct platform_claims *claims,
			    struct rmmsim_token_report *report);
bool verify_realm_claims(const struct cbor_item *payload, struct realm_claims *claims,
			 struct rmmsim_token_report *report);

/* Notes the failure unless the check has failed already. False. */
__attribute__((format(printf, 3, 4))) bool verify_failed(struct rmmsim_token_report *report,
							 enum rmmsim_token_check check,
							 const char *format, ...);

#endif
