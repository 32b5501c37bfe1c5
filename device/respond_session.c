/* SPDX-License-Identifier: BSD-3-Clause */
/* The device's half of sessions, and its measurements. */
#include "device/respond.h"

#define RESPONDER_SESSION 0xfffeu

static void put_selection(const struct respond *r, struct wire_writer *w)
{
	const bool format_1 = r->device->connection.algorithms.opaque_format_1;
	const bool wrong = r->device->fault == RESPONDER_FAULT_WRONG_SECURED_VERSION;

	wire_put(w, format_1 ? 12 : 16, 2);
	if (!format_1) {
		wire_put(w, 0x444d5446, 4);
		wire_put(w, 1, 1);
	}
	wire_put(w, 1, 1);
	wire_put_zeros(w, format_1 ? 3 : 2);
	wire_put(w, 0, 2);
	wire_put(w, 4, 2);
	wire_put(w, SECURED_DATA_VERSION, 1);
	wire_put(w, SECURED_DATA_SELECTION, 1);
	wire_put(w, wrong ? 0x1000 : SECURED_MESSAGE_VERSION, 2);
}

/* Signature, keys and verify data of KEY_EXCHANGE_RSP; the transcript follows. */
static bool put_proof(struct respond *r, const uint8_t *point, struct wire_writer *w)
{
	struct responder *device = r->device;
	struct spdm_session *s = &device->session;
	const enum signer signer = device->connection.algorithms.signer;
	uint8_t th[SPDM_MAX_HASH], signature[SIGNER_MAX_SIGNATURE], secret[CURVE_MAX];
	uint8_t mac[SPDM_MAX_HASH];

	digest_add(&s->th, w->start, wire_written(w));
	digest_value(&s->th, th);
	if (!respond_sign(device, "responder-key_exchange_rsp signing", th,
			  RESPONDER_FAULT_WRONG_SIGNATURE, signature))
		return false;
	wire_put_bytes(w, signature, signer_signature_size(signer));
	digest_add(&s->th, signature, signer_signature_size(signer));
	if (!curve_agree(CURVE_P384, device->scalar, point, secret) ||
	    !session_handshake(s, secret, CURVE_P384) || !session_verify_data(s, &s->response, mac))
		return false;
	digest_add(&s->th, mac, hash_size(s->hash));
	mac[0] ^= device->fault == RESPONDER_FAULT_WRONG_VERIFY_DATA;
	wire_put_bytes(w, mac, hash_size(s->hash));
	return true;
}

void respond_key_exchange(struct respond *r, struct wire_writer *w)
{
	struct responder *device = r->device;
	const uint64_t half = wire_get(&r->in, 2);
	uint8_t random[SPDM_NONCE], own[2 * CURVE_MAX];
	const uint8_t *point;

	wire_bytes(&r->in, 2 + SPDM_NONCE);
	point = wire_bytes(&r->in, 2 * CURVE_P384);
	if (device->said != 3 || !point ||
	    !curve_scalar(CURVE_P384, "spdm device exchange", device->config.seed, device->drawn++,
			  device->scalar) ||
	    !curve_public(CURVE_P384, device->scalar, own)) {
		respond_error(w, SPDM_ERROR_INVALID_REQUEST);
		return;
	}
	session_begin(&device->session, &device->connection);
	digest_add(&device->session.th, r->request, r->size);
	device->session.id = (uint32_t)(RESPONDER_SESSION << 16 | half);
	respond_draw(device, random, sizeof(random));
	if (device->fault == RESPONDER_FAULT_WRONG_POINT)
		own[0] ^= 1;
	wire_put(w, 0, 2); /* no heartbeat */
	wire_put(w, RESPONDER_SESSION, 2);
	wire_put(w, 0, 2); /* no mutual authentication */
	wire_put_bytes(w, random, sizeof(random));
	wire_put_bytes(w, own, sizeof(own));
	put_selection(r, w);
	if (w->failed || !put_proof(r, point, w)) {
		device->session.phase = SESSION_NONE;
		respond_error(w, SPDM_ERROR_INVALID_REQUEST);
	}
}

