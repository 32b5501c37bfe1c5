/* SPDX-License-Identifier: BSD-3-Clause */
/* Keys as PEM. Read by mbedTLS's PK, because PSA knows no containers. */
#include "attest/key.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include <mbedtls/base64.h>
#include <mbedtls/pk.h>
#include <mbedtls/version.h>
#if MBEDTLS_VERSION_MAJOR >= 3
#include <mbedtls/psa_util.h>
#endif

#define PEM_MAX 8192

#define OID_EC_PUBLIC_KEY 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01
#define OID_P256          0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07
#define OID_P384          0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22
#define OID_P521          0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23
#define DER_PIECE(...)                                  \
	{                                               \
		sizeof((const uint8_t[]){__VA_ARGS__}), \
		{                                       \
			__VA_ARGS__                     \
		}                                       \
	}

struct der_piece {
	size_t size;
	uint8_t bytes[28];
};

/*
 * DER of every key on a curve, up to what differs. Public: SubjectPublicKeyInfo (RFC 5480), then the point.
 * Private: ECPrivateKey (RFC 5915), the scalar, the curve, the point.
 */
static const struct der {
	struct der_piece public_head, private_head, private_curve;
} ders[KEY_CURVES] = {
	[KEY_P384] = {DER_PIECE(0x30, 0x76, 0x30, 0x10, OID_EC_PUBLIC_KEY, OID_P384, 0x03, 0x62,
				0x00),
		      DER_PIECE(0x30, 0x81, 0xa4, 0x02, 0x01, 0x01, 0x04, 0x30),
		      DER_PIECE(0xa0, 0x07, OID_P384, 0xa1, 0x64, 0x03, 0x62, 0x00)},
	[KEY_P256] = {DER_PIECE(0x30, 0x59, 0x30, 0x13, OID_EC_PUBLIC_KEY, OID_P256, 0x03, 0x42,
				0x00),
		      DER_PIECE(0x30, 0x77, 0x02, 0x01, 0x01, 0x04, 0x20),
		      DER_PIECE(0xa0, 0x0a, OID_P256, 0xa1, 0x44, 0x03, 0x42, 0x00)},
	[KEY_P521] = {DER_PIECE(0x30, 0x81, 0x9b, 0x30, 0x10, OID_EC_PUBLIC_KEY, OID_P521, 0x03,
				0x81, 0x86, 0x00),
		      DER_PIECE(0x30, 0x81, 0xdc, 0x02, 0x01, 0x01, 0x04, 0x42),
		      DER_PIECE(0xa0, 0x07, OID_P521, 0xa1, 0x81, 0x89, 0x03, 0x81, 0x86, 0x00)},
};

#define MAX_DER 256

static uint8_t *put(uint8_t *at, const void *bytes, size_t size)
{
	memcpy(at, bytes, size);
	return at + size;
}

static bool wrong(char *why, size_t size, const char *source, const char *what)
{
	if (strncmp(source, "-----BEGIN", 10))
		snprintf(why, size, "%s: %s", source, what);
	else
		snprintf(why, size, "%s", what);
	return false;
}

/* PEM text with its terminator; returns the size including it, 0 on failure. */
static size_t load(const char *source, char *pem, char *why, size_t why_size)
{
	size_t size;
	FILE *file;

	if (!strncmp(source, "-----BEGIN", 10)) {
		size = strlen(source);
		if (size < PEM_MAX)
			return (size_t)snprintf(pem, PEM_MAX, "%s", source) + 1;
		wrong(why, why_size, source, "the text is too long for a key");
		return 0;
	}
	file = fopen(source, "rb");
	if (!file) {
		wrong(why, why_size, source, strerror(errno));
		return 0;
	}
	size = fread(pem, 1, PEM_MAX, file);
	fclose(file);
	if (size == 0 || size == PEM_MAX) {
		wrong(why, why_size, source, size ? "too long for a key" : "is empty");
		return 0;
	}
	pem[size] = '\0';
	return size + 1;
}

static bool parse_private(mbedtls_pk_context *pk, const char *pem, size_t size)
{
	const unsigned char *text = (const unsigned char *)pem;

#if MBEDTLS_VERSION_MAJOR >= 3
	int failure;

	if (!key_psa_begin())
		return false;
	failure = mbedtls_pk_parse_key(pk, text, size, NULL, 0, mbedtls_psa_get_random,
				       MBEDTLS_PSA_RANDOM_STATE);
	key_psa_end();
	return !failure;
#else
	return !mbedtls_pk_parse_key(pk, text, size, NULL, 0);
#endif
}

static bool parse_public(mbedtls_pk_context *pk, const char *pem, size_t size)
{
	return !mbedtls_pk_parse_public_key(pk, (const unsigned char *)pem, size);
}

