/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_RESPOND_H
#define DEVICE_RESPOND_H

/* What the parts of the ready-made device share. */

#include "device/responder.h"
#include "device/wire.h"

/* Where a request may come. */
enum respond_when {
	RESPOND_PLAIN,
	RESPOND_EITHER,
	RESPOND_HANDSHAKE,
	RESPOND_SECURED,
};

struct respond {
	struct responder *device;
	const uint8_t *request;
	size_t size;
	struct wire_reader in; /* behind Param2 */
};

struct respond_row {
	uint8_t request, response;
	enum respond_when when;
	/* Appends Param1, Param2 and what follows, or makes an ERROR of it. */
	void (*answer)(struct respond *r, struct wire_writer *w);
};

void respond_error(struct wire_writer *w, enum spdm_error_code code);
void respond_draw(struct responder *device, uint8_t *bytes, size_t size);

void respond_version(struct respond *r, struct wire_writer *w);
void respond_capabilities(struct respond *r, struct wire_writer *w);
void respond_algorithms(struct respond *r, struct wire_writer *w);
void respond_digests(struct respond *r, struct wire_writer *w);
void respond_certificate(struct respond *r, struct wire_writer *w);
void respond_key_exchange(struct respond *r, struct wire_writer *w);
void respond_finish(struct respond *r, struct wire_writer *w);
void respond_empty(struct respond *r, struct wire_writer *w);
void respond_end_session(struct respond *r, struct wire_writer *w);
void respond_measurements(struct respond *r, struct wire_writer *w);
void respond_vendor(struct respond *r, struct wire_writer *w);

/* respond_chain.c: the chain, with its header, from the seed. */
bool respond_make_chain(struct responder *device);
/* A signature of the device; the fault signs with another key. */
bool respond_sign(struct responder *device, const char *purpose, const uint8_t *hash,
		  enum responder_fault fault, uint8_t *signature);

#endif
