/* SPDX-License-Identifier: BSD-3-Clause */
/* The beginning of a connection: versions, capabilities, algorithms, certificates. DSP0274, 10.3 to 10.8 */
#include "device/message.h"
#include "smc/mutant.h"

static bool add_to_vca(struct spdm_requester *r, const uint8_t *request, size_t size)
{
	return connection_add(&r->connection, request, size);
}

static enum taken vca_taken(struct message *m, size_t size)
{
	if (!connection_add(&m->r->connection, m->whole, size))
		return message_fail(m, SPDM_FAILED_VCA_LONG);
	return TAKEN;
}

/* --- GET_VERSION ------------------------------------------------------------------------------------- */

static void build_get_version(struct spdm_requester *r, struct wire_writer *w)
{
	memset(&r->connection, 0, sizeof(r->connection));
	memset(&r->session, 0, sizeof(r->session));
	wire_put(w, 0, 2);
}

static enum taken take_version(struct message *m, struct wire_reader *in)
{
	bool found = false;
	unsigned int count;

	wire_get(in, 1);
	count = (unsigned int)wire_get(in, 1);
	for (unsigned int i = 0; i < count; i++)
		found |= wire_get(in, 2) >> 8 == SPDM_VERSION_1_2;
	if (!message_ends(in))
		return message_fail(m, SPDM_FAILED_LENGTH);
	if (!found)
		return message_fail(m, SPDM_FAILED_NO_VERSION);
	return vca_taken(m, SPDM_HEADER + 2 + 2 * (size_t)count);
}

const struct message_row message_get_version = {.name = "GET_VERSION",
						.request = SPDM_GET_VERSION,
						.response = SPDM_VERSION,
						.vca = true,
						.build = build_get_version,
						.take = take_version,
						.sent = add_to_vca};

/* --- GET_CAPABILITIES -------------------------------------------------------------------------------- */

#define CAPABILITIES_SIZE 20
#define FLAGS_NEEDED      (SPDM_CAP_CERT | SPDM_CAP_ENCRYPT | SPDM_CAP_MAC | SPDM_CAP_KEY_EX)
#define FLAGS_OFFERED     (SPDM_CAP_ENCRYPT | SPDM_CAP_MAC | SPDM_CAP_KEY_EX)

static void build_get_capabilities(struct spdm_requester *r, struct wire_writer *w)
{
	(void)r;
	wire_put(w, 0, 2);
	wire_put(w, 0, 4); /* CTExponent 0: this side answers at once */
	wire_put(w, FLAGS_OFFERED, 4);
	wire_put(w, SPDM_MAX_MESSAGE, 4);
	wire_put(w, SPDM_MAX_MESSAGE, 4);
}

static enum taken take_capabilities(struct message *m, struct wire_reader *in)
{
	unsigned int exponent;

	wire_get(in, 1);
	exponent = (unsigned int)wire_get(in, 1);
	wire_get(in, 2);
	m->r->connection.flags = (uint32_t)wire_get(in, 4);
	wire_get(in, 4);
	wire_get(in, 4);
	if (!message_ends(in))
		return message_fail(m, SPDM_FAILED_LENGTH);
	if ((m->r->connection.flags & FLAGS_NEEDED) != FLAGS_NEEDED)
		return message_fail(m, SPDM_FAILED_CAPABILITIES);
	/* 2^CTExponent microseconds, up to the longest time that is waited. */
	if (exponent < 32)
		m->r->response_timeout += UINT64_C(1) << exponent;
	return vca_taken(m, CAPABILITIES_SIZE);
}

const struct message_row message_get_capabilities = {.name = "GET_CAPABILITIES",
						     .request = SPDM_GET_CAPABILITIES,
						     .response = SPDM_CAPABILITIES,
						     .vca = true,
						     .build = build_get_capabilities,
						     .take = take_capabilities,
						     .sent = add_to_vca};

/* --- NEGOTIATE_ALGORITHMS ---------------------------------------------------------------------------- */

#define ALGORITHMS_FIXED 32
#define REQUEST_LENGTH   (ALGORITHMS_FIXED + 4 * SPDM_ALG_STRUCTURES)
#define RESPONSE_LENGTH  (ALGORITHMS_FIXED + 4 + 4 * SPDM_ALG_STRUCTURES)

static void put_structure(struct wire_writer *w, enum spdm_algorithm_type type, uint16_t algorithms)
{
	wire_put(w, type, 1);
	wire_put(w, SPDM_ALG_COUNT, 1);
	wire_put(w, algorithms, 2);
}

