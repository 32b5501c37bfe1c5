/* SPDX-License-Identifier: BSD-3-Clause */
/* What rmmsim_token_verify() accepts and what it names when something is wrong. */
#define _GNU_SOURCE /* memmem() */
#include "tests/attest/example.h"

#include "attest/claims.h"

#define OVERHEAD_BEFORE \
	11 /* of a COSE_Sign1, before the payload: tag, array, headers, bytes head */
#define OVERHEAD_AFTER 98

struct parts {
	uint8_t platform[TOKEN_MAX], realm[TOKEN_MAX]; /* claims */
	size_t platform_size, realm_size;
};

static int set_up(void **state)
{
	struct example *e = malloc(sizeof(*e));

	example_init(e);
	example_open(e);
	example_token(e);
	assert_int_equal(e->size, 998);
	*state = e;
	return 0;
}

static int tear_down(void **state)
{
	example_close(*state);
	free(*state);
	return 0;
}

static enum rmmsim_status verify(const uint8_t *token, size_t size,
				 struct rmmsim_token_report *report, struct rmmsim_error *error)
{
	/* A copy of exactly this size, so that a sanitizer sees what lies beyond. */
	uint8_t *copy = malloc(size ? size : 1);
	enum rmmsim_status status;

	memcpy(copy, token, size);
	status = rmmsim_token_verify(copy, size, KEY_2_PUBLIC, report, error);
	free(copy);
	return status;
}

static void expect_good(const uint8_t *token, size_t size)
{
	struct rmmsim_token_report report;
	struct rmmsim_error error;

	if (verify(token, size, &report, &error) != RMMSIM_OK)
		fail_msg("%s", error.text);
	for (int i = 0; i < RMMSIM_TOKEN_CHECKS; i++)
		assert_int_equal(report.check[i].result, RMMSIM_TOKEN_PASSED);
}

static void expect_bad(const uint8_t *token, size_t size, enum rmmsim_token_check check,
		       const char *text)
{
	struct rmmsim_token_report report;
	struct rmmsim_error error;

	assert_int_equal(verify(token, size, &report, &error), RMMSIM_ERR_TOKEN);
	assert_int_equal(error.status, RMMSIM_ERR_TOKEN);
	if (report.check[check].result != RMMSIM_TOKEN_FAILED)
		fail_msg("%s did not fail, but: %s", report.check[check].name, error.text);
	if (!strstr(report.check[check].text, text))
		fail_msg("\"%s\" does not say: %s", report.check[check].text, text);
}

/* --- new tokens out of old ones -------------------------------------------------------------------- */

/* The claims of both tokens of the example, in its 907 form. */
static void take_apart(const struct example *e, struct parts *parts)
{
	const uint8_t *platform = e->token + 14, *realm = e->token + 998 - 600;

	parts->platform_size = 265;
	parts->realm_size = 491;
	memcpy(parts->platform, platform + OVERHEAD_BEFORE, parts->platform_size);
	memcpy(parts->realm, realm + OVERHEAD_BEFORE, parts->realm_size);
}

static void put_signed(struct cbor_writer *w, int key_number, const char *key,
		       const uint8_t *claims, size_t size)
{
	uint8_t bytes[TOKEN_MAX];
	struct cbor_writer inner = cbor_writer(bytes, sizeof(bytes));
	struct key_private private;
	char why[100];

	assert_true(key_read_private(key, &private, why, sizeof(why)));
	assert_true(cose_sign1_write(&inner, &private, claims, size));
	cbor_put_int(w, key_number);
	cbor_put_array(w, 2);
	cbor_put_int(w, CMW_EAT_CWT);
	cbor_put_bytes(w, bytes, cbor_written(&inner, bytes));
}

/* A token with these claims, properly signed. */
static void put_together(struct example *e, const struct parts *parts)
{
	struct cbor_writer w = cbor_writer(e->token, sizeof(e->token));

	cbor_put_tag(&w, TAG_CMW_907);
	cbor_put_map(&w, 2);
	put_signed(&w, CLAIM_PLATFORM_TOKEN, KEY_2, parts->platform, parts->platform_size);
	put_signed(&w, CLAIM_REALM_TOKEN, KEY_1, parts->realm, parts->realm_size);
	e->size = cbor_written(&w, e->token);
	assert_true(e->size > 0);
}

