/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Any bytes as a saved state: refused with a reason, or an instance that can be examined, used, and saved
 * to what loads to the same state. docs/adr/0004-saved-state.md
 */
#include "fuzz/fuzz.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mbedtls/sha256.h>
#include <mbedtls/version.h>

#include <rmmsim/snapshot.h>

#define SIZE_OFFSET 16
#define HEADER_SIZE 24
#define SUM_SIZE    32

static void need(bool holds, const char *what)
{
	if (!holds)
		fuzz_report(what, NULL);
}

/* Every call of the Host that names memory of the state must come back. */
static void use(struct rmmsim *sim)
{
	static const uint32_t fids[] = {SMC_RMI_REC_AUX_COUNT, SMC_RMI_RTT_READ_ENTRY,
					SMC_RMI_GRANULE_UNDELEGATE, SMC_RMI_REC_ENTER};
	struct rmmsim_range range;
	void *view;

	if (!rmmsim_engine_memory(sim, 0, &range, &view))
		return;
	for (unsigned int n = 0; n < 64 && range.base + n * SEQUENCE_PAGE < range.top; n++) {
		struct rmmsim_regs regs = {{fids[n % 4], range.base + n * SEQUENCE_PAGE,
					    range.base + (n + 1) * SEQUENCE_PAGE, 3}};

		rmmsim_smc(sim, 0, &regs);
	}
}

static void save_and_load(struct rmmsim *sim)
{
	struct rmmsim *again = NULL;
	void *data;
	size_t size;

	need(rmmsim_save_data(sim, &data, &size) == RMMSIM_OK, "a loaded state cannot be saved");
	need(rmmsim_load_data(data, size, NULL, &again, NULL) == RMMSIM_OK,
	     "a saved state cannot be loaded");
	need(rmmsim_fingerprint(sim) == rmmsim_fingerprint(again),
	     "a saved state loads to another state");
	rmmsim_destroy(again);
	free(data);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct rmmsim_error error = {.status = RMMSIM_OK};
	struct rmmsim *sim = NULL;

	if (rmmsim_load_data(data, size, NULL, &sim, &error) != RMMSIM_OK) {
		need(!sim, "a failed load leaves an instance");
		need(error.text[0] != '\0', "a failed load gives no reason");
		return 0;
	}
	save_and_load(sim);
	/* A checksum is no signature: the state may violate invariants, and this finds it out. */
	if (rmmsim_check(sim, NULL, 0) == 0)
		use(sim);
	rmmsim_destroy(sim);
	return 0;
}

static void sha256(const uint8_t *data, size_t size, uint8_t digest[32])
{
#if MBEDTLS_VERSION_MAJOR >= 3
	mbedtls_sha256(data, size, digest, 0);
#else
	mbedtls_sha256_ret(data, size, digest, 0);
#endif
}

/* The size and the checksum of the header become those of what is there. */
static void repair(uint8_t *data, size_t size)
{
	for (unsigned int i = 0; i < 8; i++)
		data[SIZE_OFFSET + i] = (uint8_t)((uint64_t)size >> 8 * i);
	sha256(data, size - SUM_SIZE, data + size - SUM_SIZE);
}

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max_size, unsigned int seed)
{
	if (size < HEADER_SIZE + SUM_SIZE || seed % 16 == 0)
		return LLVMFuzzerMutate(data, size, max_size);
	size = HEADER_SIZE + SUM_SIZE +
	       LLVMFuzzerMutate(data + HEADER_SIZE, size - HEADER_SIZE - SUM_SIZE,
				max_size - HEADER_SIZE - SUM_SIZE);
	repair(data, size);
	return size;
}
