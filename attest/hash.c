/* SPDX-License-Identifier: BSD-3-Clause */
#include <mbedtls/sha256.h>
#include <mbedtls/sha512.h>
#include <mbedtls/version.h>

#include <rmmsim/rmmsim.h>

#include "attest/hash.h"

/* The one-shot functions that return a status carry another name in each major version. */
#if MBEDTLS_VERSION_MAJOR >= 3
#define sha256_digest mbedtls_sha256
#define sha512_digest mbedtls_sha512
#else
#define sha256_digest mbedtls_sha256_ret
#define sha512_digest mbedtls_sha512_ret
#endif

size_t hash_size(enum hash_kind kind)
{
	static const uint8_t sizes[] = {
		[HASH_SHA_256] = 32, [HASH_SHA_384] = 48, [HASH_SHA_512] = 64};

	return sizes[kind];
}

/* Software hashes fail only for the variant that the library was built without. */
static void digest_mbedtls(enum hash_kind kind, const void *data, size_t size, uint8_t *digest)
{
	if (kind == HASH_SHA_256)
		(void)sha256_digest(data, size, digest, 0);
	else
		(void)sha512_digest(data, size, digest, kind == HASH_SHA_384);
}

#if RMMSIM_HAVE_GCRYPT

#include <gcrypt.h>

/*
 * Uses the CPU's SHA instructions, and its licence allows GPL-2.0-only programs. Weak: who links the
 * static library without it gets the other one's C code.
 */
#pragma weak gcry_md_hash_buffer
#pragma weak gcry_check_version

/* Its own initialisation is not safe against a second thread. */
__attribute__((constructor)) static void prepare(void)
{
	if (gcry_check_version)
		gcry_check_version(NULL);
}

void hash_digest(enum hash_kind kind, const void *data, size_t size, uint8_t *digest)
{
	static const int algorithms[] = {[HASH_SHA_256] = GCRY_MD_SHA256,
					 [HASH_SHA_384] = GCRY_MD_SHA384,
					 [HASH_SHA_512] = GCRY_MD_SHA512};

	if (gcry_md_hash_buffer)
		gcry_md_hash_buffer(algorithms[kind], digest, data, size);
	else
		digest_mbedtls(kind, data, size, digest);
}

const char *rmmsim_hash_library(void)
{
	return gcry_md_hash_buffer ? "libgcrypt" : "mbedtls";
}

#else

void hash_digest(enum hash_kind kind, const void *data, size_t size, uint8_t *digest)
{
	digest_mbedtls(kind, data, size, digest);
}

const char *rmmsim_hash_library(void)
{
	return "mbedtls";
}

#endif
