/* SPDX-License-Identifier: BSD-3-Clause */
/* The device's dispatch: frames, sessions, faults that concern every message. */
#include "device/respond.h"

static const char *const fault_names[] = {
	"right",
#define FAULT(id, name, text) name,
#include "device/faults.def"
#undef FAULT
};

static const char *const fault_texts[] = {
	"does everything right",
#define FAULT(id, name, text) text,
#include "device/faults.def"
#undef FAULT
};

const char *responder_fault_name(enum responder_fault fault)
{
	return fault < RESPONDER_FAULTS ? fault_names[fault] : NULL;
}

const char *responder_fault_text(enum responder_fault fault)
{
	return fault < RESPONDER_FAULTS ? fault_texts[fault] : NULL;
}

static const struct respond_row rows[] = {
	{SPDM_GET_VERSION, SPDM_VERSION, RESPOND_PLAIN, respond_version},
	{SPDM_GET_CAPABILITIES, SPDM_CAPABILITIES, RESPOND_PLAIN, respond_capabilities},
	{SPDM_NEGOTIATE_ALGORITHMS, SPDM_ALGORITHMS, RESPOND_PLAIN, respond_algorithms},
	{SPDM_GET_DIGESTS, SPDM_DIGESTS, RESPOND_EITHER, respond_digests},
	{SPDM_GET_CERTIFICATE, SPDM_CERTIFICATE, RESPOND_EITHER, respond_certificate},
	{SPDM_KEY_EXCHANGE, SPDM_KEY_EXCHANGE_RSP, RESPOND_PLAIN, respond_key_exchange},
	{SPDM_FINISH, SPDM_FINISH_RSP, RESPOND_HANDSHAKE, respond_finish},
	{SPDM_HEARTBEAT, SPDM_HEARTBEAT_ACK, RESPOND_SECURED, respond_empty},
	{SPDM_END_SESSION, SPDM_END_SESSION_ACK, RESPOND_SECURED, respond_end_session},
	{SPDM_GET_MEASUREMENTS, SPDM_MEASUREMENTS, RESPOND_SECURED, respond_measurements},
	{SPDM_VENDOR_DEFINED_REQUEST, SPDM_VENDOR_DEFINED_RESPONSE, RESPOND_SECURED,
	 respond_vendor},
};

static const struct respond_row *row_of(uint8_t code)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].request == code)
			return &rows[i];
	}
	return NULL;
}

static bool phase_fits(const struct responder *device, const struct respond_row *row, bool secured)
{
	switch (row->when) {
	case RESPOND_PLAIN:
		return !secured;
	case RESPOND_EITHER:
		return !secured || device->session.phase == SESSION_APPLICATION;
	case RESPOND_HANDSHAKE:
		return secured && device->session.phase == SESSION_HANDSHAKE;
	case RESPOND_SECURED:
		return secured && device->session.phase == SESSION_APPLICATION;
	}
	return false;
}

#define TOKEN 0x5a

/* Not ready: the request is kept until RESPOND_IF_READY asks for its answer. */
static void not_ready(struct responder *device, const uint8_t *request, size_t size,
		      struct wire_writer *w)
{
	memcpy(device->later, request, size);
	device->later_size = (uint32_t)size;
	respond_error(w, SPDM_ERROR_NOT_READY);
	wire_put(w, 1, 1); /* RDTExponent */
	wire_put(w, request[1], 1);
	wire_put(w, TOKEN, 1);
	wire_put(w, 1, 1); /* RDTM */
}

/* Whether every request is answered with an ERROR now. */
static bool postponed(struct responder *device, const uint8_t *request, size_t size,
		      struct wire_writer *w)
{
	if (device->fault == RESPONDER_FAULT_ERRORS) {
		respond_error(w, SPDM_ERROR_UNSPECIFIED);
		return true;
	}
	if (device->busy || device->fault == RESPONDER_FAULT_ALWAYS_BUSY) {
		device->busy -= device->busy != 0;
		respond_error(w, SPDM_ERROR_BUSY);
		return true;
	}
	if (device->fault != RESPONDER_FAULT_NOT_READY || request[1] == SPDM_GET_VERSION ||
	    size > sizeof(device->later))
		return false;
	not_ready(device, request, size, w);
	return true;
}