bool key_read_private(const char *source, struct key_private *key, char *why, size_t size)
{
	char pem[PEM_MAX];
	uint8_t buffer[512];
	const uint8_t *der = NULL;
	const size_t length = load(source, pem, why, size);
	const struct der *p384 = &ders[KEY_P384];
	mbedtls_pk_context pk;
	int written = 0;

	if (!length)
		return false;
	mbedtls_pk_init(&pk);
	if (parse_private(&pk, pem, length)) {
		written = mbedtls_pk_write_key_der(&pk, buffer, sizeof(buffer));
		der = buffer + sizeof(buffer) - (written > 0 ? written : 0);
	}
	mbedtls_pk_free(&pk);
	if (!der)
		return wrong(why, size, source,
			     strstr(pem, "PUBLIC KEY") ? "a public key; a private one is needed"
						       : "not an unencrypted private key in PEM");
	if (written < (int)(p384->private_head.size + KEY_BYTES + p384->private_curve.size) ||
	    memcmp(der, p384->private_head.bytes, p384->private_head.size) ||
	    memcmp(der + p384->private_head.size + KEY_BYTES, p384->private_curve.bytes,
		   p384->private_curve.size))
		return wrong(why, size, source, "not an EC key on P-384 (secp384r1)");
	*key = (struct key_private){.curve = KEY_P384};
	memcpy(key->scalar, der + p384->private_head.size, KEY_BYTES);
	return true;
}

/* A SubjectPublicKeyInfo. False: another kind of key. */
static bool take_public(const uint8_t *der, size_t size, struct key_public *key)
{
	for (enum key_curve curve = 0; curve < KEY_CURVES; curve++) {
		const struct der_piece *head = &ders[curve].public_head;
		const size_t point = KEY_POINT(key_curve(curve)->bytes);

		if (size != head->size + point || memcmp(der, head->bytes, head->size))
			continue;
		*key = (struct key_public){.curve = curve};
		memcpy(key->point, der + head->size, point);
		return true;
	}
	return false;
}

bool key_read_public(const char *source, struct key_public *key, char *why, size_t size)
{
	char pem[PEM_MAX];
	uint8_t der[1024];
	const size_t length = load(source, pem, why, size);
	mbedtls_pk_context pk;
	bool parsed;
	int written = 0;

	if (!length)
		return false;
	mbedtls_pk_init(&pk);
	parsed = parse_public(&pk, pem, length);
	if (parsed)
		written = mbedtls_pk_write_pubkey_der(&pk, der, sizeof(der));
	mbedtls_pk_free(&pk);
	if (!parsed)
		return wrong(why, size, source,
			     strstr(pem, "PRIVATE KEY") ? "a private key; a public one is needed"
							: "not a public key in PEM");
	if (written > 0 && take_public(der + sizeof(der) - written, (size_t)written, key))
		return true;
	return wrong(why, size, source, "not an EC key on P-256, P-384 or P-521");
}

/* Lines of 64 characters: RFC 7468. */
static size_t write_pem(const char *what, const uint8_t *der, size_t der_size, char *pem,
			size_t size)
{
	unsigned char base64[400];
	size_t length = 0, at = 0;
	char text[600];

	if (mbedtls_base64_encode(base64, sizeof(base64), &length, der, der_size))
		return 0;
	for (size_t i = 0; i < length; i += 64)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "%.64s\n", base64 + i);
	return (size_t)snprintf(pem, size, "-----BEGIN %s-----\n%s-----END %s-----\n", what, text,
				what);
}

size_t key_write_public(const struct key_public *key, char *pem, size_t size)
{
	const struct der_piece *head = &ders[key->curve].public_head;
	uint8_t der[MAX_DER], *at;

	at = put(der, head->bytes, head->size);
	at = put(at, key->point, KEY_POINT(key_curve(key->curve)->bytes));
	return write_pem("PUBLIC KEY", der, (size_t)(at - der), pem, size);
}

size_t key_write_private(const struct key_private *key, char *pem, size_t size)
{
	const struct der *kind = &ders[key->curve];
	struct key_public public;
	uint8_t der[MAX_DER], *at;

	if (!key_to_public(key, &public))
		return 0;
	at = put(der, kind->private_head.bytes, kind->private_head.size);
	at = put(at, key->scalar, key_curve(key->curve)->bytes);
	at = put(at, kind->private_curve.bytes, kind->private_curve.size);
	at = put(at, public.point, KEY_POINT(key_curve(key->curve)->bytes));
	return write_pem("EC PRIVATE KEY", der, (size_t)(at - der), pem, size);
}
