/* SPDX-License-Identifier: BSD-3-Clause */
/* Measurements and attestation tokens of a Realm: rsi.md#4, measurement.md#4, attestation.md#6 */
#include "tests/support/stage.h"

#include <string.h>

#include "attest/measurement.h"

#define INPUT      RSI_ERROR_INPUT
#define TOKEN_SIZE 0x856

static int set_up(void **state)
{
	return stage_setup(state, NULL);
}

static uint64_t result(const struct stage *s, unsigned int n)
{
	return steps_last(&s->steps, 0)->context.x[n];
}

/* --- measurements ------------------------------------------------------------------------------ */

static void read_measurement(struct stage *s, unsigned int index, uint8_t value[64])
{
	assert_int_equal(realm_call(s, SMC_RSI_MEASUREMENT_READ, index), 0);
	memcpy(value, &steps_last(&s->steps, 0)->context.x[1], 64);
}

static void a_measurement_is_extended(void **state)
{
	static const uint8_t value[64] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
	struct stage *s = *state;
	uint8_t rim[64], rem[64], expected[64] = {0};

	read_measurement(s, 0, rim);
	measurement_extend_rem(RMI_HASH_SHA_256, expected, value, 9);
	assert_int_equal(realm_call(s, SMC_RSI_MEASUREMENT_EXTEND, 4, 9,
				    UINT64_C(0x0807060504030201), UINT64_C(0xff09), 3, 4, 5, 6, 7,
				    8),
			 0);
	read_measurement(s, 4, rem);
	assert_memory_equal(rem, expected, sizeof(rem));
	read_measurement(s, 0, expected);
	assert_memory_equal(rim, expected, sizeof(rim));
	/* Size 0 extends too. */
	assert_int_equal(realm_call(s, SMC_RSI_MEASUREMENT_EXTEND, 4, 0), 0);
	read_measurement(s, 4, expected);
	assert_memory_not_equal(rem, expected, sizeof(rem));
}

static void a_bad_measurement_is_refused(void **state)
{
	struct stage *s = *state;

	REALM_ALONE(s, "index_bound", INPUT, SMC_RSI_MEASUREMENT_READ, 5);
	REALM_ALONE(s, "index_bound", INPUT, SMC_RSI_MEASUREMENT_READ, UINT64_MAX);
	REALM_ALONE(s, "index_bound", INPUT, SMC_RSI_MEASUREMENT_EXTEND, 0, 64);
	REALM_ALONE(s, "index_bound", INPUT, SMC_RSI_MEASUREMENT_EXTEND, 5, 64);
	REALM_ALONE(s, "size_bound", INPUT, SMC_RSI_MEASUREMENT_EXTEND, 1, 65);
	REALM_WINS(s, "index_bound", "size_bound", INPUT, SMC_RSI_MEASUREMENT_EXTEND, 0,
		   UINT64_MAX);
}

/* --- tokens -------------------------------------------------------------------------------------- */

struct provider {
	size_t size;
	uint8_t challenge[64], rim[64], rem[64];
	bool mec_private, mec_policy;
	unsigned int calls;
};

static size_t provide(void *context, const struct rmmsim_token_request *request, uint8_t *token,
		      size_t size)
{
	struct provider *provider = context;

	memcpy(provider->challenge, request->challenge, sizeof(provider->challenge));
	memcpy(provider->rim, request->measurements[0], sizeof(provider->rim));
	memcpy(provider->rem, request->measurements[1], sizeof(provider->rem));
	provider->mec_private = request->mec_private;
	provider->mec_policy = request->mec_policy;
	provider->calls++;
	for (size_t i = 0; i < size && i < provider->size; i++)
		token[i] = (uint8_t)(i * 7);
	return provider->size;
}

static void with_provider(struct stage *s, struct provider *provider)
{
	struct rmmsim_config config = s->host.config;

	config.token = provide;
	config.token_context = provider;
	stage_reopen(s, &config);
}

static uint64_t init_token(struct stage *s)
{
	return realm_call(s, SMC_RSI_ATTESTATION_TOKEN_INIT, UINT64_C(0x0706050403020100), 2, 3, 4,
			  5, 6, 7, 8);
}

#define CONTINUE(s, ...) realm_call((s), SMC_RSI_ATTESTATION_TOKEN_CONTINUE, __VA_ARGS__)