void respond_finish(struct respond *r, struct wire_writer *w)
{
	struct spdm_session *s = &r->device->session;
	const size_t size = hash_size(s->hash);
	const uint8_t *verify_data = wire_bytes(&r->in, size);
	uint8_t mac[SPDM_MAX_HASH];

	digest_add(&s->th, r->request, SPDM_HEADER);
	if (!verify_data || !session_verify_data(s, &s->request, mac) ||
	    memcmp(mac, verify_data, size)) {
		respond_error(w, SPDM_ERROR_DECRYPT);
		return;
	}
	digest_add(&s->th, verify_data, size);
	wire_put(w, 0, 2);
	digest_add(&s->th, w->start, wire_written(w));
	if (!session_application(s))
		respond_error(w, SPDM_ERROR_UNSPECIFIED);
}

void respond_empty(struct respond *r, struct wire_writer *w)
{
	(void)r;
	wire_put(w, 0, 2);
}

void respond_end_session(struct respond *r, struct wire_writer *w)
{
	wire_put(w, 0, 2);
	r->device->session.phase = SESSION_NONE;
	r->device->tdisp = TDISP_CONFIG_UNLOCKED;
	r->device->ide_keys = 0;
	r->device->ide_running = 0;
}

/* --- measurements: a digest of firmware and a version, as DMTF blocks ----------------------------------- */

#define BLOCK_HEADER 4
#define BLOCK_DIGEST (3 + 48)
#define BLOCK_RAW    (3 + 8)

static void put_block(struct wire_writer *w, uint8_t index, uint8_t type, const uint8_t *value,
		      size_t size)
{
	wire_put(w, index, 1);
	wire_put(w, SPDM_MEASUREMENT_DMTF, 1);
	wire_put(w, 3 + size, 2);
	wire_put(w, type, 1);
	wire_put(w, size, 2);
	wire_put_bytes(w, value, size);
}

static void put_record(const struct responder *device, struct wire_writer *w)
{
	uint8_t digest[48], version[8] = {0};

	crypto_fill("spdm device firmware", device->config.seed, device->measurement, digest,
		    sizeof(digest));
	version[0] = (uint8_t)device->measurement;
	wire_put(w, 2, 1); /* blocks */
	wire_put(w, 2 * BLOCK_HEADER + BLOCK_DIGEST + BLOCK_RAW, 3);
	put_block(w, 1, 0x01, digest, sizeof(digest));
	/* Raw version of the firmware; the fault says that it is longer. */
	put_block(w, 2, 0x86, version, sizeof(version));
}

void respond_measurements(struct respond *r, struct wire_writer *w)
{
	struct responder *device = r->device;
	const bool want = r->request[2] & SPDM_MEASUREMENTS_SIGNED;
	uint8_t nonce[SPDM_NONCE], value[SPDM_MAX_HASH], signature[SIGNER_MAX_SIGNATURE];
	struct digest exchange;

	if (r->request[3] != SPDM_MEASUREMENTS_ALL) {
		respond_error(w, SPDM_ERROR_INVALID_REQUEST);
		return;
	}
	wire_put(w, 0, 2);
	put_record(device, w);
	if (device->fault == RESPONDER_FAULT_WRONG_RECORD && !w->failed)
		w->at[-(BLOCK_RAW + 2)]++;
	respond_draw(device, nonce, sizeof(nonce));
	wire_put_bytes(w, nonce, sizeof(nonce));
	wire_put(w, 0, 2);
	if (!want || w->failed)
		return;
	digest_start(&exchange, device->connection.algorithms.hash);
	digest_add(&exchange, device->connection.vca, device->connection.vca_size);
	digest_add(&exchange, r->request, r->size);
	digest_add(&exchange, w->start, wire_written(w));
	digest_value(&exchange, value);
	if (respond_sign(device, "responder-measurements signing", value,
			 RESPONDER_FAULT_WRONG_MEASUREMENT_SIGNATURE, signature))
		wire_put_bytes(w, signature, signer_signature_size(device->config.signer));
	else
		respond_error(w, SPDM_ERROR_UNSPECIFIED);
}