/* Replaces bytes of some claims: the first occurrence of `from`, both in hexadecimal. */
static void replace(uint8_t *claims, size_t *size, const char *from, const char *to)
{
	uint8_t old[300], new[300];
	const size_t old_size = example_bytes(from, old), new_size = example_bytes(to, new);
	uint8_t *at = memmem(claims, *size, old, old_size);

	assert_non_null(at);
	memmove(at + new_size, at + old_size, *size - (size_t)(at - claims) - old_size);
	memcpy(at, new, new_size);
	*size = *size - old_size + new_size;
}

static void expect_bad_realm(struct example *e, const char *from, const char *to, const char *text)
{
	struct parts parts;

	example_token(e);
	take_apart(e, &parts);
	replace(parts.realm, &parts.realm_size, from, to);
	put_together(e, &parts);
	expect_bad(e->token, e->size, RMMSIM_TOKEN_REALM_CLAIMS, text);
}

static void expect_bad_platform(struct example *e, const char *from, const char *to,
				const char *text)
{
	struct parts parts;

	example_token(e);
	take_apart(e, &parts);
	replace(parts.platform, &parts.platform_size, from, to);
	put_together(e, &parts);
	expect_bad(e->token, e->size, RMMSIM_TOKEN_PLATFORM_CLAIMS, text);
}

/* --- good tokens ------------------------------------------------------------------------------------- */

static void every_kind_of_token_is_accepted(void **state)
{
	struct example *e = *state;
	struct parts parts;

	expect_good(e->token, e->size);
	take_apart(e, &parts);
	put_together(e, &parts);
	expect_good(e->token, e->size);
	for (unsigned int kind = 0; kind < 16; kind++) {
		e->request.collection_399 = kind & 1;
		e->request.mec_policy = kind & 2;
		e->request.mec_private = kind & 4;
		e->request.hash_algo = kind & 8 ? RMI_HASH_SHA_512 : RMI_HASH_SHA_256;
		example_token(e);
		expect_good(e->token, e->size);
	}
}

static void claims_that_nobody_knows_are_accepted(void **state)
{
	struct example *e = *state;
	struct parts parts;

	take_apart(e, &parts);
	/* map(9) becomes map(10) with 1000: [1, {2: "x"}]. */
	replace(parts.realm, &parts.realm_size, "a90a5840", "aa1903e88201a10261780a5840");
	put_together(e, &parts);
	expect_good(e->token, e->size);
}

static void without_a_key_the_test_key_is_trusted(void **state)
{
	struct example *e = *state;
	struct rmmsim_token_report report;

	assert_int_equal(rmmsim_token_verify(e->token, e->size, NULL, &report, NULL),
			 RMMSIM_ERR_TOKEN);
	assert_int_equal(report.check[RMMSIM_TOKEN_PLATFORM_SIGNATURE].result, RMMSIM_TOKEN_FAILED);
	assert_int_equal(report.check[RMMSIM_TOKEN_REALM_SIGNATURE].result, RMMSIM_TOKEN_PASSED);
	example_close(e);
	e->config.realm_key = e->config.platform_key = NULL;
	example_open(e);
	example_token(e);
	assert_int_equal(rmmsim_token_verify(e->token, e->size, NULL, &report, NULL), RMMSIM_OK);
}

static void a_trusted_key_that_is_none_is_an_error(void **state)
{
	static const struct {
		const char *key, *why;
	} keys[] = {
		{"/no/such/key", "No such file"},
		{KEY_RSA_PUBLIC, "not an EC key on P-256, P-384 or P-521"},
		{KEY_2, "a private key; a public one is needed"},
		{"-----BEGIN nonsense", "not a public key"},
	};
	struct example *e = *state;
	struct rmmsim_token_report report;
	struct rmmsim_error error;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		assert_int_equal(
			rmmsim_token_verify(e->token, e->size, keys[i].key, &report, &error),
			RMMSIM_ERR_CONFIG);
		if (!strstr(error.text, keys[i].why))
			fail_msg("\"%s\" does not say: %s", error.text, keys[i].why);
	}
	assert_int_equal(rmmsim_token_verify(NULL, 1, NULL, &report, &error), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_token_verify(e->token, e->size, NULL, NULL, NULL),
			 RMMSIM_ERR_ARGUMENT);
}

/* --- tampering ------------------------------------------------------------------------------------------ */

