/* SPDX-License-Identifier: BSD-3-Clause */
/* Single commands: calls per second (a pair of commands counts as one unit of work). */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <mbedtls/sha256.h>
#include <mbedtls/version.h>
#if RMMSIM_HAVE_GCRYPT
#include <gcrypt.h>
#endif

#include "bench/support.h"

#define IPA   UINT64_C(0x40000000)
#define PAGES 512

static void work_version(struct rmmsim *sim, uint64_t calls)
{
	while (calls--)
		bench_smc(sim, SMC_RMI_VERSION, 0x10001, 0, 0, 0, 0);
}

static void work_delegate(struct rmmsim *sim, uint64_t calls)
{
	for (uint64_t i = 0; i < calls; i++) {
		uint64_t pa = BENCH_FREE + i % PAGES * 4096;

		bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, pa, 0, 0, 0, 0);
		bench_smc(sim, SMC_RMI_GRANULE_UNDELEGATE, pa, 0, 0, 0, 0);
	}
}

/* Measured creation cannot be undone without DESTROY: the pair is measured, SHA-256 dominates. */
static void work_data_create(struct rmmsim *sim, uint64_t calls)
{
	for (uint64_t i = 0; i < calls; i++) {
		uint64_t ipa = IPA + i % PAGES * 4096;

		bench_smc(sim, SMC_RMI_DATA_CREATE, BENCH_RD, BENCH_FREE, ipa, BENCH_SOURCE, 1);
		bench_smc(sim, SMC_RMI_DATA_DESTROY, BENCH_RD, ipa, 0, 0, 0);
	}
}

/* With the fastest library that the build has. */
static void hash(const uint8_t *data, size_t size)
{
	uint8_t digest[32];

#if RMMSIM_HAVE_GCRYPT
	gcry_md_hash_buffer(GCRY_MD_SHA256, digest, data, size);
#elif MBEDTLS_VERSION_MAJOR >= 3
	mbedtls_sha256(data, size, digest, 0);
#else
	mbedtls_sha256_ret(data, size, digest, 0);
#endif
}

static void work_hash(struct rmmsim *sim, uint64_t calls)
{
	const uint8_t *page = rmmsim_host_ptr(sim, BENCH_SOURCE, 4096);

	/* What the measurement of one page hashes: the page and the 256-byte descriptor. */
	while (calls--) {
		hash(page, 4096);
		hash(page, 256);
	}
}

static void work_data_unknown(struct rmmsim *sim, uint64_t calls)
{
	for (uint64_t i = 0; i < calls; i++) {
		uint64_t ipa = IPA + i % PAGES * 4096;

		bench_smc(sim, SMC_RMI_DATA_CREATE_UNKNOWN, BENCH_RD, BENCH_FREE, ipa, 0, 0);
		bench_smc(sim, SMC_RMI_DATA_DESTROY, BENCH_RD, ipa, 0, 0, 0);
	}
}

static void work_rtt(struct rmmsim *sim, uint64_t calls)
{
	while (calls--) {
		bench_smc(sim, SMC_RMI_RTT_CREATE, BENCH_RD, BENCH_FREE, IPA + 0x200000, 3, 0);
		bench_smc(sim, SMC_RMI_RTT_DESTROY, BENCH_RD, IPA + 0x200000, 3, 0, 0);
	}
}

static void work_read_entry(struct rmmsim *sim, uint64_t calls)
{
	for (uint64_t i = 0; i < calls; i++)
		bench_smc(sim, SMC_RMI_RTT_READ_ENTRY, BENCH_RD, IPA + i % PAGES * 4096, 3, 0, 0);
}

static void work_enter(struct rmmsim *sim, uint64_t calls)
{
	while (calls--)
		bench_smc(sim, SMC_RMI_REC_ENTER, BENCH_REC, BENCH_RUN, 0, 0, 0);
}

/* Of a granule that was never delegated. */
static void work_refused(struct rmmsim *sim, uint64_t calls)
{
	while (calls--) {
		struct rmmsim_regs regs = bench_no_regs;

		regs.x[0] = SMC_RMI_GRANULE_UNDELEGATE;
		regs.x[1] = BENCH_FREE + 0xf00000;
		rmmsim_smc(sim, 0, &regs);
		if (regs.x[0] == RMI_SUCCESS)
			exit(3);
	}
}

static void script_interrupted(struct rmmsim_realm *realm, void *argument)
{
	(void)argument;
	for (;;)
		rmmsim_realm_interrupt(realm, false);
}

static void all(enum rmmsim_protection protection, const char *suffix)
{
	struct rmmsim *sim = bench_sim(protection);
	struct rmmsim_scripts *scripts;
	uint64_t table;

	if (rmmsim_scripts_create(sim, &scripts) != RMMSIM_OK ||
	    rmmsim_script_bind(scripts, 0, 0, script_interrupted, NULL) != RMMSIM_OK)
		exit(3);
	bench_number(suffix, "protection", protection == RMMSIM_PROTECTION_TRAP);
	bench_calls("VERSION", sim, work_version, 1000000);
	bench_calls("refused UNDELEGATE", sim, work_refused, 500000);
	bench_calls("DELEGATE+UNDELEGATE", sim, work_delegate, 200000);

	memset(rmmsim_host_ptr(sim, BENCH_SOURCE, 4096), 0x5a, 4096);
	bench_realm_create(sim);
	table = bench_tables(sim, IPA, IPA + 0x200000, 3, BENCH_FREE + 0x100000);
	(void)table;
	bench_smc(sim, SMC_RMI_GRANULE_DELEGATE, BENCH_FREE, 0, 0, 0, 0);
	bench_calls("RTT_CREATE+DESTROY", sim, work_rtt, 100000);
	bench_calls("DATA_CREATE_UNKNOWN+DATA_DESTROY", sim, work_data_unknown, 200000);
	bench_calls("DATA_CREATE(measured)+DATA_DESTROY", sim, work_data_create, 5000);
	bench_calls("SHA-256(page, descriptor) alone", sim, work_hash, 5000);
	bench_calls("RTT_READ_ENTRY", sim, work_read_entry, 500000);

	bench_rec_create(sim);
	bench_smc(sim, SMC_RMI_REALM_ACTIVATE, BENCH_RD, 0, 0, 0, 0);
	bench_calls("REC_ENTER(trivial script)", sim, work_enter, 100000);
	rmmsim_destroy(sim);
	rmmsim_scripts_destroy(scripts);
}

int main(void)
{
	bench_begin("smc");
	all(RMMSIM_PROTECTION_OFF, "protection off");
	all(RMMSIM_PROTECTION_TRAP, "protection on");
	bench_end();
	return 0;
}
