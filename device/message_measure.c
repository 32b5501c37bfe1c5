/* SPDX-License-Identifier: BSD-3-Clause */
/* GET_MEASUREMENTS, all blocks in one message, inside of the session. DSP0274, 10.11 */
#include "device/message.h"
#include "smc/mutant.h"

static void build_get_measurements(struct spdm_requester *r, struct wire_writer *w)
{
	const struct spdm_interface *i = &r->interface;

	wire_put(w,
		 (i->measurements_signed ? SPDM_MEASUREMENTS_SIGNED : 0) |
			 (i->measurements_raw ? SPDM_MEASUREMENTS_RAW : 0),
		 1);
	wire_put(w, SPDM_MEASUREMENTS_ALL, 1);
	if (!i->measurements_signed)
		return;
	wire_put_bytes(w, i->measurement_nonce, SPDM_NONCE);
	wire_put(w, 0, 1); /* slot 0 signs */
}

/* L1 begins with VCA. */
static bool begin_exchange(struct spdm_requester *r, const uint8_t *request, size_t size)
{
	digest_start(&r->exchange, r->connection.algorithms.hash);
	digest_add(&r->exchange, r->connection.vca, r->connection.vca_size);
	digest_add(&r->exchange, request, size);
	return true;
}

/* Blocks: index, specification, size, that many bytes. */
static bool blocks_fill(const uint8_t *record, size_t size, unsigned int count)
{
	struct wire_reader in = wire_reader(record, size);

	for (unsigned int i = 0; i < count; i++) {
		wire_get(&in, 2);
		wire_bytes(&in, wire_get(&in, 2));
	}
	return !in.failed && wire_left(&in) == 0;
}

static bool measurements_signed(const struct spdm_requester *r, const uint8_t *signature)
{
	const enum hash_kind hash = r->connection.algorithms.hash;
	uint8_t exchange[SPDM_MAX_HASH], value[SPDM_MAX_HASH];

	digest_value(&r->exchange, exchange);
	return r->key.size && r->key.kind == r->connection.algorithms.signer &&
	       spdm_sign_hash(hash, "responder-measurements signing", exchange, value) &&
	       signer_verify(&r->key, hash, value, signature);
}

static enum taken take_measurements(struct message *m, struct wire_reader *in)
{
	struct spdm_requester *r = m->r;
	const unsigned int count = (unsigned int)wire_get(in, 1);
	const size_t size = wire_get(in, 3);
	const uint8_t *record = wire_bytes(in, size), *signature = NULL;

	wire_bytes(in, SPDM_NONCE);
	wire_bytes(in, wire_get(in, 2)); /* opaque data */
	if (r->interface.measurements_signed)
		signature = wire_bytes(in, signer_signature_size(r->connection.algorithms.signer));
	if (!message_ends(in))
		return message_fail(m, SPDM_FAILED_LENGTH);
	if (!blocks_fill(record, size, count))
		return message_fail(m, SPDM_FAILED_MEASUREMENT_RECORD);
	if (signature) {
		digest_add(&r->exchange, m->whole, (size_t)(signature - m->whole));
		if (!measurements_signed(r, signature) && !MUTANT(spdm_measurement_unsigned))
			return message_fail(m, SPDM_FAILED_MEASUREMENT_SIGNATURE);
	}
	message_cache(m, SPDM_OBJECT_MEASUREMENTS, record, size);
	return TAKEN;
}

const struct message_row message_get_measurements = {.name = "GET_MEASUREMENTS",
						     .request = SPDM_GET_MEASUREMENTS,
						     .response = SPDM_MEASUREMENTS,
						     .secured = true,
						     .build = build_get_measurements,
						     .take = take_measurements,
						     .sent = begin_exchange};