static void a_changed_claim_breaks_the_signature(void **state)
{
	struct example *e = *state;

	e->token[998 - 600 + OVERHEAD_BEFORE + 20] ^= 1; /* challenge */
	expect_bad(e->token, e->size, RMMSIM_TOKEN_REALM_SIGNATURE,
		   "not signed with the key in it");
	example_token(e);
	e->token[14 + OVERHEAD_BEFORE + 100] ^= 1; /* implementation ID */
	expect_bad(e->token, e->size, RMMSIM_TOKEN_PLATFORM_SIGNATURE, "the trusted key");
}

static void a_changed_signature_is_noticed(void **state)
{
	struct example *e = *state;

	e->token[e->size - 1] ^= 1;
	expect_bad(e->token, e->size, RMMSIM_TOKEN_REALM_SIGNATURE, "not signed");
	example_token(e);
	memset(e->token + e->size - 96, 0, 96);
	expect_bad(e->token, e->size, RMMSIM_TOKEN_REALM_SIGNATURE, "not signed");
	example_token(e);
	e->token[14 + OVERHEAD_BEFORE + 265 + 2] ^= 0x80;
	expect_bad(e->token, e->size, RMMSIM_TOKEN_PLATFORM_SIGNATURE, "trusted key");
}

/* The realm token of another instance, good in itself. */
static void another_key_is_not_bound_to_the_platform(void **state)
{
	struct example *e = *state;
	struct parts parts;
	struct cbor_writer w;

	e->config.realm_key = KEY_2;
	example_close(e);
	example_open(e);
	example_token(e);
	take_apart(e, &parts);
	example_close(e);
	e->config.realm_key = KEY_1;
	example_open(e);
	example_token(e);
	w = cbor_writer(e->token + 998 - 600 - 3 - 7, 610);
	put_signed(&w, CLAIM_REALM_TOKEN, KEY_2, parts.realm, parts.realm_size);
	expect_bad(e->token, e->size, RMMSIM_TOKEN_BINDING, "is not the hash of the realm's key");
}

static void a_key_that_is_no_point_is_refused(void **state)
{
	struct example *e = *state;

	e->token[998 - 600 + OVERHEAD_BEFORE + 137 + 30] ^= 1;
	expect_bad(e->token, e->size, RMMSIM_TOKEN_REALM_SIGNATURE, "not signed");
	expect_bad(e->token, e->size, RMMSIM_TOKEN_BINDING, "");
	example_token(e);
	e->token[998 - 600 + OVERHEAD_BEFORE + 137 + 6] ^= 1;
	expect_bad(e->token, e->size, RMMSIM_TOKEN_REALM_CLAIMS, "no COSE_Key on P-384");
}

static void a_changed_form_is_refused(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *text;
	} changes[] = {
		{2, 0x8c, "neither tag 907 nor 399"},
		{3, 0x82, "not a map of two tokens"},
		{3, 0xa3, "not well-formed"},
		{6, 0xcb, "no platform token"},
		{7, 0x83, "no byte string"},
		{10, 0x08, "the platform token has not content format 263"},
		{14, 0xd3, "tag 18 is missing"},
		{15, 0x85, "not an array of 4"},
		{16, 0x04, "the platform token has no protected header"},
		{21, 0x40, "an unprotected header that is no map"},
		{22, 0x79, "has no payload"},
		{998 - 600, 0xd3, "the realm token is no COSE_Sign1"},
		{998 - 98, 0x78, "has no signature"},
	};
	struct example *e = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		example_token(e);
		e->token[changes[i].at] = changes[i].value;
		expect_bad(e->token, e->size, RMMSIM_TOKEN_FORM, changes[i].text);
	}
}

static void a_changed_algorithm_is_named(void **state)
{
	static const struct {
		size_t at;
		uint8_t value;
		const char *text;
	} changes[] = {
		{17, 0xa0, "trailing bytes"},
		{17, 0x81, "a protected header that is no map"},
		{18, 0x02, "critical header (2)"},
		{18, 0x04, "has no algorithm in its protected header"},
		{20, 0x21, "names algorithm -34, none of ES256, ES384 and ES512"},
		{20, 0x23, "is signed with ES512 (-36), but the key is on P-384"},
		{20, 0x32, "was not signed with the trusted key"},
	};
	struct example *e = *state;

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		example_token(e);
		e->token[changes[i].at] = changes[i].value;
		expect_bad(e->token, e->size, RMMSIM_TOKEN_PLATFORM_SIGNATURE, changes[i].text);
	}
	example_token(e);
	e->token[998 - 97] = 0x5f;
	expect_bad(e->token, e->size - 1, RMMSIM_TOKEN_FORM, "");
}

