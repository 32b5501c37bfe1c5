/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Sessions: KEY_EXCHANGE, FINISH, END_SESSION. DSP0274, 10.16 to 10.21; DSP0277. The monitor has no timer
 * that could send heartbeats, so it does not offer them.
 */
#include "device/message.h"
#include "smc/mutant.h"

/* Requester's half of the session identifier; there is one session at a time. */
#define REQUESTER_SESSION 0xffffu

/* --- opaque data: the versions of secured messages --------------------------------------------------- */

#define OPAQUE_SPEC_ID 0x444d5446u /* "DMTF", in the older format */

static void put_opaque(struct wire_writer *w, bool format_1)
{
	wire_put(w, format_1 ? 16 : 20, 2); /* length of what follows */
	if (!format_1) {
		wire_put(w, OPAQUE_SPEC_ID, 4);
		wire_put(w, 1, 1);
	}
	wire_put(w, 1, 1); /* one element */
	wire_put_zeros(w, format_1 ? 3 : 2);
	wire_put(w, 0, 2); /* of DMTF, without a vendor's identifier */
	wire_put(w, 5, 2);
	wire_put(w, SECURED_DATA_VERSION, 1);
	wire_put(w, SECURED_DATA_SUPPORTED, 1);
	wire_put(w, 1, 1);
	wire_put(w, SECURED_MESSAGE_VERSION, 2);
	wire_put_zeros(w, 3); /* to a multiple of four */
}

/* The version that the device selected is the one that was offered. */
static bool opaque_selects(struct wire_reader in, bool format_1)
{
	unsigned int elements;

	if (!format_1 && (wire_get(&in, 4) != OPAQUE_SPEC_ID || wire_get(&in, 1) != 1))
		return false;
	elements = (unsigned int)wire_get(&in, 1);
	wire_bytes(&in, format_1 ? 3 : 2);
	for (unsigned int i = 0; i < elements && !in.failed; i++) {
		uint64_t id = wire_get(&in, 1), vendor = wire_get(&in, 1), size;
		struct wire_reader data;
		const uint8_t *bytes;

		wire_bytes(&in, vendor);
		size = wire_get(&in, 2);
		bytes = wire_bytes(&in, size);
		wire_bytes(&in, -(2 + vendor + size) & 3);
		if (!bytes || id != 0)
			continue;
		data = wire_reader(bytes, size);
		if (wire_get(&data, 1) == SECURED_DATA_VERSION &&
		    wire_get(&data, 1) == SECURED_DATA_SELECTION)
			return wire_get(&data, 2) == SECURED_MESSAGE_VERSION;
	}
	return false;
}

/* --- KEY_EXCHANGE ------------------------------------------------------------------------------------ */

static void build_key_exchange(struct spdm_requester *r, struct wire_writer *w)
{
	const enum curve curve = r->connection.algorithms.curve;
	uint8_t point[2 * CURVE_MAX] = {0}, random[SPDM_NONCE];

	session_begin(&r->session, &r->connection);
	message_draw(r, random, sizeof(random));
	/* A library that refuses leaves zeros, which no device takes for a point. */
	if (curve_scalar(curve, "spdm exchange", r->config.seed, r->drawn++, r->scalar))
		(void)curve_public(curve, r->scalar, point);
	wire_put(w, 0, 1); /* no summary of measurements */
	wire_put(w, 0, 1); /* slot 0 */
	wire_put(w, REQUESTER_SESSION, 2);
	wire_put(w, 0, 2); /* session policy, reserved */
	wire_put_bytes(w, random, sizeof(random));
	wire_put_bytes(w, point, 2 * (size_t)curve);
	put_opaque(w, r->connection.algorithms.opaque_format_1);
}

static bool add_to_th(struct spdm_requester *r, const uint8_t *request, size_t size)
{
	digest_add(&r->session.th, request, size);
	return true;
}

static bool exchange_signed(const struct spdm_requester *r, const uint8_t *signature)
{
	uint8_t th[SPDM_MAX_HASH], value[SPDM_MAX_HASH];

	digest_value(&r->session.th, th);
	return spdm_sign_hash(r->session.hash, "responder-key_exchange_rsp signing", th, value) &&
	       signer_verify(&r->key, r->session.hash, value, signature);
}

/* The keys of the handshake, and the proof that the device has them. */
static enum taken handshake(struct message *m, const uint8_t *point, const uint8_t *verify_data)
{
	struct spdm_requester *r = m->r;
	uint8_t secret[CURVE_MAX], mac[SPDM_MAX_HASH];
	const enum curve curve = r->connection.algorithms.curve;
	const size_t size = hash_size(r->session.hash);