static void a_provider_may_fail(void **state)
{
	struct stage *s = *state;
	struct provider provider = {0};

	with_provider(s, &provider);
	assert_int_equal(init_token(s), 0);
	REALM_ALONE(s, "token", RSI_ERROR_UNKNOWN, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM, 0,
		    0x400);
	assert_int_equal(result(s, 1), 0);
	/* Then the operation is over. */
	REALM_ALONE(s, "attest_state", RSI_ERROR_STATE, SMC_RSI_ATTESTATION_TOKEN_CONTINUE,
		    STAGE_RAM, 0, 0x400);
	provider.size = 4097;
	assert_int_equal(init_token(s), 0);
	REALM_WINS(s, "token", "addr_ripas", RSI_ERROR_UNKNOWN, SMC_RSI_ATTESTATION_TOKEN_CONTINUE,
		   STAGE_EMPTY, 0, 0x400);
	provider.size = 1;
	assert_int_equal(init_token(s), 0);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
}

static void a_token_comes_in_parts(void **state)
{
	struct stage *s = *state;
	struct provider provider = {.size = TOKEN_SIZE};
	uint8_t rim[64], part[4];

	with_provider(s, &provider);
	read_measurement(s, 0, rim);
	assert_int_equal(init_token(s), 0);
	assert_int_equal(result(s, 1), 4096);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0), RSI_INCOMPLETE);
	assert_int_equal(result(s, 1), 0);
	assert_int_equal(provider.challenge[1], 1);
	assert_memory_equal(provider.rim, rim, sizeof(rim));
	assert_false(provider.mec_private);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0x100, 0x400), RSI_INCOMPLETE);
	assert_int_equal(result(s, 1), 0x400);
	stage_peek(s, STAGE_RAM + 0x100, part, sizeof(part));
	assert_memory_equal(part, ((uint8_t[]){0, 7, 14, 21}), 4);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x400), RSI_INCOMPLETE);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
	assert_int_equal(result(s, 1), 0x56);
	stage_peek(s, STAGE_RAM, part, sizeof(part));
	assert_int_equal(part[1], (uint8_t)(0x801 * 7));
	REALM_ALONE(s, "attest_state", RSI_ERROR_STATE, SMC_RSI_ATTESTATION_TOKEN_CONTINUE,
		    STAGE_RAM, 0, 0x400);
}

static void a_bad_token_buffer_is_refused(void **state)
{
	struct stage *s = *state;
	struct provider provider = {.size = TOKEN_SIZE};

	REALM_ALONE(s, "attest_state", RSI_ERROR_STATE, SMC_RSI_ATTESTATION_TOKEN_CONTINUE,
		    STAGE_RAM, 0, 0x400);
	REALM_WINS(s, "addr_bound", "attest_state", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE,
		   s->ns, 0, 0x400);
	with_provider(s, &provider);
	assert_int_equal(init_token(s), 0);
	REALM_ALONE(s, "addr_align", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM + 8, 0,
		    0x400);
	REALM_ALONE(s, "size_bound", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM, 0xc01,
		    0x400);
	REALM_ALONE(s, "size_bound", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM, 1,
		    UINT64_MAX);
	REALM_ALONE(s, "addr_bound", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, s->ns, 0, 0x400);
	REALM_ALONE(s, "addr_ripas", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_EMPTY, 0,
		    0x400);
	/* An offset beyond the granule always makes the end lie beyond it too. */
	REALM_WINS(s, "offset_bound", "size_bound", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE,
		   STAGE_RAM, 0x1001, 0);
	REALM_ALONE(s, "offset_bound", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM, 0x1000,
		    0);
	REALM_WINS(s, "addr_align", "offset_bound", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE,
		   STAGE_RAM + 8, 0x1000, 0);
	/* None of this harmed the token. */
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
	assert_int_equal(result(s, 1), TOKEN_SIZE);
}

static void a_missing_token_buffer_waits_for_the_host(void **state)
{
	struct stage *s = *state;
	struct provider provider = {.size = TOKEN_SIZE};

	with_provider(s, &provider);
	assert_int_equal(init_token(s), 0);
	steps_smc(&s->steps, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_HOLE, 0, 0x10);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->host.exit.hpfar, STEPS_HPFAR(STAGE_HOLE));
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
	assert_int_equal(result(s, 1), TOKEN_SIZE);
}

