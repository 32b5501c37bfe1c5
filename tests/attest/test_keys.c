/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys: which are taken, and that a wrong one is a clear error at construction. */
#include "tests/attest/example.h"

#include <stdio.h>
#include <unistd.h>

static void expect_error(const struct rmmsim_attestation *attestation, const char *field,
			 const char *why)
{
	struct rmmsim *sim = (struct rmmsim *)1;
	struct rmmsim_config config;
	struct rmmsim_error error;

	rmmsim_config_init(&config);
	config.attestation = attestation;
	assert_int_not_equal(rmmsim_create(&config, &sim, &error), RMMSIM_OK);
	assert_null(sim);
	if (!strstr(error.text, field) || !strstr(error.text, why))
		fail_msg("\"%s\" does not say %s: %s", error.text, field, why);
}

static void expect_wrong_key(const char *key, const char *why)
{
	struct rmmsim_attestation attestation;

	rmmsim_attestation_init(&attestation);
	attestation.realm_key = key;
	expect_error(&attestation, "attestation.realm_key", why);
	attestation.realm_key = NULL;
	attestation.platform_key = key;
	expect_error(&attestation, "attestation.platform_key", why);
}

static void a_wrong_key_is_refused_at_construction(void **state)
{
	char text[9000];

	(void)state;
	expect_wrong_key("/no/such/file.pem", "/no/such/file.pem: No such file");
	expect_wrong_key("/dev/null", "empty");
	expect_wrong_key(RMMSIM_SOURCE_DIR "/.clang-format", "not an unencrypted private key");
	expect_wrong_key("-----BEGIN", "not an unencrypted private key");
	expect_wrong_key(KEY_2_PUBLIC, "a public key; a private one is needed");
	expect_wrong_key(KEY_P256, "not an EC key on P-384");
	memset(text, '-', sizeof(text));
	memcpy(text, "-----BEGIN", 10);
	text[sizeof(text) - 1] = '\0';
	expect_wrong_key(text, "too long");
}

static void wrong_claims_are_refused_at_construction(void **state)
{
	struct rmmsim_software_component many[60] = {
		[0 ... 59] = {.measurement_size = 32, .signer_size = 32}};
	struct rmmsim_attestation a;

	(void)state;
#define REFUSE(field, value, why)              \
	do {                                   \
		rmmsim_attestation_init(&a);   \
		a.field = (value);             \
		expect_error(&a, #field, why); \
	} while (0)
	REFUSE(size, 1, "rmmsim_attestation_init");
	REFUSE(profile, NULL, "NULL");
	REFUSE(hash_algo, NULL, "NULL");
	REFUSE(config, NULL, "NULL");
	REFUSE(components, NULL, "at least one");
	REFUSE(component_count, 0, "at least one");
#undef REFUSE
	rmmsim_attestation_init(&a);
	a.instance_id[0] = 2;
	expect_error(&a, "instance_id", "0x01");
	rmmsim_attestation_init(&a);
	a.components = many;
	a.component_count = 60;
	expect_error(&a, "platform token", "fewer");
	a.component_count = 30;
	many[29].signer_size = 31;
	expect_error(&a, "components[29]", "32, 48 or 64");
}

static size_t public_of(const struct rmmsim_attestation *attestation, uint64_t seed, char *pem,
			size_t size)
{
	struct rmmsim_config config;
	struct rmmsim *sim;
	size_t length;

	rmmsim_config_init(&config);
	config.attestation = attestation;
	config.seed = seed;
	assert_int_equal(rmmsim_create(&config, &sim, NULL), RMMSIM_OK);
	length = rmmsim_platform_key(sim, pem, size);
	rmmsim_destroy(sim);
	return length;
}

static void a_key_may_be_text_or_a_file(void **state)
{
	char name[] = "/tmp/rmmsim-key-XXXXXX", pem[512];
	struct rmmsim_attestation a;
	int fd = mkstemp(name);

	(void)state;
	assert_true(fd >= 0);
	assert_int_equal(write(fd, KEY_2, strlen(KEY_2)), (int)strlen(KEY_2));
	close(fd);
	rmmsim_attestation_init(&a);
	a.platform_key = name;
	assert_int_equal(public_of(&a, 0, pem, sizeof(pem)), strlen(KEY_2_PUBLIC));
	assert_string_equal(pem, KEY_2_PUBLIC);
	a.platform_key = KEY_2;
	public_of(&a, 0, pem, sizeof(pem));
	assert_string_equal(pem, KEY_2_PUBLIC);
	unlink(name);
}

static void test_keys_depend_on_the_seed_only(void **state)
{
	char first[512], again[512], other[512];

	(void)state;
	assert_true(public_of(NULL, 7, first, sizeof(first)) > 0);
	public_of(NULL, 7, again, sizeof(again));
	public_of(NULL, 8, other, sizeof(other));
	assert_string_equal(first, again);
	assert_string_not_equal(first, other);
}

static void a_buffer_for_the_public_key_may_be_small(void **state)
{
	char pem[8];

	(void)state;
	assert_true(public_of(NULL, 0, pem, sizeof(pem)) > sizeof(pem));
	assert_string_equal(pem, "-----BE");
	assert_true(public_of(NULL, 0, NULL, 0) > 0);
}

/* PSA's store has 32 places for the whole process. */
static void a_hundred_instances_sign(void **state)
{
	struct attest *attest[100];
	struct example e;

	(void)state;
	example_init(&e);
	for (unsigned int i = 0; i < 100; i++)
		assert_int_equal(attest_create(NULL, i, &attest[i], NULL), RMMSIM_OK);
	for (unsigned int i = 0; i < 100; i += 33)
		assert_true(attest_token(attest[i], &e.request, e.token, sizeof(e.token)) > 0);
	for (unsigned int i = 0; i < 100; i++)
		attest_destroy(attest[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_key_is_refused_at_construction),
		cmocka_unit_test(wrong_claims_are_refused_at_construction),
		cmocka_unit_test(a_key_may_be_text_or_a_file),
		cmocka_unit_test(test_keys_depend_on_the_seed_only),
		cmocka_unit_test(a_buffer_for_the_public_key_may_be_small),
		cmocka_unit_test(a_hundred_instances_sign),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
