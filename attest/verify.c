/* SPDX-License-Identifier: BSD-3-Clause */
/* Verifies a token: attestation.md#7 */
#include <stdio.h>
#include <string.h>

#include "attest/token.h"
#include "attest/verify.h"
#include "mem/config.h"

static const char *const names[RMMSIM_TOKEN_CHECKS] = {
	[RMMSIM_TOKEN_FORM] = "form",
	[RMMSIM_TOKEN_PLATFORM_SIGNATURE] = "platform signature",
	[RMMSIM_TOKEN_PLATFORM_CLAIMS] = "platform claims",
	[RMMSIM_TOKEN_REALM_CLAIMS] = "realm claims",
	[RMMSIM_TOKEN_REALM_SIGNATURE] = "realm signature",
	[RMMSIM_TOKEN_BINDING] = "binding",
};

/* A check that was made: it has passed unless something was wrong. */
static void made(struct rmmsim_token_report *report, enum rmmsim_token_check check)
{
	if (report->check[check].result == RMMSIM_TOKEN_NOT_DONE)
		report->check[check].result = RMMSIM_TOKEN_PASSED;
}

/* --- the parts -------------------------------------------------------------------------------------- */

static void check_signature(const struct cose_sign1 *token, const struct key_public *key,
			    const char *key_name, enum rmmsim_token_check check,
			    struct rmmsim_token_report *report)
{
	const bool platform = check == RMMSIM_TOKEN_PLATFORM_SIGNATURE;
	const char *wrong;
	char text[120];

	if (!token->signature.data)
		return;
	wrong = cose_sign1_verify(token, key, key_name, text, sizeof(text));
	if (wrong)
		verify_failed(report, check, "the %s token %s", platform ? "platform" : "realm",
			      wrong);
	made(report, check);
}

static void check_platform(const struct cose_sign1 *token, const struct key_public *trusted,
			   struct platform_claims *claims, struct rmmsim_token_report *report)
{
	if (!token->payload.data)
		return;
	check_signature(token, trusted, "the trusted key", RMMSIM_TOKEN_PLATFORM_SIGNATURE, report);
	verify_platform_claims(&token->payload, claims, report);
	made(report, RMMSIM_TOKEN_PLATFORM_CLAIMS);
}

static void check_realm(const struct cose_sign1 *token, struct realm_claims *claims,
			struct rmmsim_token_report *report)
{
	if (!token->payload.data)
		return;
	verify_realm_claims(&token->payload, claims, report);
	made(report, RMMSIM_TOKEN_REALM_CLAIMS);
	if (claims->key.usable)
		check_signature(token, &claims->key.key, "the key in it (44237)",
				RMMSIM_TOKEN_REALM_SIGNATURE, report);
}

static void check_binding(const struct platform_claims *platform, const struct realm_claims *realm,
			  struct rmmsim_token_report *report)
{
	const struct cbor_item *challenge = &platform->challenge, *algo = &realm->key_hash;
	uint8_t digest[KEY_MAX_DIGEST];
	size_t size;

	if (!challenge->data || !realm->rak.data || !algo->data)
		return;
	size = key_digest((const char *)algo->data, algo->size, realm->rak.data, realm->rak.size,
			  digest);
	if (!size || size != challenge->size || memcmp(digest, challenge->data, size))
		verify_failed(report, RMMSIM_TOKEN_BINDING,
			      "the challenge of the platform token (10) is not the hash of the "
			      "realm's key (44237)");
	made(report, RMMSIM_TOKEN_BINDING);
}

/* --- the whole --------------------------------------------------------------------------------------- */

static enum rmmsim_status trusted_key(const char *source, struct key_public *key,
				      struct rmmsim_error *error)
{
	struct key_private test;
	char why[200];

	if (!source) {
		if (key_derive(KEY_P384, KEY_LABEL_PLATFORM, 0, &test) && key_to_public(&test, key))
			return RMMSIM_OK;
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "mbedTLS cannot do ECDSA on P-384 through PSA");
	}
	if (key_read_public(source, key, why, sizeof(why)))
		return RMMSIM_OK;
	return mem_error(error, RMMSIM_ERR_CONFIG, "platform key: %s", why);
}

/* Everything that failed; if nothing did, what could not be checked. */
static enum rmmsim_status verdict(const struct rmmsim_token_report *report,
				  struct rmmsim_error *error)
{
	char text[sizeof(error->text)] = "";
	size_t length = 0;

	for (int want_failed = 1; want_failed >= 0 && !length; want_failed--) {
		for (int i = 0; i < RMMSIM_TOKEN_CHECKS && length < sizeof(text); i++) {
			const bool failed = report->check[i].result == RMMSIM_TOKEN_FAILED;

			if (report->check[i].result == RMMSIM_TOKEN_PASSED || failed != want_failed)
				continue;
			length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s: %s",
						   length ? "; " : "", names[i],
						   failed ? report->check[i].text : "not checked");
		}
	}
	return length ? mem_error(error, RMMSIM_ERR_TOKEN, "%s", text) : RMMSIM_OK;
}

enum rmmsim_status rmmsim_token_verify(const void *token, size_t size, const char *platform_key,
				       struct rmmsim_token_report *report,
				       struct rmmsim_error *error)
{
	struct platform_claims platform_claims = {0};
	struct realm_claims realm_claims = {0};
	struct token_parts parts = {0};
	struct key_public trusted;
	enum rmmsim_status status;

	if (error)
		*error = (struct rmmsim_error){.status = RMMSIM_OK};
	if ((!token && size) || !report)
		return mem_error(error, RMMSIM_ERR_ARGUMENT, "token or report is NULL");
	*report = (struct rmmsim_token_report){0};
	for (int i = 0; i < RMMSIM_TOKEN_CHECKS; i++)
		report->check[i].name = names[i];
	status = trusted_key(platform_key, &trusted, error);
	if (status != RMMSIM_OK)
		return status;
	verify_form(token, size, &parts, report);
	made(report, RMMSIM_TOKEN_FORM);
	check_platform(&parts.platform, &trusted, &platform_claims, report);
	check_realm(&parts.realm, &realm_claims, report);
	check_binding(&platform_claims, &realm_claims, report);
	return verdict(report, error);
}