/* What is wrong with one part says nothing about the others. */
static void every_other_check_is_made(void **state)
{
	struct example *e = *state;
	struct rmmsim_token_report report;
	struct rmmsim_error error;
	struct parts parts;

	take_apart(e, &parts);
	replace(parts.realm, &parts.realm_size, "a90a5840", "a90b5840");
	replace(parts.platform, &parts.platform_size, "19095b193003", "19aaaa193003");
	put_together(e, &parts);
	e->token[e->size++] = 0;
	assert_int_equal(verify(e->token, e->size, &report, &error), RMMSIM_ERR_TOKEN);
	assert_int_equal(report.check[RMMSIM_TOKEN_FORM].result, RMMSIM_TOKEN_FAILED);
	assert_int_equal(report.check[RMMSIM_TOKEN_PLATFORM_CLAIMS].result, RMMSIM_TOKEN_FAILED);
	assert_int_equal(report.check[RMMSIM_TOKEN_REALM_CLAIMS].result, RMMSIM_TOKEN_FAILED);
	assert_int_equal(report.check[RMMSIM_TOKEN_PLATFORM_SIGNATURE].result, RMMSIM_TOKEN_PASSED);
	assert_int_equal(report.check[RMMSIM_TOKEN_REALM_SIGNATURE].result, RMMSIM_TOKEN_PASSED);
	assert_int_equal(report.check[RMMSIM_TOKEN_BINDING].result, RMMSIM_TOKEN_PASSED);
	/* The verdict has each of them. */
	assert_non_null(strstr(error.text, "form: 1 trailing bytes"));
	assert_non_null(strstr(error.text, "platform claims: lifecycle (2395) is missing"));
	assert_non_null(strstr(error.text, "realm claims: challenge (10) is missing"));
}

static void every_wrong_claim_is_listed(void **state)
{
	struct example *e = *state;
	struct parts parts;

	take_apart(e, &parts);
	replace(parts.realm, &parts.realm_size, "19accb5840", "19aaaa5840");
	replace(parts.realm, &parts.realm_size, "19acd3667368617265", "19acd3667368617266");
	put_together(e, &parts);
	expect_bad(e->token, e->size, RMMSIM_TOKEN_REALM_CLAIMS,
		   "personalization value (44235) is missing; MEC policy");
}

static void every_truncation_is_refused(void **state)
{
	struct example *e = *state;

	for (size_t size = 0; size < e->size; size++)
		expect_bad(e->token, size, RMMSIM_TOKEN_FORM, "");
}

static void trailing_bytes_are_refused(void **state)
{
	struct example *e = *state;
	struct parts parts;

	e->token[e->size] = 0;
	expect_bad(e->token, e->size + 1, RMMSIM_TOKEN_FORM, "1 trailing bytes");
	example_token(e);
	take_apart(e, &parts);
	parts.realm[parts.realm_size++] = 0;
	put_together(e, &parts);
	expect_bad(e->token, e->size, RMMSIM_TOKEN_REALM_CLAIMS, "bytes follow the claims");
	example_token(e);
	take_apart(e, &parts);
	parts.platform[parts.platform_size++] = 0;
	put_together(e, &parts);
	expect_bad(e->token, e->size, RMMSIM_TOKEN_PLATFORM_CLAIMS, "bytes follow the claims");
}

/* A prime, so that all kinds of places are met. */
static void no_changed_byte_goes_unnoticed(void **state)
{
	struct example *e = *state;
	struct rmmsim_token_report report;

	for (size_t at = 0; at < e->size; at += 5) {
		e->token[at] ^= 0x01;
		assert_int_equal(verify(e->token, e->size, &report, NULL), RMMSIM_ERR_TOKEN);
		e->token[at] ^= 0x01;
	}
	expect_good(e->token, e->size);
}

/* --- claims that are wrong although everything is signed ---------------------------------------------- */