static void build_negotiate_algorithms(struct spdm_requester *r, struct wire_writer *w)
{
	(void)r;
	wire_put(w, SPDM_ALG_STRUCTURES, 1);
	wire_put(w, 0, 1);
	wire_put(w, REQUEST_LENGTH, 2);
	wire_put(w, SPDM_MEASUREMENT_DMTF, 1);
	wire_put(w, SPDM_OPAQUE_FORMAT_1, 1);
	wire_put(w, SPDM_ASYM_RSASSA_3072 | SPDM_ASYM_ECDSA_P256 | SPDM_ASYM_ECDSA_P384, 4);
	wire_put(w, SPDM_HASH_SHA_256 | SPDM_HASH_SHA_384 | SPDM_HASH_SHA_512, 4);
	wire_put_zeros(w, 12);
	wire_put(w, 0, 4); /* no extended algorithms */
	put_structure(w, SPDM_ALG_DHE, SPDM_DHE_SECP256R1 | SPDM_DHE_SECP384R1);
	put_structure(w, SPDM_ALG_AEAD, SPDM_AEAD_AES_256_GCM);
	put_structure(w, SPDM_ALG_SCHEDULE, SPDM_SCHEDULE_HMAC);
}

/* Exactly one of the offered algorithms, or the response is refused. */
static bool select_signer(struct spdm_algorithms *a, uint64_t asym)
{
	switch (asym) {
	case SPDM_ASYM_RSASSA_3072:
		a->signer = SIGNER_RSA_3072;
		return true;
	case SPDM_ASYM_ECDSA_P256:
		a->signer = SIGNER_P256;
		return true;
	case SPDM_ASYM_ECDSA_P384:
		a->signer = SIGNER_P384;
		return true;
	}
	return false;
}

static bool select_hash(struct spdm_algorithms *a, uint64_t hash)
{
	switch (hash) {
	case SPDM_HASH_SHA_256:
		a->hash = HASH_SHA_256;
		return true;
	case SPDM_HASH_SHA_384:
		a->hash = HASH_SHA_384;
		return true;
	case SPDM_HASH_SHA_512:
		a->hash = HASH_SHA_512;
		return true;
	}
	return false;
}

static bool select_curve(struct spdm_algorithms *a, uint64_t dhe)
{
	if (dhe != SPDM_DHE_SECP256R1 && dhe != SPDM_DHE_SECP384R1)
		return false;
	a->curve = dhe == SPDM_DHE_SECP256R1 ? CURVE_P256 : CURVE_P384;
	return true;
}

/* The structures; each that was selected is a bit of the result. */
static unsigned int take_structures(struct spdm_algorithms *a, struct wire_reader *in,
				    unsigned int count)
{
	unsigned int selected = 0;

	for (unsigned int i = 0; i < count; i++) {
		uint64_t type = wire_get(in, 1), sizes = wire_get(in, 1), value = wire_get(in, 2);

		if (sizes != SPDM_ALG_COUNT)
			return 0;
		if (type == SPDM_ALG_DHE && select_curve(a, value))
			selected |= 1u << SPDM_ALG_DHE;
		if (type == SPDM_ALG_AEAD && value == SPDM_AEAD_AES_256_GCM)
			selected |= 1u << SPDM_ALG_AEAD;
		if (type == SPDM_ALG_SCHEDULE && value == SPDM_SCHEDULE_HMAC)
			selected |= 1u << SPDM_ALG_SCHEDULE;
	}
	return selected;
}

static enum taken take_algorithms(struct message *m, struct wire_reader *in)
{
	const unsigned int wanted =
		1u << SPDM_ALG_DHE | 1u << SPDM_ALG_AEAD | 1u << SPDM_ALG_SCHEDULE;
	struct spdm_algorithms *a = &m->r->connection.algorithms;
	const unsigned int count = m->param1;
	uint64_t length = wire_get(in, 2), asym, hash, extended;
	unsigned int selected;

	wire_get(in, 1); /* measurement specification: none is a device without measurements */
	a->opaque_format_1 = wire_get(in, 1) & SPDM_OPAQUE_FORMAT_1;
	wire_get(in, 4);
	asym = wire_get(in, 4);
	hash = wire_get(in, 4);
	wire_bytes(in, 12);
	extended = wire_get(in, 4);
	selected = take_structures(a, in, count);
	if (!message_ends(in) || length != ALGORITHMS_FIXED + 4 + 4 * (uint64_t)count ||
	    length > m->size)
		return message_fail(m, SPDM_FAILED_LENGTH);
	if (extended || selected != wanted || !select_signer(a, asym) || !select_hash(a, hash))
		return message_fail(m, SPDM_FAILED_ALGORITHMS);
	return vca_taken(m, length);
}

