/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include <rmmsim/attest.h>

#include "attest/hash.h"
#include "attest/measurement.h"
#include "mem/granule.h"
#include "smc/mutant.h"

#define DESCRIPTOR_SIZE 0x100

/* measurement.md#3: common head of the three descriptors; the rest differs. */
struct descriptor {
	uint8_t type;
	uint8_t reserved0[7];
	uint64_t length;
	uint8_t rim[64];
	uint8_t body[DESCRIPTOR_SIZE - 0x50];
};

_Static_assert(sizeof(struct descriptor) == DESCRIPTOR_SIZE, "measurement.md#3");
_Static_assert(offsetof(struct descriptor, body) == 0x50, "measurement.md#3");

enum descriptor_type { DESCRIPTOR_DATA, DESCRIPTOR_REC, DESCRIPTOR_RIPAS };

static enum hash_kind hash_of(uint32_t algo)
{
	if (algo == RMI_HASH_SHA_384)
		return HASH_SHA_384;
	return algo == RMI_HASH_SHA_512 ? HASH_SHA_512 : HASH_SHA_256;
}

size_t measurement_size(uint32_t algo)
{
	return hash_size(hash_of(algo));
}

void measurement_hash(uint32_t algo, const void *data, size_t size, uint8_t out[64])
{
	const enum hash_kind kind = hash_of(algo);
	const size_t length = hash_size(kind);

	hash_digest(kind, data, size, out);
	memset(out + length, 0, 64 - length);
}

static struct descriptor descriptor_begin(enum descriptor_type type, const uint8_t rim[64])
{
	struct descriptor d = {.type = (uint8_t)type, .length = DESCRIPTOR_SIZE};

	memcpy(d.rim, rim, sizeof(d.rim));
	return d;
}

static void descriptor_end(uint32_t algo, const struct descriptor *d, uint8_t rim[64])
{
	measurement_hash(algo, d, sizeof(*d), rim);
}

void measurement_rim_init(uint32_t algo, const struct rmi_realm_params *params, uint8_t rim[64])
{
	/* Only these seven fields are measured: measurement.md#2 */
	struct rmi_realm_params measured = {
		.flags0 = params->flags0,
		.s2sz = (uint32_t)params->s2sz,
		.sve_vl = (uint32_t)params->sve_vl,
		.num_bps = (uint32_t)params->num_bps,
		.num_wps = (uint32_t)params->num_wps,
		.pmu_num_ctrs = (uint32_t)params->pmu_num_ctrs,
		.hash_algo = (uint8_t)params->hash_algo,
	};

	measurement_hash(algo, &measured, sizeof(measured), rim);
}

void measurement_extend_data(uint32_t algo, uint8_t rim[64], uint64_t ipa, uint64_t flags,
			     const void *content)
{
	struct descriptor d = descriptor_begin(DESCRIPTOR_DATA, rim);

	if (!MUTANT(data_measured_anywhere))
		memcpy(&d.body[0x0], &ipa, sizeof(ipa));
	memcpy(&d.body[0x8], &flags, sizeof(flags));
	if (content)
		measurement_hash(algo, content, GRANULE_SIZE, &d.body[0x10]);
	descriptor_end(algo, &d, rim);
}

void measurement_extend_rec(uint32_t algo, uint8_t rim[64], const struct rmi_rec_params *params)
{
	struct rmi_rec_params measured = {.flags = params->flags, .pc = params->pc};
	struct descriptor d = descriptor_begin(DESCRIPTOR_REC, rim);

	memcpy(measured.gprs, params->gprs, sizeof(measured.gprs));
	measurement_hash(algo, &measured, sizeof(measured), &d.body[0x0]);
	descriptor_end(algo, &d, rim);
}

void measurement_extend_ripas(uint32_t algo, uint8_t rim[64], uint64_t base, uint64_t top)
{
	struct descriptor d = descriptor_begin(DESCRIPTOR_RIPAS, rim);

	memcpy(&d.body[0x0], &base, sizeof(base));
	memcpy(&d.body[0x8], &top, sizeof(top));
	descriptor_end(algo, &d, rim);
}

void measurement_extend_rem(uint32_t algo, uint8_t rem[64], const uint8_t *value, size_t size)
{
	/* The form TF-RMM uses: digest-size bytes of the old value, then the new ones:
	 * measurement.md#4 */
	size_t old = hash_size(hash_of(algo));
	uint8_t input[128];

	memcpy(input + (MUTANT(rem_extended_backwards) ? size : 0), rem, old);
	memcpy(input + (MUTANT(rem_extended_backwards) ? 0 : old), value, size);
	measurement_hash(algo, input, old + size, rem);
}

enum rmmsim_status rmmsim_measurement_extend(uint32_t hash_algo, uint8_t measurement[64],
					     const void *data, size_t size)
{
	if ((hash_algo != RMI_HASH_SHA_256 && hash_algo != RMI_HASH_SHA_512) || !measurement ||
	    (!data && size) || size > 64)
		return RMMSIM_ERR_ARGUMENT;
	measurement_extend_rem(hash_algo, measurement, data, size);
	return RMMSIM_OK;
}
