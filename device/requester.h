/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_REQUESTER_H
#define DEVICE_REQUESTER_H

/*
 * device/ is what an assigned device and the monitor say to each other: requester.h the monitor's side, responder.h a
 * device to talk to, spdm.h and wire.h the bytes, session.h keys and secured messages, crypto.h the algorithms.
 *
 * The monitor's side of SPDM 1.2: device-assignment.md#5.
 *
 * An *operation* is a list of messages, each a row of request code, response code, a function that builds
 * the request and one that takes the response. A *step* takes the response to the last request and makes
 * the next one; the Host carries both. A step never waits and never allocates. For every answer of the device,
 * the operation is active, done, or failed with an error that has a name; after a failure only a new
 * operation goes on.
 *
 * struct spdm_requester is plain bytes that live in granules of the PDEV: a copy of it is a requester at
 * the same point of its conversation.
 *
 *	spdm_requester_init(&r, &config);
 *	spdm_begin(&r, SPDM_CONNECT);
 *	do {
 *		spdm_step(&r, response, size, request, &step);
 *		... the request goes to the device, if step.send ...
 *	} while (step.state == SPDM_ACTIVE);
 *
 * Threads: one at a time for each requester; cryptography takes the lock of attest/key.h.
 */

#include "device/session.h"

/* Why an operation failed. */
enum spdm_failure {
#define FAILURE(id, text) SPDM_FAILED_##id,
#include "device/failures.def"
#undef FAILURE
	SPDM_FAILURES,
};

const char *spdm_failure_text(enum spdm_failure failure);

enum spdm_operation {
	SPDM_IDLE,
	SPDM_CONNECT,    /* version, capabilities, algorithms, digests, certificate chain */
	SPDM_SECURE,     /* session; with IDE its keys and streams */
	SPDM_REFRESH,    /* new IDE keys */
	SPDM_RESET,      /* the IDE stream stops and starts with new keys */
	SPDM_DISCONNECT, /* the IDE stream stops, the session ends */
	SPDM_MEASURE,    /* measurements */
	SPDM_LOCK,       /* TDISP: CONFIG_UNLOCKED to CONFIG_LOCKED */
	SPDM_REPORT,     /* TDISP: interface report */
	SPDM_START,      /* TDISP: CONFIG_LOCKED to RUN */
	SPDM_UNLOCK,     /* TDISP: to CONFIG_UNLOCKED */
	SPDM_OPERATIONS,
};

enum spdm_progress { SPDM_DONE, SPDM_ACTIVE, SPDM_FAILED };

/* Objects that the Host caches: RmiDevCommObject. */
enum spdm_object {
	SPDM_OBJECT_VCA,
	SPDM_OBJECT_CERTIFICATE,
	SPDM_OBJECT_MEASUREMENTS,
	SPDM_OBJECT_REPORT,
};

struct spdm_span {
	uint16_t offset, size; /* size 0: nothing */
};

/* What one step wants of the Host. */
struct spdm_turn {
	enum spdm_progress state;
	bool send;    /* `request_size` bytes are to be sent */
	bool secured; /* as a secured message */
	bool wait;    /* the device is busy: ask again after `timeout` */
	uint16_t request_size;
	uint64_t timeout; /* microseconds */
	bool cached;      /* `object`, of which these are the next bytes */
	enum spdm_object object;
	struct spdm_span cache_request;  /* of the request that this step made */
	struct spdm_span cache_response; /* of the response that this step took, opened in place */
};

struct spdm_config {
	uint64_t seed;  /* of scalars, nonces, IDE keys */
	bool cache_vca; /* the Host keeps versions, capabilities and algorithms */
	bool ide;       /* the link is encrypted: streams get keys */
	uint8_t ide_stream;
};

/* A TDISP interface, and what its operations need. It is the caller's between steps. */
struct spdm_interface {
	uint32_t function_id;
	uint8_t nonce[SPDM_NONCE]; /* of LOCK, for START */
	uint16_t lock_flags;
	bool measurements_signed, measurements_raw;
	uint8_t measurement_nonce[SPDM_NONCE];
};

struct spdm_requester {
	struct spdm_config config;
	uint8_t operation, row;
	uint32_t part; /* of a row that has several messages */
	bool begun;    /* the request of the row was made */
	bool waiting;  /* a response that was not ready: RESPOND_IF_READY */
	uint8_t retries;
	uint8_t failure;
	uint8_t not_ready[2]; /* request code and token */
	uint64_t drawn;       /* numbers taken from the seed */
	struct {              /* before the last request, which a busy device did not hear */
		uint64_t drawn;
		uint32_t vca_size;
		struct digest th, exchange;
	} before;

	struct spdm_connection connection;
	struct spdm_session session;
	uint64_t response_timeout;     /* microseconds */
	struct signer_key key;         /* the device's, from the Host */
	uint8_t digest[SPDM_MAX_HASH]; /* of the chain, as DIGESTS said */
	struct digest chain;
	uint32_t chain_size, chain_total; /* bytes so far, and as the chain says itself */
	uint8_t scalar[CURVE_MAX];

	struct digest exchange; /* L1: of a signed measurement */
	uint32_t report_size;   /* bytes so far */
	uint8_t ide_keys[2 * IDE_SUBSTREAMS][IDE_KEY];
	uint32_t ide_set; /* key set in use */
	struct spdm_interface interface;
};

void spdm_requester_init(struct spdm_requester *r, const struct spdm_config *config);
/* Bytes of a file are a requester at some point of a conversation: numbers in range, nothing more. */
bool spdm_requester_valid(const struct spdm_requester *r);
/* The key that signs for the device; false: its length is not that of its kind. */
bool spdm_set_key(struct spdm_requester *r, enum signer kind, const uint8_t *bytes, size_t size);
/* Begins an operation. Its first step takes no response. */
void spdm_begin(struct spdm_requester *r, enum spdm_operation operation);
/*
 * `response`: SPDM_MAX_MESSAGE bytes, `size` of them from the device; a secured message is opened in place.
 * `request`: SPDM_MAX_MESSAGE bytes. They do not overlap.
 */
void spdm_step(struct spdm_requester *r, uint8_t *response, size_t size, uint8_t *request,
	       struct spdm_turn *turn);
/* The Host could not carry the last request. */
void spdm_transport_failed(struct spdm_requester *r, struct spdm_turn *turn);

#endif