const struct message_row message_negotiate_algorithms = {.name = "NEGOTIATE_ALGORITHMS",
							 .request = SPDM_NEGOTIATE_ALGORITHMS,
							 .response = SPDM_ALGORITHMS,
							 .vca = true,
							 .build = build_negotiate_algorithms,
							 .take = take_algorithms,
							 .sent = add_to_vca};

/* --- GET_DIGESTS ------------------------------------------------------------------------------------- */

static void build_get_digests(struct spdm_requester *r, struct wire_writer *w)
{
	(void)r;
	wire_put(w, 0, 2);
}

static enum taken take_digests(struct message *m, struct wire_reader *in)
{
	struct spdm_requester *r = m->r;
	const size_t size = hash_size(r->connection.algorithms.hash);

	/* Digests are in the order of their slots; slot 0 is the first if it is there. */
	if (!(m->param2 & 1))
		return message_fail(m, SPDM_FAILED_NO_SLOT);
	wire_copy(in, r->digest, size);
	for (unsigned int slot = 1; slot < 8; slot++) {
		if (m->param2 >> slot & 1)
			wire_bytes(in, size);
	}
	if (!message_ends(in))
		return message_fail(m, SPDM_FAILED_LENGTH);
	digest_start(&r->chain, r->connection.algorithms.hash);
	r->chain_size = 0;
	return TAKEN;
}

const struct message_row message_get_digests = {.name = "GET_DIGESTS",
						.request = SPDM_GET_DIGESTS,
						.response = SPDM_DIGESTS,
						.build = build_get_digests,
						.take = take_digests};

/* --- GET_CERTIFICATE --------------------------------------------------------------------------------- */

#define CHAIN_MAX     65535u
#define CHAIN_PORTION 3072u
#define CHAIN_HEADER  4u /* length, reserved; then the hash of the root certificate */

static void build_get_certificate(struct spdm_requester *r, struct wire_writer *w)
{
	wire_put(w, 0, 2); /* slot 0 */
	wire_put(w, r->chain_size, 2);
	wire_put(w, CHAIN_PORTION, 2);
}

/* The Host keeps the certificates without the chain's header: device-assignment.md#5 */
static void cache_certificates(struct message *m, const uint8_t *portion, size_t size)
{
	const size_t header = CHAIN_HEADER + hash_size(m->r->connection.algorithms.hash);
	size_t skip = m->r->chain_size < header ? header - m->r->chain_size : 0;

	if (skip < size)
		message_cache(m, SPDM_OBJECT_CERTIFICATE, portion + skip, size - skip);
}

static enum taken chain_complete(struct message *m)
{
	struct spdm_requester *r = m->r;
	const size_t size = hash_size(r->connection.algorithms.hash);

	digest_value(&r->chain, r->connection.chain_hash);
	if (memcmp(r->connection.chain_hash, r->digest, size) && !MUTANT(spdm_chain_digest_ignored))
		return message_fail(m, SPDM_FAILED_CHAIN_DIGEST);
	if (r->chain_size <= CHAIN_HEADER + size || r->chain_size != r->chain_total)
		return message_fail(m, SPDM_FAILED_CHAIN_LENGTH);
	return TAKEN;
}

static enum taken take_certificate(struct message *m, struct wire_reader *in)
{
	struct spdm_requester *r = m->r;
	const size_t size = wire_get(in, 2), left = wire_get(in, 2);
	const uint8_t *portion = wire_bytes(in, size);

	if (!portion || !message_ends(in) || size == 0 || size > CHAIN_PORTION)
		return message_fail(m, SPDM_FAILED_LENGTH);
	if (r->chain_size + size + left > CHAIN_MAX)
		return message_fail(m, SPDM_FAILED_CHAIN_LONG);
	if (r->chain_size == 0 && size < CHAIN_HEADER)
		return message_fail(m, SPDM_FAILED_CHAIN_LENGTH);
	if (r->chain_size == 0)
		r->chain_total = portion[0] | (uint32_t)portion[1] << 8;
	if (r->chain_size + size + left != r->chain_total)
		return message_fail(m, SPDM_FAILED_CHAIN_LENGTH);
	digest_add(&r->chain, portion, size);
	cache_certificates(m, portion, size);
	r->chain_size += (uint32_t)size;
	return left ? TAKEN_AGAIN : chain_complete(m);
}

const struct message_row message_get_certificate = {.name = "GET_CERTIFICATE",
						    .request = SPDM_GET_CERTIFICATE,
						    .response = SPDM_CERTIFICATE,
						    .build = build_get_certificate,
						    .take = take_certificate};
