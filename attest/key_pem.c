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

/* DER of every key on P-384, up to what differs: SubjectPublicKeyInfo (RFC 5480) and the point ... */
static const uint8_t public_head[] = {0x30, 0x76, 0x30, 0x10, 0x06, 0x07, 0x2a, 0x86,
				      0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x05, 0x2b,
				      0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00};
/* ... ECPrivateKey (RFC 5915) and the scalar, behind which follows the curve. */
static const uint8_t private_head[] = {0x30, 0x81, 0xa4, 0x02, 0x01, 0x01, 0x04, 0x30};
static const uint8_t private_tail[] = {0xa0, 0x07, 0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22};

#define PUBLIC_DER  (sizeof(public_head) + KEY_POINT)
#define PRIVATE_DER (3 + 0xa4) /* head and length, then what it says */

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
	if (written != PRIVATE_DER || memcmp(der, private_head, sizeof(private_head)) ||
	    memcmp(der + sizeof(private_head) + KEY_BYTES, private_tail, sizeof(private_tail)))
		return wrong(why, size, source, "not an EC key on P-384 (secp384r1)");
	memcpy(key->scalar, der + sizeof(private_head), KEY_BYTES);
	return true;
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
	if (written != (int)PUBLIC_DER ||
	    memcmp(der + sizeof(der) - PUBLIC_DER, public_head, sizeof(public_head)))
		return wrong(why, size, source, "not an EC key on P-384 (secp384r1)");
	memcpy(key->point, der + sizeof(der) - KEY_POINT, KEY_POINT);
	return true;
}

size_t key_write_public(const struct key_public *key, char *pem, size_t size)
{
	unsigned char base64[200];
	uint8_t der[PUBLIC_DER];
	size_t length = 0;

	memcpy(der, public_head, sizeof(public_head));
	memcpy(der + sizeof(public_head), key->point, KEY_POINT);
	if (mbedtls_base64_encode(base64, sizeof(base64), &length, der, sizeof(der)))
		return 0;
	/* Lines of 64 characters: RFC 7468. */
	return (size_t)snprintf(pem, size,
				"-----BEGIN PUBLIC KEY-----\n%.64s\n%.64s\n%s\n"
				"-----END PUBLIC KEY-----\n",
				base64, base64 + 64, base64 + 128);
}
