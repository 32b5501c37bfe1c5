/* SPDX-License-Identifier: BSD-3-Clause */
#include "device/crypto.h"

#include <string.h>

#include <psa/crypto.h>

#include "attest/key.h"
#include "device/spdm.h"

/* --- hashes -------------------------------------------------------------------------------------- */

#include <mbedtls/version.h>

/* The functions that return a status carry another name in each major version. */
#if MBEDTLS_VERSION_MAJOR >= 3
#define sha256_starts mbedtls_sha256_starts
#define sha256_update mbedtls_sha256_update
#define sha256_finish mbedtls_sha256_finish
#define sha512_starts mbedtls_sha512_starts
#define sha512_update mbedtls_sha512_update
#define sha512_finish mbedtls_sha512_finish
#else
#define sha256_starts mbedtls_sha256_starts_ret
#define sha256_update mbedtls_sha256_update_ret
#define sha256_finish mbedtls_sha256_finish_ret
#define sha512_starts mbedtls_sha512_starts_ret
#define sha512_update mbedtls_sha512_update_ret
#define sha512_finish mbedtls_sha512_finish_ret
#endif

void digest_start(struct digest *digest, enum hash_kind kind)
{
	memset(digest, 0, sizeof(*digest));
	digest->kind = kind;
	if (kind == HASH_SHA_256) {
		mbedtls_sha256_init(&digest->context.sha256);
		(void)sha256_starts(&digest->context.sha256, 0);
		return;
	}
	mbedtls_sha512_init(&digest->context.sha512);
	(void)sha512_starts(&digest->context.sha512, kind == HASH_SHA_384);
}

void digest_add(struct digest *digest, const void *data, size_t size)
{
	if (digest->kind == HASH_SHA_256)
		(void)sha256_update(&digest->context.sha256, data, size);
	else
		(void)sha512_update(&digest->context.sha512, data, size);
}

void digest_value(const struct digest *digest, uint8_t *value)
{
	struct digest copy = *digest;
	uint8_t full[SPDM_MAX_HASH];

	if (copy.kind == HASH_SHA_256)
		(void)sha256_finish(&copy.context.sha256, full);
	else
		(void)sha512_finish(&copy.context.sha512, full);
	memcpy(value, full, hash_size(digest->kind));
}

/* --- keys in PSA's store ------------------------------------------------------------------------- */

static psa_algorithm_t psa_hash_of(enum hash_kind kind)
{
	static const psa_algorithm_t algorithms[] = {[HASH_SHA_256] = PSA_ALG_SHA_256,
						     [HASH_SHA_384] = PSA_ALG_SHA_384,
						     [HASH_SHA_512] = PSA_ALG_SHA_512};

	return algorithms[kind];
}

struct psa_use {
	psa_key_type_t type;
	psa_key_usage_t usage;
	psa_algorithm_t algorithm;
};

/* True: the key is in the store and the lock is taken, until end(). */
static bool begin(const struct psa_use *use, const uint8_t *data, size_t size, psa_key_id_t *id)
{
	psa_key_attributes_t attributes = PSA_KEY_ATTRIBUTES_INIT;

	if (!key_psa_begin())
		return false;
	psa_set_key_type(&attributes, use->type);
	psa_set_key_usage_flags(&attributes, use->usage);
	psa_set_key_algorithm(&attributes, use->algorithm);
	if (psa_import_key(&attributes, data, size, id) == PSA_SUCCESS)
		return true;
	key_psa_end();
	return false;
}

static bool end(psa_key_id_t id, psa_status_t status)
{
	psa_destroy_key(id);
	key_psa_end();
	return status == PSA_SUCCESS;
}

/* --- signatures ---------------------------------------------------------------------------------- */

#define RSA_MODULUS 384
/* RSAPublicKey: a sequence of two integers, the modulus with a leading zero and 65537. */
#define RSA_DER (4 + 4 + 1 + RSA_MODULUS + 5)

static size_t rsa_der(const uint8_t *modulus, uint8_t *der)
{
	static const uint8_t head[] = {0x30, 0x82, (RSA_DER - 4) >> 8,     (RSA_DER - 4) & 0xff,
				       0x02, 0x82, (RSA_MODULUS + 1) >> 8, (RSA_MODULUS + 1) & 0xff,
				       0x00};
	static const uint8_t exponent[] = {0x02, 0x03, 0x01, 0x00, 0x01};

	memcpy(der, head, sizeof(head));
	memcpy(der + sizeof(head), modulus, RSA_MODULUS);
	memcpy(der + sizeof(head) + RSA_MODULUS, exponent, sizeof(exponent));
	return RSA_DER;
}

size_t signer_key_size(enum signer kind)
{
	static const uint16_t sizes[] = {
		[SIGNER_RSA_3072] = RSA_MODULUS, [SIGNER_P256] = 65, [SIGNER_P384] = 97};

	return sizes[kind];
}

size_t signer_signature_size(enum signer kind)
{
	static const uint16_t sizes[] = {
		[SIGNER_RSA_3072] = RSA_MODULUS, [SIGNER_P256] = 64, [SIGNER_P384] = 96};

	return sizes[kind];
}

