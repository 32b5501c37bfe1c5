/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Realms that fetch tokens through the monitor. What they fetched, and the calls that built them, are left
 * in files for check_token.py and check_rim.py, which know nothing of the library.
 */
#include "tests/support/stage.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <rmmsim/attest.h>

#define DIRECTORY RMMSIM_BINARY_DIR "/attest"

static FILE *create(const char *name, const char *end)
{
	char path[1024];
	FILE *file;

	assert_true(mkdir(DIRECTORY, 0777) == 0 || errno == EEXIST);
	snprintf(path, sizeof(path), DIRECTORY "/%s.%s", name, end);
	file = fopen(path, "wb");
	assert_non_null(file);
	return file;
}

/* --- tokens --------------------------------------------------------------------------------------- */

static void save_token(struct stage *s, const char *name)
{
	uint8_t token[4096];
	char pem[1024];
	const size_t size = rmmsim_token_last(s->host.sim, token, sizeof(token));
	FILE *file = create(name, "cbor");

	assert_int_equal(fwrite(token, 1, size, file), size);
	fclose(file);
	assert_true(rmmsim_platform_key(s->host.sim, pem, sizeof(pem)) < sizeof(pem));
	file = create(name, "pem");
	fputs(pem, file);
	fclose(file);
}

static void fetch(struct stage *s)
{
	uint64_t result = RSI_INCOMPLETE;

	assert_int_equal(realm_call(s, SMC_RSI_MEASUREMENT_EXTEND, 1, 32, 1, 2, 3, 4), 0);
	assert_int_equal(realm_call(s, SMC_RSI_ATTESTATION_TOKEN_INIT, 1, 2, 3, 4, 5, 6, 7, 8), 0);
	for (int i = 0; i < 16 && result == RSI_INCOMPLETE; i++)
		result = realm_call(s, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, STAGE_RAM, 0x100, 0x200);
	assert_int_equal(result, RSI_SUCCESS);
}

static void fetch_and_save(const char *name, const struct host_realm_options *options,
			   const char *quirk, uint64_t seed)
{
	struct rmmsim_token_report report;
	struct rmmsim_config config;
	uint8_t token[4096], page[0x200];
	struct stage *s;
	void *state;
	size_t size;

	stage_setup(&state, options);
	s = state;
	config = quirk ? host_quirks(quirk, NULL) : s->host.config;
	config.seed = seed;
	stage_reopen(s, &config);
	fetch(s);
	save_token(s, name);
	size = rmmsim_token_last(s->host.sim, token, sizeof(token));
	stage_peek(s, STAGE_RAM + 0x100, page, sizeof(page));
	assert_memory_equal(page, token + size / 0x200 * 0x200, size % 0x200);
	assert_int_equal(rmmsim_token_verify(token, size, NULL, &report, NULL),
			 seed ? RMMSIM_ERR_TOKEN : RMMSIM_OK);
	assert_int_equal(report.check[RMMSIM_TOKEN_REALM_SIGNATURE].result, RMMSIM_TOKEN_PASSED);
	assert_int_equal(report.check[RMMSIM_TOKEN_BINDING].result, RMMSIM_TOKEN_PASSED);
	stage_teardown(&state);
}

static void tokens_of_all_kinds_are_fetched(void **state)
{
	const struct host_realm_options sha_512 = {.hash_algo = RMI_HASH_SHA_512};
	const struct host_realm_options private = {.mecid = 5};

	(void)state;
	fetch_and_save("907-sha-256", NULL, NULL, 0);
	fetch_and_save("907-sha-512", &sha_512, NULL, 1);
	fetch_and_save("399-sha-256", NULL, "token-399", 2);
	fetch_and_save("907-private", &private, NULL, 3);
}

/* --- measurements ------------------------------------------------------------------------------------ */

static void build(struct host *h, enum rmi_hash_algorithm algo, FILE *file)
{
	const struct host_realm_options options = {.hash_algo = algo, .s2sz = 40};
	const uint64_t base = UINT64_C(0x80000000), block = base + 0x400000;
	uint8_t page[4096];
	struct host_realm r;
	uint64_t at;

	host_realm(h, &r, &options);
	fprintf(file,
		"realm flags0=%llu s2sz=%llu sve_vl=%llu num_bps=%llu num_wps=%llu "
		"pmu_num_ctrs=%llu hash_algo=%llu\n",
		(unsigned long long)r.params.flags0, (unsigned long long)r.params.s2sz,
		(unsigned long long)r.params.sve_vl, (unsigned long long)r.params.num_bps,
		(unsigned long long)r.params.num_wps, (unsigned long long)r.params.pmu_num_ctrs,
		(unsigned long long)r.params.hash_algo);
	/* Pages through a level 3 table, a block through the level 2 entry. */
	host_tables(h, &r, 0, base, 3);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, base, base + 0x8000);
	fprintf(file, "ripas base=%llu top=%llu entry=4096\n", (unsigned long long)base,
		(unsigned long long)base + 0x8000);
	OK(h, RMI_RTT_INIT_RIPAS, r.rd, block, block + 0x400000);
	fprintf(file, "ripas base=%llu top=%llu entry=2097152\n", (unsigned long long)block,
		(unsigned long long)block + 0x400000);
	for (unsigned int i = 0; i < 3; i++) {
		at = base + i * 0x2000;
		memset(page, 0x5a + (int)i, sizeof(page));
		OK(h, RMI_DATA_CREATE, r.rd, host_delegated(h), at,
		   host_page_with(h, page, sizeof(page)), i != 1);
		fprintf(file, "data ipa=%llu flags=%d fill=%u\n", (unsigned long long)at, i != 1,
			0x5a + i);
	}
	host_unknown(h, &r, base + 0x1000);
	host_rec(h, &r, true);
	host_rec(h, &r, false);
	fputs("rec flags=1 pc=4096\n", file);
	host_activate(h, &r);
	guest_call(h, r.rec[0], SMC_RSI_MEASUREMENT_READ, 0);
	fprintf(file, "rim ");
	for (int i = 0; i < 64; i++)
		fprintf(file, "%02x", (uint8_t)(h->guest.result[1 + i / 8] >> 8 * (i % 8)));
	fputc('\n', file);
	host_realm_end(h, &r);
}

static void the_calls_of_realms_are_described(void **state)
{
	struct host *h;
	FILE *file;

	(void)state;
	for (int algo = RMI_HASH_SHA_256; algo <= RMI_HASH_SHA_512; algo++) {
		host_setup((void **)&h);
		file = create(algo == RMI_HASH_SHA_512 ? "rim-sha-512" : "rim-sha-256", "txt");
		build(h, (enum rmi_hash_algorithm)algo, file);
		fclose(file);
		host_teardown((void **)&h);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tokens_of_all_kinds_are_fetched),
		cmocka_unit_test(the_calls_of_realms_are_described),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
