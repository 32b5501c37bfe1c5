/* SPDX-License-Identifier: BSD-3-Clause */
/* The device's versions, capabilities, algorithms and certificates. */
#include "device/respond.h"

/* Adds request and finished response to VCA. */
static void said(struct respond *r, const struct wire_writer *w, uint8_t step)
{
	struct responder *device = r->device;

	if (w->failed)
		return;
	if (connection_add(&device->connection, r->request, r->size) &&
	    connection_add(&device->connection, w->start, wire_written(w)))
		device->said = step;
}

void respond_version(struct respond *r, struct wire_writer *w)
{
	const bool old = r->device->fault == RESPONDER_FAULT_WRONG_VERSION;

	memset(&r->device->connection, 0, sizeof(r->device->connection));
	memset(&r->device->session, 0, sizeof(r->device->session));
	r->device->later_size = 0;
	wire_put(w, 0, 2);
	wire_put(w, 0, 1);
	wire_put(w, 2, 1);
	wire_put(w, old ? 0x1000 : 0x1100, 2);
	wire_put(w, old ? 0x1100 : 0x1200, 2);
	said(r, w, 1);
}

void respond_capabilities(struct respond *r, struct wire_writer *w)
{
	uint32_t flags = SPDM_CAP_CERT | SPDM_CAP_MEAS_SIG | SPDM_CAP_ENCRYPT | SPDM_CAP_MAC |
			 SPDM_CAP_KEY_EX | SPDM_CAP_HBEAT;

	if (r->device->said != 1) {
		respond_error(w, SPDM_ERROR_UNEXPECTED_REQUEST);
		return;
	}
	if (r->device->fault == RESPONDER_FAULT_NO_CAPABILITIES)
		flags &= ~(uint32_t)SPDM_CAP_KEY_EX;
	wire_put(w, 0, 2);
	wire_put(w, 0, 1);
	wire_put(w, 10, 1); /* CTExponent: a millisecond */
	wire_put(w, 0, 2);
	wire_put(w, flags, 4);
	wire_put(w, SPDM_MAX_MESSAGE, 4);
	wire_put(w, SPDM_MAX_MESSAGE, 4);
	said(r, w, 2);
}

/* --- ALGORITHMS: the strongest of what is offered ----------------------------------------------------- */

struct offer {
	uint64_t asym, hash, opaque, dhe, aead, schedule;
};

static void take_offer(struct respond *r, struct offer *offer)
{
	struct wire_reader *in = &r->in;
	const unsigned int structures = r->request[2];

	memset(offer, 0, sizeof(*offer));
	wire_get(in, 3); /* length, measurement specification */
	offer->opaque = wire_get(in, 1) & SPDM_OPAQUE_FORMAT_1;
	offer->asym = wire_get(in, 4);
	offer->hash = wire_get(in, 4);
	wire_bytes(in, 12 + 4);
	for (unsigned int i = 0; i < structures; i++) {
		const uint64_t type = wire_get(in, 1);
		uint64_t value;

		wire_get(in, 1);
		value = wire_get(in, 2);
		if (type == SPDM_ALG_DHE)
			offer->dhe = value;
		if (type == SPDM_ALG_AEAD)
			offer->aead = value & SPDM_AEAD_AES_256_GCM;
		if (type == SPDM_ALG_SCHEDULE)
			offer->schedule = value & SPDM_SCHEDULE_HMAC;
	}
}

static void put_structure(struct wire_writer *w, enum spdm_algorithm_type type, uint64_t value)
{
	wire_put(w, type, 1);
	wire_put(w, SPDM_ALG_COUNT, 1);
	wire_put(w, value, 2);
}