bool signer_verify(const struct signer_key *key, enum hash_kind hash, const uint8_t *value,
		   const uint8_t *signature)
{
	struct psa_use use = {PSA_KEY_TYPE_ECC_PUBLIC_KEY(PSA_ECC_FAMILY_SECP_R1),
			      PSA_KEY_USAGE_VERIFY_HASH, PSA_ALG_ECDSA(psa_hash_of(hash))};
	const uint8_t *bytes = key->bytes;
	size_t size = key->size;
	uint8_t der[RSA_DER];
	psa_key_id_t id;

	if (key->kind == SIGNER_RSA_3072) {
		use.type = PSA_KEY_TYPE_RSA_PUBLIC_KEY;
		use.algorithm = PSA_ALG_RSA_PKCS1V15_SIGN(psa_hash_of(hash));
		size = rsa_der(key->bytes, der);
		bytes = der;
	}
	if (!begin(&use, bytes, size, &id))
		return false;
	return end(id, psa_verify_hash(id, use.algorithm, value, hash_size(hash), signature,
				       signer_signature_size(key->kind)));
}

bool signer_sign(enum curve curve, const uint8_t *scalar, enum hash_kind hash, const uint8_t *value,
		 uint8_t *signature)
{
	const struct psa_use use = {PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1),
				    PSA_KEY_USAGE_SIGN_HASH,
				    PSA_ALG_DETERMINISTIC_ECDSA(psa_hash_of(hash))};
	psa_key_id_t id;
	size_t length;

	if (!begin(&use, scalar, curve, &id))
		return false;
	return end(id, psa_sign_hash(id, use.algorithm, value, hash_size(hash), signature,
				     2 * (size_t)curve, &length));
}

/* --- agreement ----------------------------------------------------------------------------------- */

static const struct psa_use agreement = {PSA_KEY_TYPE_ECC_KEY_PAIR(PSA_ECC_FAMILY_SECP_R1),
					 PSA_KEY_USAGE_DERIVE, PSA_ALG_ECDH};

bool curve_scalar(enum curve curve, const char *label, uint64_t seed, uint64_t number,
		  uint8_t *scalar)
{
	/* Bytes that are no scalar of the curve are as good as impossible; then the next are taken. */
	for (uint64_t attempt = 0; attempt < 8; attempt++) {
		psa_key_id_t id;

		crypto_fill(label, seed, number << 3 | attempt, scalar, curve);
		if (begin(&agreement, scalar, curve, &id))
			return end(id, PSA_SUCCESS);
	}
	return false;
}

bool curve_public(enum curve curve, const uint8_t *scalar, uint8_t *point)
{
	uint8_t full[1 + 2 * CURVE_MAX];
	psa_key_id_t id;
	size_t length;

	if (!begin(&agreement, scalar, curve, &id))
		return false;
	if (!end(id, psa_export_public_key(id, full, sizeof(full), &length)))
		return false;
	memcpy(point, full + 1, 2 * (size_t)curve);
	return true;
}

bool curve_agree(enum curve curve, const uint8_t *scalar, const uint8_t *point, uint8_t *secret)
{
	uint8_t full[1 + 2 * CURVE_MAX] = {0x04};
	psa_key_id_t id;
	size_t length;

	memcpy(full + 1, point, 2 * (size_t)curve);
	if (!begin(&agreement, scalar, curve, &id))
		return false;
	return end(id, psa_raw_key_agreement(PSA_ALG_ECDH, id, full, 1 + 2 * (size_t)curve, secret,
					     curve, &length));
}

/* --- secrets ------------------------------------------------------------------------------------- */

bool crypto_hmac(enum hash_kind kind, const uint8_t *key, const uint8_t *data, size_t size,
		 uint8_t *mac)
{
	const struct psa_use use = {PSA_KEY_TYPE_HMAC, PSA_KEY_USAGE_SIGN_MESSAGE,
				    PSA_ALG_HMAC(psa_hash_of(kind))};
	psa_key_id_t id;
	size_t length;

	if (!begin(&use, key, hash_size(kind), &id))
		return false;
	return end(id,
		   psa_mac_compute(id, use.algorithm, data, size, mac, hash_size(kind), &length));
}

static bool aead_begin(psa_key_usage_t usage, const struct crypto_seal *seal, psa_key_id_t *id)
{
	const struct psa_use use = {PSA_KEY_TYPE_AES, usage, PSA_ALG_GCM};

	return begin(&use, seal->key, SPDM_AEAD_KEY, id);
}

bool crypto_seal(const struct crypto_seal *seal, uint8_t *text, size_t size)
{
	psa_key_id_t id;
	size_t length;

	return aead_begin(PSA_KEY_USAGE_ENCRYPT, seal, &id) &&
	       end(id, psa_aead_encrypt(id, PSA_ALG_GCM, seal->nonce, SPDM_AEAD_IV, seal->head,
					seal->head_size, text, size, text, size + SPDM_AEAD_TAG,
					&length));
}

bool crypto_open(const struct crypto_seal *seal, uint8_t *text, size_t size)
{
	psa_key_id_t id;
	size_t length;

	return aead_begin(PSA_KEY_USAGE_DECRYPT, seal, &id) &&
	       end(id, psa_aead_decrypt(id, PSA_ALG_GCM, seal->nonce, SPDM_AEAD_IV, seal->head,
					seal->head_size, text, size + SPDM_AEAD_TAG, text, size,
					&length));
}

void crypto_fill(const char *label, uint64_t seed, uint64_t number, uint8_t *bytes, size_t size)
{
	uint64_t numbers[2] = {seed, number};
	uint8_t value[SPDM_MAX_HASH];
	struct digest digest;

	digest_start(&digest, HASH_SHA_512);
	digest_add(&digest, label, strlen(label));
	digest_add(&digest, numbers, sizeof(numbers));
	digest_value(&digest, value);
	memcpy(bytes, value, size);
}