/* RESPOND_IF_READY names the request that was kept. */
static bool asks_again(const struct responder *device, const uint8_t *request)
{
	return request[1] == SPDM_RESPOND_IF_READY && device->later_size &&
	       request[2] == device->later[1] && request[3] == TOKEN;
}

static void respond(struct responder *device, const uint8_t *request, size_t size, bool secured,
		    struct wire_writer *w)
{
	const struct respond_row *row;
	struct respond in;

	if (size < SPDM_HEADER) {
		respond_error(w, SPDM_ERROR_INVALID_REQUEST);
		return;
	}
	if (asks_again(device, request)) {
		request = device->later;
		size = device->later_size;
		device->later_size = 0;
	} else if (postponed(device, request, size, w)) {
		return;
	}
	in = (struct respond){device, request, size, wire_reader(request, size)};
	row = row_of(request[1]);
	if (!row || !phase_fits(device, row, secured)) {
		respond_error(w, row ? SPDM_ERROR_UNEXPECTED_REQUEST : SPDM_ERROR_UNSUPPORTED);
		return;
	}
	wire_bytes(&in.in, SPDM_HEADER);
	wire_put(w, row->request == SPDM_GET_VERSION ? SPDM_VERSION_1_0 : SPDM_VERSION_1_2, 1);
	wire_put(w, row->response, 1);
	row->answer(&in, w);
	if (w->failed)
		respond_error(w, SPDM_ERROR_INVALID_REQUEST);
}

/* --- faults of every message ------------------------------------------------------------------------- */

static size_t fault_text(const struct responder *device, uint8_t *text, size_t size)
{
	switch (device->fault) {
	case RESPONDER_FAULT_TRUNCATED:
		return size > 8 ? size - 8 : size;
	case RESPONDER_FAULT_LONG:
		memset(text + size, 0xee, 8);
		return size + 8;
	case RESPONDER_FAULT_WRONG_MESSAGE_VERSION:
		text[0] = 0x11;
		return size;
	case RESPONDER_FAULT_WRONG_CODE:
		text[1] = SPDM_HEARTBEAT_ACK + 1;
		return size;
	default:
		return size;
	}
}

static size_t spoil_text(const struct responder *device, uint8_t *text, size_t size)
{
	size = fault_text(device, text, size);
	if (device->config.tamper)
		size = device->config.tamper(device->config.context, text, size);
	return size < RESPONDER_TEXT ? size : RESPONDER_TEXT;
}

static void spoil_record(const struct responder *device, uint8_t *record, size_t size)
{
	if (device->fault == RESPONDER_FAULT_WRONG_TAG)
		record[size - 1] ^= 1;
	if (device->fault == RESPONDER_FAULT_WRONG_SESSION)
		record[2] ^= 1;
}

/* --- the door ---------------------------------------------------------------------------------------- */

static size_t answer_plain(struct responder *device, const uint8_t *request, size_t size,
			   uint8_t *response)
{
	/* Room for what spoil_text() appends. */
	struct wire_writer w = wire_writer(response, RESPONDER_TEXT - 8);

	respond(device, request, size, false, &w);
	return spoil_text(device, response, wire_written(&w));
}

/* The keys that answer are those with which the request came: FINISH changes them. */
static size_t answer_secured(struct responder *device, uint8_t *request, size_t size,
			     uint8_t *response)
{
	struct session_keys keys = device->session.response;
	const struct spdm_session before = device->session;
	uint8_t text[SPDM_MAX_MESSAGE];
	struct wire_writer w = wire_writer(text, RESPONDER_TEXT - 8);

	size = session_open(&device->session, &device->session.request, request, size);
	if (!size)
		return 0;
	respond(device, request, size, true, &w);
	size = spoil_text(device, text, wire_written(&w));
	size = session_seal(&before, &keys, text, size, response);
	if (device->session.phase == before.phase)
		device->session.response.sequence = keys.sequence;
	if (size)
		spoil_record(device, response, size);
	return size;
}

size_t responder_answer(struct responder *device, uint8_t *request, size_t size, uint8_t *response)
{
	struct wire_reader in = wire_reader(request, size);
	const uint32_t session = (uint32_t)wire_get(&in, 4);

	if (device->fault == RESPONDER_FAULT_SILENT || in.failed)
		return 0;
	if (device->session.phase != SESSION_NONE && session == device->session.id)
		return answer_secured(device, request, size, response);
	return answer_plain(device, request, size, response);
}
