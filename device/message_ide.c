/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * IDE_KM: keys of the encrypted link, PCI Express 6.1, 6.33.3. A stream has three sub-streams, each with a
 * key for either direction: a row that concerns all of them has six parts.
 */
#include "device/message_vendor.h"

#define PARTS (2 * IDE_SUBSTREAMS)

/* Key set in bit 0, direction in bit 1, sub-stream in bits 7:4. */
static uint8_t key_sub_stream(const struct spdm_requester *r)
{
	return (uint8_t)((r->ide_set & 1) | (r->part & 1 ? IDE_DIRECTION : 0) |
			 (r->part >> 1) << 4);
}

static enum taken next_part(const struct message *m)
{
	return m->r->part + 1 < PARTS ? TAKEN_AGAIN : TAKEN;
}

/* --- QUERY ------------------------------------------------------------------------------------------- */

static void build_query(struct spdm_requester *r, struct wire_writer *w)
{
	(void)r;
	vendor_put(w, PCI_PROTOCOL_IDE_KM, 3);
	wire_put(w, IDE_QUERY, 1);
	wire_put(w, 0, 2); /* reserved, port 0 */
}

static enum taken take_query(struct message *m, struct wire_reader *in)
{
	struct wire_reader ide = vendor_get(in, PCI_PROTOCOL_IDE_KM);

	if (ide.failed)
		return message_fail(m, SPDM_FAILED_VENDOR);
	/* Registers of the IDE capability follow, as many as the device has streams. */
	if (wire_get(&ide, 1) != IDE_QUERY_RESP || wire_left(&ide) < 6)
		return message_fail(m, SPDM_FAILED_IDE);
	return TAKEN;
}

const struct message_row message_ide_query = {.name = "IDE QUERY",
					      VENDOR_ROW,
					      .ide_only = true,
					      .build = build_query,
					      .take = take_query};

/* --- KEY_PROG ---------------------------------------------------------------------------------------- */

static void build_key_prog(struct spdm_requester *r, struct wire_writer *w)
{
	const uint8_t iv[IDE_IV] = {0x01}; /* the counter begins at 1 */

	/* The set that is not in use. */
	if (r->part == 0)
		r->ide_set ^= 1;
	message_draw(r, r->ide_keys[r->part], IDE_KEY);
	vendor_put(w, PCI_PROTOCOL_IDE_KM, 7 + IDE_KEY + IDE_IV);
	wire_put(w, IDE_KEY_PROG, 1);
	wire_put(w, 0, 2);
	wire_put(w, r->config.ide_stream, 1);
	wire_put(w, 0, 1);
	wire_put(w, key_sub_stream(r), 1);
	wire_put(w, 0, 1);
	wire_put_bytes(w, r->ide_keys[r->part], IDE_KEY);
	wire_put_bytes(w, iv, sizeof(iv));
}

/* An acknowledgement of `object` for the stream and part that were asked about. */
static bool acknowledged(struct message *m, struct wire_reader *ide, enum ide_object object)
{
	const struct spdm_requester *r = m->r;
	bool same = wire_get(ide, 1) == object;
	uint64_t status;

	wire_get(ide, 2);
	same &= wire_get(ide, 1) == r->config.ide_stream;
	status = wire_get(ide, 1); /* reserved in K_GOSTOP_ACK */
	same &= wire_get(ide, 1) == key_sub_stream(r);
	wire_get(ide, 1);
	return same && !ide->failed && (object != IDE_KP_ACK || status == 0);
}

static enum taken take_acknowledgement(struct message *m, struct wire_reader *in,
				       enum ide_object object)
{
	struct wire_reader ide = vendor_get(in, PCI_PROTOCOL_IDE_KM);

	if (ide.failed)
		return message_fail(m, SPDM_FAILED_VENDOR);
	if (!acknowledged(m, &ide, object))
		return message_fail(m, SPDM_FAILED_IDE);
	return next_part(m);
}

static enum taken take_key_prog(struct message *m, struct wire_reader *in)
{
	return take_acknowledgement(m, in, IDE_KP_ACK);
}

const struct message_row message_ide_key_prog = {.name = "IDE KEY_PROG",
						 VENDOR_ROW,
						 .ide_only = true,
						 .build = build_key_prog,
						 .take = take_key_prog};

/* --- K_SET_GO, K_SET_STOP ---------------------------------------------------------------------------- */

static void put_set(const struct spdm_requester *r, struct wire_writer *w, enum ide_object object)
{
	vendor_put(w, PCI_PROTOCOL_IDE_KM, 7);
	wire_put(w, object, 1);
	wire_put(w, 0, 2);
	wire_put(w, r->config.ide_stream, 1);
	wire_put(w, 0, 1);
	wire_put(w, key_sub_stream(r), 1);
	wire_put(w, 0, 1);
}

static void build_k_set_go(struct spdm_requester *r, struct wire_writer *w)
{
	put_set(r, w, IDE_K_SET_GO);
}

static void build_k_set_stop(struct spdm_requester *r, struct wire_writer *w)
{
	put_set(r, w, IDE_K_SET_STOP);
}

static enum taken take_gostop(struct message *m, struct wire_reader *in)
{
	return take_acknowledgement(m, in, IDE_K_GOSTOP_ACK);
}

const struct message_row message_ide_k_set_go = {.name = "IDE K_SET_GO",
						 VENDOR_ROW,
						 .ide_only = true,
						 .build = build_k_set_go,
						 .take = take_gostop};
const struct message_row message_ide_k_set_stop = {.name = "IDE K_SET_STOP",
						   VENDOR_ROW,
						   .ide_only = true,
						   .build = build_k_set_stop,
						   .take = take_gostop};
