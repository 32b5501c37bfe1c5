/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Attestation tokens: TOKEN_INIT and CONTINUE of a scripted Realm until it has the whole, against the
 * two P-384 signatures that a token consists of.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <psa/crypto.h>

#include "bench/support.h"

#define IPA    UINT64_C(0x1000)
#define TOKENS 40

struct work {
	double seconds[BENCH_RUNS];
	bool failed;
};

static void fetch(struct rmmsim_realm *realm, struct work *work)
{
	uint64_t x0;

	rmmsim_realm_call(realm, SMC_RSI_ATTESTATION_TOKEN_INIT, 1, 2, 3, 4, 5);
	do {
		x0 = rmmsim_realm_call(realm, SMC_RSI_ATTESTATION_TOKEN_CONTINUE, IPA, 0, 0x400, 0,
				       0);
	} while (x0 == RSI_INCOMPLETE);
	work->failed |= x0 != RSI_SUCCESS;
}

static void script(struct rmmsim_realm *realm, void *argument)
{
	struct work *work = argument;

	fetch(realm, work);
	for (unsigned int run = 0; run < BENCH_RUNS; run++) {
		const double start = bench_now();

		for (int i = 0; i < TOKENS; i++)
			fetch(realm, work);
		work->seconds[run] = (bench_now() - start) / TOKENS;
	}
	rmmsim_realm_wfi(realm);
}

static void tokens(struct work *work)
{
	struct rmmsim *sim = bench_sim(RMMSIM_PROTECTION_OFF);
	struct rmi_rec_enter enter = {.flags = RMI_REC_ENTER_FLAG_TRAP_WFI};
	struct rmmsim_scripts *scripts;

	bench_realm_create(sim);
	bench_tables(sim, IPA, IPA + 0x1000, 3, BENCH_FREE);
	bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_FREE + 0x100000, 0, 0, 0, 0);
	bench_smc(sim, SMC_RMI_RTT_INIT_RIPAS, BENCH_RD, IPA, IPA + 0x1000, 0, 0);
	bench_smc(sim, SMC_RMI_DATA_CREATE, BENCH_RD, BENCH_FREE + 0x100000, IPA, BENCH_SOURCE, 0);
	bench_rec_create(sim);
	bench_smc(sim, SMC_RMI_REALM_ACTIVATE, BENCH_RD, 0, 0, 0, 0);
	rmmsim_scripts_create(sim, &scripts);
	rmmsim_script_bind(scripts, 0, 0, script, work);
	rmmsim_host_write(sim, BENCH_RUN, &enter, sizeof(enter));
	bench_smc(sim, SMC_RMI_REC_ENTER, BENCH_REC, BENCH_RUN, 0, 0, 0);
	rmmsim_scripts_destroy(scripts);
	rmmsim_destroy(sim);
}

/* Two signatures with a key that PSA holds all the time. */
static void signatures(struct work *work)
{
	const psa_algorithm_t algorithm = PSA_ALG_DETERMINISTIC_ECDSA(PSA_ALG_SHA_384);
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;
	uint8_t scalar[48], hash[48], signature[96];
	psa_key_id_t key;
	size_t length;

	memset(scalar, 0x5a, sizeof(scalar));
	memset(hash, 0xa5, sizeof(hash));
	psa_set_key_type(&attributes, PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1));
	psa_set_key_usage_flags(&attributes, PSA_KEY_USAGE_SIGN_HASH);
	psa_set_key_algorithm(&attributes, algorithm);
	work->failed |= psa_crypto_init() != PSA_SUCCESS ||
			psa_import_key(&attributes, scalar, sizeof(scalar), &key) != PSA_SUCCESS;
	for (unsigned int run = 0; run < BENCH_RUNS && !work->failed; run++) {
		const double start = bench_now();

		for (int i = 0; i < 2 * TOKENS; i++)
			work->failed |= psa_sign_hash(key, algorithm, hash, sizeof(hash), signature,
						      sizeof(signature), &length) != PSA_SUCCESS;
		work->seconds[run] = (bench_now() - start) / TOKENS;
	}
	psa_destroy_key(key);
}

static int compare(const void *a, const void *b)
{
	const double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double median(const struct work *work)
{
	double seconds[BENCH_RUNS];

	memcpy(seconds, work->seconds, sizeof(seconds));
	qsort(seconds, BENCH_RUNS, sizeof(seconds[0]), compare);
	return seconds[BENCH_RUNS / 2];
}

int main(void)
{
	struct work token = {.failed = false}, pair = {.failed = false};

	bench_begin("token");
	tokens(&token);
	signatures(&pair);
	if (token.failed || pair.failed) {
		fprintf(stderr, "bench_token: no token, or no signature\n");
		return 1;
	}
	bench_number("tokens", "1/s", 1 / median(&token));
	bench_number("pairs of P-384 signatures", "1/s", 1 / median(&pair));
	bench_number("token / pair of signatures", "", median(&token) / median(&pair));
	bench_end();
	return 0;
}
