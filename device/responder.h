/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_RESPONDER_H
#define DEVICE_RESPONDER_H

/*
 * A device to assign: the other side of SPDM, IDE_KM and TDISP, for tests and demonstrations. It is made
 * from a seed: its keys, certificates, measurements and nonces are the same in every run. A *fault* is one
 * thing that it does wrong from now on. Plain bytes, like the requester.
 *
 * Requests come as the monitor made them; a secured one is told by its session identifier, as a data object
 * exchange tells it by its type.
 */

#include "device/session.h"

enum responder_fault {
	RESPONDER_RIGHT,
#define FAULT(id, name, text) RESPONDER_FAULT_##id,
#include "device/faults.def"
#undef FAULT
	RESPONDER_FAULTS,
};

/* What a fault does, and its name ("wrong-signature"); NULL past the end. */
const char *responder_fault_text(enum responder_fault fault);
const char *responder_fault_name(enum responder_fault fault);

/* Changes `size` bytes of an answer before they are protected; returns the new size, at most RESPONDER_TEXT. */
typedef size_t (*responder_tamper_fn)(void *context, uint8_t *text, size_t size);

#define RESPONDER_TEXT (SPDM_MAX_MESSAGE - 64)

#define RESPONDER_MAX_CHAIN  2048
#define RESPONDER_MAX_REPORT 512
#define RESPONDER_MAX_RANGES 8

/* A range of the interface's MMIO, in the report. */
struct responder_range {
	uint64_t first_page; /* address >> 12 */
	uint32_t pages;
	uint16_t
		attributes; /* bit 0 MSI-X table, bit 1 MSI-X pending bits, bit 2 not for the TEE */
	uint16_t id;
};

struct responder_config {
	uint64_t seed;
	enum signer signer; /* SIGNER_P256 or SIGNER_P384 */
	uint32_t function_id;
	unsigned int range_count;
	struct responder_range ranges[RESPONDER_MAX_RANGES];
	responder_tamper_fn tamper; /* NULL: none */
	void *context;
};

struct responder {
	struct responder_config config;
	enum responder_fault fault;
	uint32_t busy; /* requests that are answered with ERROR (busy) first */
	uint64_t drawn;
	uint32_t measurement; /* version of the firmware that is measured */

	uint8_t said; /* 1 versions, 2 capabilities, 3 algorithms: of the connection */
	struct spdm_connection connection;
	struct spdm_session session;
	uint8_t scalar[CURVE_MAX];
	uint32_t chain_size;
	uint8_t chain[RESPONDER_MAX_CHAIN];

	uint8_t tdisp; /* enum tdisp_state */
	uint8_t nonce[SPDM_NONCE];
	uint16_t ide_keys, ide_running; /* bit per key_sub_stream */
	/* A request whose response is not ready; size 0: none. */
	uint32_t later_size;
	uint8_t later[512];
};

/* False: the cryptography library refuses. */
bool responder_init(struct responder *device, const struct responder_config *config);
/* x and y behind 0x04, and its length, as the Host finds it in the leaf certificate. */
size_t responder_public_key(const struct responder *device, uint8_t key[SIGNER_MAX_KEY]);
/*
 * Answers a request: returns the size of the response in `response` (SPDM_MAX_MESSAGE bytes), 0 for none.
 * A secured request is opened in place.
 */
size_t responder_answer(struct responder *device, uint8_t *request, size_t size, uint8_t *response);

#endif
