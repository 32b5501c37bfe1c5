/* SPDX-License-Identifier: BSD-3-Clause */
/* Tokens, byte by byte as in attestation.md#8 */
#include "tests/attest/example.h"

static int set_up(void **state)
{
	struct example *e = malloc(sizeof(*e));

	example_init(e);
	example_open(e);
	*state = e;
	return 0;
}

static int tear_down(void **state)
{
	example_close(*state);
	free(*state);
	return 0;
}

static void expect_bytes(const uint8_t *bytes, const char *hex)
{
	uint8_t expected[256];

	assert_memory_equal(bytes, expected, example_bytes(hex, expected));
}

static void expect_whole(const struct example *e, size_t size, const char *start,
			 const char *sha256)
{
	uint8_t digest[KEY_MAX_DIGEST];

	assert_int_equal(e->size, size);
	expect_bytes(e->token, start);
	assert_int_equal(key_digest("sha-256", 7, e->token, e->size, digest), 32);
	expect_bytes(digest, sha256);
}

static void the_907_form_is_that_of_the_sheet(void **state)
{
	struct example *e = *state;

	example_token(e);
	expect_whole(e, 998, "d9038ba219acca82190107590176d28444a1013822a05901",
		     "6ce2221b48be8172871670554f1581dd3c5e0d69bb007ca08e578248629b3d84");
}

static void the_399_form_is_that_of_the_sheet(void **state)
{
	struct example *e = *state;

	e->request.collection_399 = true;
	example_token(e);
	expect_whole(e, 990, "d9018fa219acca590176d28444a1013822a05901",
		     "27cb13660e249e6765cc2a607ec1ef36a273977a820c573b58b19748821ea88f");
	/* The realm token fills the end, and its signature the end of that. */
	expect_bytes(e->token + 990 - 600, "d28444a1013822a05901eba90a584000");
	expect_bytes(e->token + 990 - 96,
		     "d073da6bdb0e514c6c9550aeb42888aef1a49908cb5afeddb0e541ea84ea80a9"
		     "5e463e6477ec86067796f32a565f9e634c5d08b4bcb8521a65f6039729b15002"
		     "041f966e7661446f9a371b89135fe05ed57b2d2807712cb010226d41373c737f");
}

static void claims_are_where_the_sheet_has_them(void **state)
{
	struct example *e = *state;
	const uint8_t *payload;

	example_token(e);
	/* The signature with its head behind the payload of 491 bytes. */
	payload = e->token + e->size - 98 - 491;
	expect_bytes(payload, "a90a5840");
	expect_bytes(payload + 68, "19accb5840abab");
	expect_bytes(payload + 137, "19accd586ba401022002215830aa87ca22");
	expect_bytes(payload + 249, "19accc677368612d323536");
	expect_bytes(payload + 260, "19acd0677368612d323536");
	expect_bytes(payload + 271, "19acd366736861726564");
	expect_bytes(payload + 281, "190109781c7461673a61726d2e636f6d");
	expect_bytes(payload + 314, "19acce5820c888d6a3");
	expect_bytes(payload + 351, "19accf84582000000000");
}

static void sha_512_and_private_lengthen_the_token(void **state)
{
	struct example *e = *state;

	e->request.collection_399 = true;
	e->request.hash_algo = RMI_HASH_SHA_512;
	example_token(e);
	assert_int_equal(e->size, 390 + 760);
	e->request.mec_private = true;
	example_token(e);
	assert_int_equal(e->size, 390 + 761);
}

static void a_1_0_token_has_no_mec_policy(void **state)
{
	struct example *e = *state;

	e->request.collection_399 = true;
	e->request.mec_policy = false;
	example_token(e);
	assert_int_equal(e->size, 390 + 600 - 10);
}

static void a_token_that_does_not_fit_is_no_token(void **state)
{
	struct example *e = *state;

	assert_int_equal(attest_token(e->attest, &e->request, e->token, 997), 0);
	assert_int_equal(attest_token(e->attest, &e->request, e->token, 998), 998);
}

static void the_default_platform_token_is_as_long_as_the_reference(void **state)
{
	struct example *e = *state;

	example_close(e);
	rmmsim_attestation_init(&e->config);
	example_open(e);
	e->request.collection_399 = true;
	example_token(e);
	assert_int_equal(e->size, 1518 + 600 + 16);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(the_907_form_is_that_of_the_sheet),
		TEST(the_399_form_is_that_of_the_sheet),
		TEST(claims_are_where_the_sheet_has_them),
		TEST(sha_512_and_private_lengthen_the_token),
		TEST(a_1_0_token_has_no_mec_policy),
		TEST(a_token_that_does_not_fit_is_no_token),
		TEST(the_default_platform_token_is_as_long_as_the_reference),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
