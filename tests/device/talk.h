/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_DEVICE_TALK_H
#define TESTS_DEVICE_TALK_H

/* A requester and a ready-made device that talk, and what the Host would have kept of it. */

#include "device/requester.h"
#include "device/responder.h"

struct talk {
	struct spdm_requester requester;
	struct responder device;
	struct spdm_turn turn; /* the last one */
	unsigned int messages; /* of the last operation */
	unsigned int waits;
	/* What was cached of each object, by the last operation that cached it. */
	size_t size[4];
	uint8_t object[4][8192];
};

/* A device whose interface has two ranges of MMIO; the requester knows its key. */
void talk_start(struct talk *t, enum signer signer, bool ide);
/* Runs an operation to its end and returns how it ended. */
enum spdm_progress talk_run(struct talk *t, enum spdm_operation operation);
/* Runs each operation, which has to succeed. */
void talk_connected(struct talk *t);
void talk_secured(struct talk *t);
void talk_locked(struct talk *t);

#endif