static void init_abandons_the_token_in_progress(void **state)
{
	struct stage *s = *state;
	struct provider provider = {.size = TOKEN_SIZE};

	with_provider(s, &provider);
	assert_int_equal(init_token(s), 0);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x400), RSI_INCOMPLETE);
	assert_int_equal(init_token(s), 0);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
	assert_int_equal(result(s, 1), TOKEN_SIZE);
}

static void signing_takes_as_many_steps_as_configured(void **state)
{
	struct stage *s = *state;
	struct provider provider = {.size = TOKEN_SIZE};
	struct rmmsim_config config = s->host.config;

	config.token_steps = 3;
	config.token = provide;
	config.token_context = &provider;
	stage_reopen(s, &config);
	assert_int_equal(init_token(s), 0);
	for (int step = 1; step < 3; step++) {
		/* The interrupt ends the stay at once; the result is seen at the next entry. */
		steps_smc(&s->steps, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM, 0, 0x1000);
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(s->host.exit.exit_reason, RMI_EXIT_IRQ);
		assert_int_equal(s->steps.seen_count, 1);
		steps_enter(&s->steps, s->rec[0]);
		assert_int_equal(result(s, 0), RSI_INCOMPLETE);
		assert_int_equal(result(s, 1), 0);
		assert_int_equal(provider.calls, 0);
	}
	/* What is wrong with the call is found before any work is done ... */
	REALM_ALONE(s, "addr_align", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM + 8, 0,
		    0x400);
	assert_int_equal(provider.calls, 0);
	/* ... but for the state of the buffer. */
	REALM_ALONE(s, "addr_ripas", INPUT, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_EMPTY, 0,
		    0x400);
	assert_int_equal(provider.calls, 1);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
	assert_int_equal(provider.calls, 1);
}

static void init_starts_signing_anew(void **state)
{
	struct stage *s = *state;
	struct rmmsim_config config = s->host.config;

	config.token_steps = 2;
	stage_reopen(s, &config);
	assert_int_equal(init_token(s), 0);
	steps_smc(&s->steps, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM, 0, 0x1000);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(init_token(s), 0);
	steps_smc(&s->steps, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM, 0, 0x1000);
	steps_enter(&s->steps, s->rec[0]);
	assert_int_equal(s->steps.seen_count, 1);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
}

static void a_token_has_the_measurements_of_its_init(void **state)
{
	struct stage *s = *state;
	struct provider provider = {.size = TOKEN_SIZE};
	const uint8_t zero[64] = {0};

	with_provider(s, &provider);
	assert_int_equal(init_token(s), 0);
	assert_int_equal(realm_call(s, SMC_RSI_MEASUREMENT_EXTEND, 1, 8, 1), 0);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
	assert_memory_equal(provider.rem, zero, sizeof(zero));
	assert_int_equal(init_token(s), 0);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
	assert_memory_not_equal(provider.rem, zero, sizeof(zero));
}

/* Whether a token of a monitor with these quirks and this version has claim 44243. */
static bool token_has_mec_policy(struct stage *s, struct rmmsim_config config, uint32_t version)
{
	struct provider provider = {.size = TOKEN_SIZE};

	config.revision = version == RMM_VERSION_1_0 ? "1.0" : "1.1";
	config.token = provide;
	config.token_context = &provider;
	stage_reopen(s, &config);
	assert_int_equal(init_token(s), 0);
	assert_int_equal(CONTINUE(s, STAGE_RAM, 0, 0x1000), RSI_SUCCESS);
	assert_false(provider.mec_private);
	return provider.mec_policy;
}

static void token_mec_policy(void **state)
{
	const struct rmmsim_config quirks = host_quirks("token-mec-policy", NULL);
	struct stage *s = *state;
	struct rmmsim_config plain;

	rmmsim_config_init(&plain);
	assert_true(token_has_mec_policy(s, plain, RMM_VERSION_1_1));
	assert_false(token_has_mec_policy(s, plain, RMM_VERSION_1_0));
	assert_true(token_has_mec_policy(s, quirks, RMM_VERSION_1_0));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, stage_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_measurement_is_extended),
		TEST(a_bad_measurement_is_refused),
		TEST(a_provider_may_fail),
		TEST(a_token_comes_in_parts),
		TEST(a_bad_token_buffer_is_refused),
		TEST(a_missing_token_buffer_waits_for_the_host),
		TEST(init_abandons_the_token_in_progress),
		TEST(signing_takes_as_many_steps_as_configured),
		TEST(init_starts_signing_anew),
		TEST(a_token_has_the_measurements_of_its_init),
		TEST(token_mec_policy),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
