/* SPDX-License-Identifier: BSD-3-Clause */
/* Tokens to order: a good one passes every check, one with a defect fails exactly the check that is named. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include <rmmsim/attest.h>

static struct rmmsim_token_recipe recipe(const char *profile, const char *defect)
{
	struct rmmsim_token_recipe r = {
		.size = sizeof(r), .profile = profile, .defect = defect, .seed = 3};

	return r;
}

static const char *profile_at(size_t index)
{
	const char *name, *text;

	return rmmsim_token_profile_at(index, &name, &text) == RMMSIM_OK ? name : NULL;
}

static void make(const struct rmmsim_token_recipe *r, struct rmmsim_made_token *made)
{
	struct rmmsim_error error;

	if (rmmsim_token_make(r, made, &error) != RMMSIM_OK)
		fail_msg("%s", error.text);
}

static void verify(const struct rmmsim_made_token *made, const struct rmmsim_token_recipe *r,
		   const char *caught_by)
{
	struct rmmsim_token_report report;
	struct rmmsim_error error;
	bool caught = false;

	rmmsim_token_verify(made->token, made->size, made->platform_key, &report, &error);
	for (int i = 0; i < RMMSIM_TOKEN_CHECKS; i++) {
		const bool named = caught_by && !strcmp(report.check[i].name, caught_by);

		if (report.check[i].result == RMMSIM_TOKEN_FAILED && !named &&
		    /* An unknown hash binds nothing. */
		    (!r->defect || strcmp(r->defect, "realm-key-hash")))
			fail_msg("%s, %s: %s", r->profile, r->defect, error.text);
		caught |= named && report.check[i].result == RMMSIM_TOKEN_FAILED;
	}
	if (caught_by && !caught && strcmp(caught_by, "reference values"))
		fail_msg("%s, %s: %s has not noticed it", r->profile, r->defect, caught_by);
}

static void good_tokens_of_every_profile_pass(void **state)
{
	static const char *const algorithms[] = {"ES256", "ES384", "ES512"};
	struct rmmsim_made_token made;

	(void)state;
	for (size_t p = 0; profile_at(p); p++) {
		for (unsigned int kind = 0; kind < 6; kind++) {
			struct rmmsim_token_recipe r = recipe(profile_at(p), NULL);

			r.algorithm = algorithms[kind / 2];
			r.sha_512 = kind % 2;
			make(&r, &made);
			verify(&made, &r, NULL);
		}
	}
}

/* Of the first profile that can have it; every profile: attest.made_tokens_by_python. */
static void every_defect_is_noticed_by_its_check(void **state)
{
	struct rmmsim_token_defect defect;
	struct rmmsim_made_token made;
	struct rmmsim_token_recipe r;
	size_t defects = 0, p;

	(void)state;
	for (; rmmsim_token_defect_at(defects, &defect) == RMMSIM_OK; defects++) {
		for (p = 0; profile_at(p); p++) {
			r = recipe(profile_at(p), defect.name);
			if (rmmsim_token_make(&r, &made, NULL) == RMMSIM_OK)
				break;
		}
		if (!profile_at(p))
			fail_msg("no profile can have defect %s", defect.name);
		verify(&made, &r, defect.caught_by);
	}
	assert_true(defects > 60);
}

static void the_same_recipe_gives_the_same_bytes(void **state)
{
	struct rmmsim_token_recipe r = recipe(NULL, NULL);
	struct rmmsim_made_token one, other;

	(void)state;
	make(&r, &one);
	make(&r, &other);
	assert_int_equal(one.size, other.size);
	assert_memory_equal(one.token, other.token, one.size);
	assert_string_equal(one.platform_private_key, other.platform_private_key);
	r.seed++;
	make(&r, &other);
	assert_string_not_equal(one.platform_key, other.platform_key);
	r.seed--;
	r.challenge[0] = 1;
	make(&r, &other);
	assert_memory_not_equal(one.token, other.token, one.size);
}

static void a_name_or_combination_that_there_is_not_is_an_error(void **state)
{
	struct rmmsim_token_recipe r = recipe("3.0", NULL);
	struct rmmsim_token_defect defect;
	struct rmmsim_made_token made;
	struct rmmsim_error error;
	const char *name, *text;

	(void)state;
	assert_int_equal(rmmsim_token_make(&r, &made, &error), RMMSIM_ERR_CONFIG);
	assert_non_null(strstr(error.text, "no profile \"3.0\""));
	r = recipe(NULL, "ugly");
	assert_int_equal(rmmsim_token_make(&r, &made, &error), RMMSIM_ERR_CONFIG);
	assert_non_null(strstr(error.text, "no defect \"ugly\""));
	r = recipe("1.0", "content-format");
	assert_int_equal(rmmsim_token_make(&r, &made, &error), RMMSIM_ERR_CONFIG);
	assert_non_null(strstr(error.text, "profile 1.0 does not have"));
	r = recipe(NULL, NULL);
	r.algorithm = "EdDSA";
	assert_int_equal(rmmsim_token_make(&r, &made, &error), RMMSIM_ERR_CONFIG);
	assert_non_null(strstr(error.text, "EdDSA"));
	r = recipe(NULL, NULL);
	r.size--;
	assert_int_equal(rmmsim_token_make(&r, &made, &error), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_token_make(NULL, &made, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_token_make(&r, NULL, NULL), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_token_defect_at(1000, &defect), RMMSIM_ERR_ARGUMENT);
	assert_int_equal(rmmsim_token_profile_at(1000, &name, &text), RMMSIM_ERR_ARGUMENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_tokens_of_every_profile_pass),
		cmocka_unit_test(every_defect_is_noticed_by_its_check),
		cmocka_unit_test(the_same_recipe_gives_the_same_bytes),
		cmocka_unit_test(a_name_or_combination_that_there_is_not_is_an_error),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