static void wrong_claims_of_a_realm_are_named(void **state)
{
	struct example *e = *state;

	expect_bad_realm(e, "a90a5840", "a80a5840", "measurements (44239) is missing");
	expect_bad_realm(e, "a90a5840", "890a5840", "no map");
	expect_bad_realm(e, "a90a5840", "a9f55840", "neither integer nor text");
	expect_bad_realm(e, "a90a5840", "a90b5840", "challenge (10) is missing");
	expect_bad_realm(e, "a90a5840", "aa0a400a5840",
			 "challenge (10) has a wrong type or length");
	expect_bad_realm(e, "19accb5840", "19aaaa5840", "personalization value (44235) is missing");
	expect_bad_realm(e, "19accd586b", "19aaaa586b", "public key (44237) is missing");
	expect_bad_realm(e, "19accc67", "19aaaa67", "hash algorithm (44236) is missing");
	expect_bad_realm(e, "19acd067", "19aaaa67", "public key hash algorithm (44240) is missing");
	expect_bad_realm(e, "19acce5820", "19aaaa5820", "initial measurement (44238) is missing");
	expect_bad_realm(e, "19accf84", "19aaaa84", "extensible measurements (44239) is missing");
	expect_bad_realm(e, "19acd3667368617265", "19acd3667368617266", "MEC policy");
	expect_bad_realm(e, "19accc677368612d32", "19accc677368612d33", "neither sha-256 nor");
	expect_bad_realm(e, "19accc677368612d323536", "19accc677368612d353132", "has not 64 bytes");
	expect_bad_realm(e, "19acd0677368612d32", "19acd0677368612d33", "is unknown");
	expect_bad_realm(e, "19acd366736861726564", "19acd301", "is a number, as in RMM 2.0");
	expect_bad_realm(e, "19acd366736861726564", "19acd3f5", "MEC policy (44243) has a wrong");
	expect_bad_realm(e, "781c7461673a", "781c7461673b", "profile (265) is not tag:arm.com");
	expect_bad_realm(e, "19accf845820000000", "19accf845f20000000", "not well-formed");
	expect_bad_realm(e, "19acd366736861726564", "0a4101", "challenge (10) is there twice");
	expect_bad_realm(e, "a90a5840", "b91000", "");
}

static void wrong_claims_of_a_platform_are_named(void **state)
{
	struct example *e = *state;

	expect_bad_platform(e, "a81901097823", "a819aaaa7823", "profile (265) is missing");
	expect_bad_platform(e, "a81901097823746167", "a81901097823746168", "profile (265) is not");
	expect_bad_platform(e, "0a5820", "0b5820", "challenge (10) is missing");
	expect_bad_platform(e, "19095c5820", "19aaaa5820", "implementation ID (2396) is missing");
	expect_bad_platform(e, "190100582101", "19aaaa582101", "instance ID (256) is missing");
	expect_bad_platform(e, "190100582101", "190100582102", "does not begin with 01");
	expect_bad_platform(e, "190961", "19aaaa", "config (2401) is missing");
	expect_bad_platform(e, "19095b193003", "19aaaa193003", "lifecycle (2395) is missing");
	expect_bad_platform(e, "19095b193003", "19095b1a00013003", "lifecycle (2395) has a wrong");
	expect_bad_platform(e, "190962", "19aaaa", "hash algorithm (2402) is missing");
	expect_bad_platform(e, "19095f81", "19aaaa81", "software components (2399) is missing");
	expect_bad_platform(e, "025820", "035820", "a software component: measurement (2) is");
	expect_bad_platform(e, "055820", "035820", "a software component: signer ID (5) is");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(every_kind_of_token_is_accepted),
		TEST(claims_that_nobody_knows_are_accepted),
		TEST(without_a_key_the_test_key_is_trusted),
		TEST(a_trusted_key_that_is_none_is_an_error),
		TEST(a_changed_claim_breaks_the_signature),
		TEST(a_changed_signature_is_noticed),
		TEST(another_key_is_not_bound_to_the_platform),
		TEST(a_key_that_is_no_point_is_refused),
		TEST(a_changed_form_is_refused),
		TEST(a_changed_algorithm_is_named),
		TEST(every_other_check_is_made),
		TEST(every_wrong_claim_is_listed),
		TEST(every_truncation_is_refused),
		TEST(trailing_bytes_are_refused),
		TEST(no_changed_byte_goes_unnoticed),
		TEST(wrong_claims_of_a_realm_are_named),
		TEST(wrong_claims_of_a_platform_are_named),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