	if (!curve_agree(curve, r->scalar, point, secret))
		return message_fail(m, SPDM_FAILED_EXCHANGE);
	if (!session_handshake(&r->session, secret, curve) ||
	    !session_verify_data(&r->session, &r->session.response, mac)) {
		r->session.phase = SESSION_NONE;
		return message_fail(m, SPDM_FAILED_CRYPTO);
	}
	if (memcmp(mac, verify_data, size)) {
		r->session.phase = SESSION_NONE;
		return message_fail(m, SPDM_FAILED_VERIFY_DATA);
	}
	digest_add(&r->session.th, verify_data, size);
	memset(r->scalar, 0, sizeof(r->scalar));
	return TAKEN;
}

static enum taken take_key_exchange(struct message *m, struct wire_reader *in)
{
	struct spdm_requester *r = m->r;
	const struct spdm_algorithms *a = &r->connection.algorithms;
	const uint64_t session = wire_get(in, 2);
	const uint8_t *point, *opaque, *signature, *verify_data;
	const size_t signature_size = signer_signature_size(a->signer);
	size_t opaque_size;

	wire_get(in, 2); /* no mutual authentication was offered */
	wire_bytes(in, SPDM_NONCE);
	point = wire_bytes(in, 2 * (size_t)a->curve);
	opaque_size = wire_get(in, 2);
	opaque = wire_bytes(in, opaque_size);
	signature = wire_bytes(in, signature_size);
	verify_data = wire_bytes(in, hash_size(a->hash));
	if (!message_ends(in))
		return message_fail(m, SPDM_FAILED_LENGTH);
	if (r->key.size == 0)
		return message_fail(m, SPDM_FAILED_NO_KEY);
	if (r->key.kind != a->signer)
		return message_fail(m, SPDM_FAILED_KEY_KIND);
	if (!opaque_selects(wire_reader(opaque, opaque_size), a->opaque_format_1) &&
	    !MUTANT(spdm_secured_version_ignored))
		return message_fail(m, SPDM_FAILED_SECURED_VERSION);
	digest_add(&r->session.th, m->whole, (size_t)(signature - m->whole));
	if (!exchange_signed(r, signature) && !MUTANT(spdm_signature_ignored))
		return message_fail(m, SPDM_FAILED_SIGNATURE);
	digest_add(&r->session.th, signature, signature_size);
	r->session.id = (uint32_t)(session << 16 | REQUESTER_SESSION);
	return handshake(m, point, verify_data);
}

const struct message_row message_key_exchange = {.name = "KEY_EXCHANGE",
						 .request = SPDM_KEY_EXCHANGE,
						 .response = SPDM_KEY_EXCHANGE_RSP,
						 .build = build_key_exchange,
						 .take = take_key_exchange,
						 .sent = add_to_th};

/* --- FINISH ------------------------------------------------------------------------------------------ */

/* TH of the verify data ends with the header of FINISH itself. */
static void build_finish(struct spdm_requester *r, struct wire_writer *w)
{
	uint8_t mac[SPDM_MAX_HASH] = {0};

	wire_put(w, 0, 2);
	digest_add(&r->session.th, w->start, wire_written(w));
	(void)session_verify_data(&r->session, &r->session.request, mac);
	digest_add(&r->session.th, mac, hash_size(r->session.hash));
	wire_put_bytes(w, mac, hash_size(r->session.hash));
}

static enum taken take_finish(struct message *m, struct wire_reader *in)
{
	struct spdm_requester *r = m->r;

	if (!message_ends(in))
		return message_fail(m, SPDM_FAILED_LENGTH);
	digest_add(&r->session.th, m->whole, SPDM_HEADER);
	if (!session_application(&r->session))
		return message_fail(m, SPDM_FAILED_CRYPTO);
	return TAKEN;
}

const struct message_row message_finish = {.name = "FINISH",
					   .request = SPDM_FINISH,
					   .response = SPDM_FINISH_RSP,
					   .secured = true,
					   .build = build_finish,
					   .take = take_finish};

/* --- END_SESSION ------------------------------------------------------------------------------------- */

static void build_empty(struct spdm_requester *r, struct wire_writer *w)
{
	(void)r;
	wire_put(w, 0, 2);
}

static enum taken take_end_session(struct message *m, struct wire_reader *in)
{
	if (!message_ends(in))
		return message_fail(m, SPDM_FAILED_LENGTH);
	memset(&m->r->session, 0, sizeof(m->r->session));
	return TAKEN;
}

const struct message_row message_end_session = {.name = "END_SESSION",
						.request = SPDM_END_SESSION,
						.response = SPDM_END_SESSION_ACK,
						.secured = true,
						.build = build_empty,
						.take = take_end_session};