static void put_algorithms(struct respond *r, const struct offer *offer, struct wire_writer *w)
{
	const bool two = r->device->fault == RESPONDER_FAULT_WRONG_ALGORITHM;
	const bool p256 = r->device->config.signer == SIGNER_P256;

	wire_put(w, SPDM_ALG_STRUCTURES, 1);
	wire_put(w, 0, 1);
	wire_put(w, 36 + 4 * SPDM_ALG_STRUCTURES, 2);
	wire_put(w, SPDM_MEASUREMENT_DMTF, 1);
	wire_put(w, offer->opaque, 1);
	wire_put(w, SPDM_MEASUREMENT_HASH_SHA_384, 4);
	wire_put(w, p256 ? SPDM_ASYM_ECDSA_P256 : SPDM_ASYM_ECDSA_P384, 4);
	wire_put(w, SPDM_HASH_SHA_384 | (two ? SPDM_HASH_SHA_256 : 0), 4);
	wire_put_zeros(w, 12);
	wire_put(w, 0, 4);
	put_structure(w, SPDM_ALG_DHE, SPDM_DHE_SECP384R1);
	put_structure(w, SPDM_ALG_AEAD, offer->aead);
	put_structure(w, SPDM_ALG_SCHEDULE, offer->schedule);
}

void respond_algorithms(struct respond *r, struct wire_writer *w)
{
	const uint64_t signer = r->device->config.signer == SIGNER_P256 ? SPDM_ASYM_ECDSA_P256
									: SPDM_ASYM_ECDSA_P384;
	struct spdm_algorithms *a = &r->device->connection.algorithms;
	struct offer offer;

	if (r->device->said != 2) {
		respond_error(w, SPDM_ERROR_UNEXPECTED_REQUEST);
		return;
	}
	take_offer(r, &offer);
	if (r->in.failed || !(offer.asym & signer) || !(offer.hash & SPDM_HASH_SHA_384) ||
	    !(offer.dhe & SPDM_DHE_SECP384R1) || !offer.aead || !offer.schedule) {
		respond_error(w, SPDM_ERROR_INVALID_REQUEST);
		return;
	}
	a->hash = HASH_SHA_384;
	a->signer = r->device->config.signer;
	a->curve = CURVE_P384;
	a->opaque_format_1 = offer.opaque != 0;
	put_algorithms(r, &offer, w);
	said(r, w, 3);
	if (!respond_make_chain(r->device))
		respond_error(w, SPDM_ERROR_UNSPECIFIED);
}

/* --- certificates ------------------------------------------------------------------------------------ */

void respond_digests(struct respond *r, struct wire_writer *w)
{
	const bool none = r->device->fault == RESPONDER_FAULT_NO_CERTIFICATE;

	if (r->device->said != 3) {
		respond_error(w, SPDM_ERROR_UNEXPECTED_REQUEST);
		return;
	}
	wire_put(w, 0, 1);
	wire_put(w, none ? 2 : 1, 1);
	wire_put_bytes(w, r->device->connection.chain_hash, hash_size(HASH_SHA_384));
}

void respond_certificate(struct respond *r, struct wire_writer *w)
{
	const struct responder *device = r->device;
	const size_t offset = wire_get(&r->in, 2), wanted = wire_get(&r->in, 2);
	size_t extra = device->fault == RESPONDER_FAULT_CHAIN_LENGTH ? 16 : 0, size;
	uint8_t *start;

	if (device->said != 3 || r->in.failed || offset >= device->chain_size || r->request[2]) {
		respond_error(w, SPDM_ERROR_INVALID_REQUEST);
		return;
	}
	size = device->chain_size - offset;
	if (size > wanted)
		size = wanted;
	/* In pieces, so that every conversation has several. */
	if (size > 1000)
		size = 1000;
	wire_put(w, 0, 2);
	wire_put(w, size, 2);
	wire_put(w, device->chain_size - offset - size + extra, 2);
	start = w->at;
	wire_put_bytes(w, device->chain + offset, size);
	if (!w->failed && device->fault == RESPONDER_FAULT_WRONG_CERTIFICATE)
		start[size - 1] ^= 1;
}
