/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <mbedtls/version.h>

#include "attest/measurement.h"
#include "mem/granule.h"

/* The one-shot functions that return a status carry another name in each major version. */
#if MBEDTLS_VERSION_MAJOR >= 3
#define sha256_digest mbedtls_sha256
#define sha512_digest mbedtls_sha512
#else
#define sha256_digest mbedtls_sha256_ret
#define sha512_digest mbedtls_sha512_ret
#endif

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

void measurement_hash(uint32_t algo, const void *data, size_t size, uint8_t out[64])
{
	memset(out, 0, 64);
	/* Software hashes fail only for the variant they were not built with. */
	if (algo == RMI_HASH_SHA_512) {
		(void)sha512_digest(data, size, out, 0);
		return;
	}
	(void)sha256_digest(data, size, out, 0);
}

static size_t digest_size(uint32_t algo)
{
	return algo == RMI_HASH_SHA_512 ? 64 : 32;
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
	size_t old = digest_size(algo);
	uint8_t input[128];

	memcpy(input, rem, old);
	memcpy(input + old, value, size);
	measurement_hash(algo, input, old + size, rem);
}
