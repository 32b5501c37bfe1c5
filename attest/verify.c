/* SPDX-License-Identifier: BSD-3-Clause */
/* Verifies a token: attestation.md#7 */
#include <stdarg.h>
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

static void passed(struct rmmsim_token_report *report, enum rmmsim_token_check check)
{
	report->check[check].result = RMMSIM_TOKEN_PASSED;
}

bool verify_failed(struct rmmsim_token_report *report, enum rmmsim_token_check check,
		   const char *format, ...)
{
	va_list arguments;

	if (report->check[check].result == RMMSIM_TOKEN_FAILED)
		return false;
	report->check[check].result = RMMSIM_TOKEN_FAILED;
	va_start(arguments, format);
	vsnprintf(report->check[check].text, sizeof(report->check[check].text), format, arguments);
	va_end(arguments);
	return false;
}

/* --- the collection ------------------------------------------------------------------------------- */

static bool read_member(struct cbor_reader *r, bool cmw, int64_t key, struct cbor_item *member)
{
	struct cbor_item item;
	int64_t found;

	if (!cbor_next(r, &item) || !cbor_int(&item, &found) || found != key)
		return false;
	if (cmw && (!cbor_expect(r, CBOR_ITEM_ARRAY, &item) || item.value != 2 ||
		    !cbor_expect(r, CBOR_ITEM_UINT, &item) || item.value != CMW_EAT_CWT))
		return false;
	return cbor_expect(r, CBOR_ITEM_BYTES, member);
}

static bool read_collection(const uint8_t *token, size_t size, struct cbor_item *platform,
			    struct cbor_item *realm, struct rmmsim_token_report *report)
{
	struct cbor_reader r = cbor_reader(token, size);
	struct cbor_item tag, item;

	if (!cbor_expect(&r, CBOR_ITEM_TAG, &tag) ||
	    (tag.value != TAG_CMW_907 && tag.value != TAG_COLLECTION_399))
		return verify_failed(report, RMMSIM_TOKEN_FORM,
				     "this is no CCA token: neither tag 907 nor 399");
	if (!cbor_expect(&r, CBOR_ITEM_MAP, &item) || item.value != 2)
		return verify_failed(report, RMMSIM_TOKEN_FORM,
				     "the collection is not a map of two tokens");
	if (!read_member(&r, tag.value == TAG_CMW_907, CLAIM_PLATFORM_TOKEN, platform))
		return verify_failed(report, RMMSIM_TOKEN_FORM,
				     "the first member is no platform token (44234)");
	if (!read_member(&r, tag.value == TAG_CMW_907, CLAIM_REALM_TOKEN, realm))
		return verify_failed(report, RMMSIM_TOKEN_FORM,
				     "the second member is no realm token (44241)");
	if (r.at != r.end)
		return verify_failed(report, RMMSIM_TOKEN_FORM, "%zu trailing bytes",
				     (size_t)(r.end - r.at));
	return true;
}

static bool read_form(const uint8_t *token, size_t size, struct cose_sign1 *platform,
		      struct cose_sign1 *realm, struct rmmsim_token_report *report)
{
	struct cbor_item items[2];
	const char *wrong;

	if (!read_collection(token, size, &items[0], &items[1], report))
		return false;
	wrong = cose_sign1_read(items[0].data, items[0].size, platform);
	if (wrong)
		return verify_failed(report, RMMSIM_TOKEN_FORM, "the platform token %s", wrong);
	wrong = cose_sign1_read(items[1].data, items[1].size, realm);
	if (wrong)
		return verify_failed(report, RMMSIM_TOKEN_FORM, "the realm token %s", wrong);
	passed(report, RMMSIM_TOKEN_FORM);
	return true;
}

/* --- the parts -------------------------------------------------------------------------------------- */

static void check_platform(const struct cose_sign1 *token, const struct key_public *trusted,
			   struct platform_claims *claims, struct rmmsim_token_report *report)
{
	if (cose_sign1_verify(token, trusted))
		passed(report, RMMSIM_TOKEN_PLATFORM_SIGNATURE);
	else
		verify_failed(report, RMMSIM_TOKEN_PLATFORM_SIGNATURE,
			      "the platform token was not signed with the trusted key");
	if (verify_platform_claims(&token->payload, claims, report))
		passed(report, RMMSIM_TOKEN_PLATFORM_CLAIMS);
}

static void check_realm(const struct cose_sign1 *token, struct realm_claims *claims,
			struct rmmsim_token_report *report)
{
	struct key_public rak;

	if (verify_realm_claims(&token->payload, claims, report))
		passed(report, RMMSIM_TOKEN_REALM_CLAIMS);
	if (!claims->rak.data || !cose_key_decode(claims->rak.data, claims->rak.size, &rak))
		return;
	if (cose_sign1_verify(token, &rak))
		passed(report, RMMSIM_TOKEN_REALM_SIGNATURE);
	else
		verify_failed(report, RMMSIM_TOKEN_REALM_SIGNATURE,
			      "the realm token was not signed with the key in it (44237)");
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
	if (size && size == challenge->size && !memcmp(digest, challenge->data, size))
		passed(report, RMMSIM_TOKEN_BINDING);
	else
		verify_failed(report, RMMSIM_TOKEN_BINDING,
			      "the challenge of the platform token (10) is not the hash of the "
			      "realm's key (44237)");
}

/* --- the whole --------------------------------------------------------------------------------------- */

static enum rmmsim_status trusted_key(const char *source, struct key_public *key,
				      struct rmmsim_error *error)
{
	struct key_private test;
	char why[200];

	if (!source) {
		if (key_derive(KEY_LABEL_PLATFORM, 0, &test) && key_to_public(&test, key))
			return RMMSIM_OK;
		return mem_error(error, RMMSIM_ERR_CONFIG,
				 "mbedTLS cannot do ECDSA on P-384 through PSA");
	}
	if (key_read_public(source, key, why, sizeof(why)))
		return RMMSIM_OK;
	return mem_error(error, RMMSIM_ERR_CONFIG, "platform key: %s", why);
}

/* The first failure is the verdict. */
static enum rmmsim_status verdict(const struct rmmsim_token_report *report,
				  struct rmmsim_error *error)
{
	for (int i = 0; i < RMMSIM_TOKEN_CHECKS; i++) {
		if (report->check[i].result == RMMSIM_TOKEN_FAILED)
			return mem_error(error, RMMSIM_ERR_TOKEN, "%s: %s", names[i],
					 report->check[i].text);
	}
	for (int i = 0; i < RMMSIM_TOKEN_CHECKS; i++) {
		if (report->check[i].result != RMMSIM_TOKEN_PASSED)
			return mem_error(error, RMMSIM_ERR_TOKEN, "%s: not checked", names[i]);
	}
	return RMMSIM_OK;
}

enum rmmsim_status rmmsim_token_verify(const void *token, size_t size, const char *platform_key,
				       struct rmmsim_token_report *report,
				       struct rmmsim_error *error)
{
	struct platform_claims platform_claims = {0};
	struct realm_claims realm_claims = {0};
	struct cose_sign1 platform, realm;
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
	if (read_form(token, size, &platform, &realm, report)) {
		check_platform(&platform, &trusted, &platform_claims, report);
		check_realm(&realm, &realm_claims, report);
		check_binding(&platform_claims, &realm_claims, report);
	}
	return verdict(report, error);
}
