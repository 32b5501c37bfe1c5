/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_MESSAGE_H
#define DEVICE_MESSAGE_H

/* Rows of messages, and what the functions in them share. */

#include "device/requester.h"
#include "device/wire.h"

/* The last request, and what its response is looked at with. */
struct message {
	struct spdm_requester *r;
	const uint8_t *whole; /* the response, opened */
	size_t size;
	uint8_t param1, param2; /* of the response */
	struct spdm_turn *turn;
};

enum taken {
	TAKEN,       /* go on with the next row */
	TAKEN_AGAIN, /* this row has another part */
	TAKEN_FAILED,
};

struct message_row {
	const char *name;
	uint8_t request, response;
	bool secured;
	bool ide_only; /* left out on a link without IDE */
	bool vca;      /* belongs to what is said before algorithms are agreed on */
	/* Appends Param1, Param2 and what follows. */
	void (*build)(struct spdm_requester *r, struct wire_writer *w);
	/* Takes what follows Param2. */
	enum taken (*take)(struct message *m, struct wire_reader *in);
	/* Optional: adds the finished request to transcripts. */
	bool (*sent)(struct spdm_requester *r, const uint8_t *request, size_t size);
};

#define MESSAGE_MAX_ROWS 16

struct operation_row {
	const char *name;
	const struct message_row *rows[MESSAGE_MAX_ROWS]; /* ends with NULL */
};

extern const struct message_row message_get_version, message_get_capabilities,
	message_negotiate_algorithms, message_get_digests, message_get_certificate;
extern const struct message_row message_key_exchange, message_finish, message_end_session;
extern const struct message_row message_get_measurements;
extern const struct message_row message_ide_query, message_ide_key_prog, message_ide_k_set_go,
	message_ide_k_set_stop;
extern const struct message_row message_tdisp_version, message_tdisp_capabilities,
	message_tdisp_lock, message_tdisp_report, message_tdisp_start, message_tdisp_stop,
	message_tdisp_unlocked, message_tdisp_locked, message_tdisp_running;

/* Sets why the operation failed. */
enum taken message_fail(struct message *m, enum spdm_failure failure);
/* The response has `size` more bytes, and nothing behind them. */
bool message_ends(const struct wire_reader *in);
/* The Host is to keep bytes of this response: `start` lies inside of it. */
void message_cache(struct message *m, enum spdm_object object, const uint8_t *start, size_t size);
/* `size` bytes from the seed that no other message has. */
void message_draw(struct spdm_requester *r, uint8_t *bytes, size_t size);

#endif
