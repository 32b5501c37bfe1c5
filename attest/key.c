/* SPDX-License-Identifier: BSD-3-Clause */
#include "attest/key.h"

#include <pthread.h>
#include <string.h>

#include <psa/crypto.h>

static const struct key_curve_row curves[KEY_CURVES] = {
	[KEY_P384] = {"P-384", "ES384", "sha-384", 384, 48, 48, -35, -51, 2},
	[KEY_P256] = {"P-256", "ES256", "sha-256", 256, 32, 32, -7, -9, 1},
	[KEY_P521] = {"P-521", "ES512", "sha-512", 521, 66, 64, -36, -52, 3},
};

const struct key_curve_row *key_curve(enum key_curve curve)
{
	return &curves[curve];
}

static psa_algorithm_t signature_algorithm(enum key_curve curve)
{
	static const psa_algorithm_t hash[KEY_CURVES] = {
		[KEY_P384] = PSA_ALG_SHA_384,
		[KEY_P256] = PSA_ALG_SHA_256,
		[KEY_P521] = PSA_ALG_SHA_512,
	};

	return PSA_ALG_DETERMINISTIC_ECDSA(hash[curve]);
}

/* PSA keeps keys and random numbers per process: docs/adr/0005-psa-behind-one-lock.md */
static pthread_mutex_t psa_lock = PTHREAD_MUTEX_INITIALIZER;

bool key_psa_begin(void)
{
	pthread_mutex_lock(&psa_lock);
	if (psa_crypto_init() == PSA_SUCCESS)
		return true;
	pthread_mutex_unlock(&psa_lock);
	return false;
}

void key_psa_end(void)
{
	pthread_mutex_unlock(&psa_lock);
}

/* --- hashes, which PSA computes without any state of the process ----------------------------------- */

size_t key_digest(const char *algo, size_t algo_size, const void *data, size_t size,
		  uint8_t digest[KEY_MAX_DIGEST])
{
	static const struct {
		const char *name;
		psa_algorithm_t id;
	} algos[] = {
		{"sha-256", PSA_ALG_SHA_256},
		{"sha-384", PSA_ALG_SHA_384},
		{"sha-512", PSA_ALG_SHA_512},
	};
	size_t length;

	for (size_t i = 0; i < sizeof(algos) / sizeof(algos[0]); i++) {
		if (algo_size != strlen(algos[i].name) || memcmp(algo, algos[i].name, algo_size))
			continue;
		if (psa_hash_compute(algos[i].id, data, size, digest, KEY_MAX_DIGEST, &length) ==
		    PSA_SUCCESS)
			return length;
	}
	return 0;
}

bool key_hash(enum key_curve curve, const void *data, size_t size, uint8_t hash[KEY_MAX_DIGEST])
{
	const char *name = curves[curve].hash;

	return key_digest(name, strlen(name), data, size, hash) == curves[curve].hash_size;
}

/* --- keys ------------------------------------------------------------------------------------------ */

/*
 * A key is in PSA's store only while it is used: the store has 32 slots for the whole process. Loading
 * it costs little next to one multiplication of a point.
 */
static bool begin(psa_key_type_t type, psa_key_usage_t usage, enum key_curve curve,
		  const uint8_t *data, size_t size, psa_key_id_t *id)
{
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;

	if (!key_psa_begin())
		return false;
	psa_set_key_type(&attributes, type);
	psa_set_key_bits(&attributes, curves[curve].bits);
	psa_set_key_usage_flags(&attributes, usage);
	psa_set_key_algorithm(&attributes, signature_algorithm(curve));
	if (psa_import_key(&attributes, data, size, id) == PSA_SUCCESS)
		return true;
	key_psa_end();
	return false;
}

static bool begin_private(const struct key_private *key, psa_key_id_t *id)
{
	return begin(PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1), PSA_KEY_USAGE_SIGN_HASH,
		     key->curve, key->scalar, curves[key->curve].bytes, id);
}

static bool end(psa_key_id_t id, psa_status_t status)
{
	psa_destroy_key(id);
	key_psa_end();
	return status == PSA_SUCCESS;
}

static bool valid(const struct key_private *key)
{
	psa_key_id_t id;

	return begin_private(key, &id) && end(id, PSA_SUCCESS);
}

bool key_derive(enum key_curve curve, const char *label, uint64_t seed, struct key_private *key)
{
	const size_t zeros = curves[curve].bytes - curves[curve].hash_size;
	uint8_t input[64] = {0}, hash[KEY_MAX_DIGEST];

	strncpy((char *)input, label, sizeof(input) - 9);
	for (int i = 0; i < 8; i++)
		input[sizeof(input) - 8 + i] = (uint8_t)(seed >> 8 * i);
	*key = (struct key_private){.curve = curve};
	/* A hash that is no scalar of the curve is as good as impossible; then the next one is taken. */
	for (unsigned int attempt = 0; attempt < 8; attempt++) {
		input[sizeof(input) - 9] = (uint8_t)attempt;
		if (!key_hash(curve, input, sizeof(input), hash))
			return false;
		memcpy(key->scalar + zeros, hash, curves[curve].hash_size);
		if (valid(key))
			return true;
	}
	return false;
}

bool key_to_public(const struct key_private *key, struct key_public *public)
{
	psa_key_id_t id;
	size_t length;

	*public = (struct key_public){.curve = key->curve};
	if (!begin_private(key, &id))
		return false;
	return end(id, psa_export_public_key(id, public->point, sizeof(public->point), &length));
}

bool key_sign(const struct key_private *key, const uint8_t *hash, uint8_t *signature)
{
	const struct key_curve_row *curve = &curves[key->curve];
	psa_key_id_t id;
	size_t length;

	if (!begin_private(key, &id))
		return false;
	return end(id, psa_sign_hash(id, signature_algorithm(key->curve), hash, curve->hash_size,
				     signature, 2 * curve->bytes, &length));
}

bool key_verify(const struct key_public *key, const uint8_t *hash, const uint8_t *signature)
{
	const struct key_curve_row *curve = &curves[key->curve];
	psa_key_id_t id;

	if (!begin(PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1), PSA_KEY_USAGE_VERIFY_HASH,
		   key->curve, key->point, KEY_POINT(curve->bytes), &id))
		return false;
	return end(id, psa_verify_hash(id, signature_algorithm(key->curve), hash, curve->hash_size,
				       signature, 2 * curve->bytes));
}
