/* SPDX-License-Identifier: BSD-3-Clause */
/* The device's IDE keys and its TDISP interface. */
#include "device/respond.h"

struct inside {
	struct respond *r;
	struct wire_reader in;
	struct wire_writer out; /* the response's payload behind the protocol */
	bool refused;
};

/* --- IDE_KM ------------------------------------------------------------------------------------------ */

static void ide_query(struct inside *i)
{
	wire_put(&i->out, IDE_QUERY_RESP, 1);
	wire_put(&i->out, 0, 1);
	wire_put(&i->out, 0, 1); /* port */
	wire_put(&i->out, i->r->device->config.function_id, 2);
	wire_put(&i->out, 0, 1); /* segment */
	wire_put(&i->out, 0, 1); /* highest port */
	wire_put(&i->out, 0, 4); /* IDE capability */
	wire_put(&i->out, 0, 4); /* IDE control */
}

/* Programs a key, or starts or stops a part of the stream. */
static void ide_change(struct inside *i, enum ide_object object)
{
	struct responder *device = i->r->device;
	uint8_t stream, part;
	uint16_t bit;

	wire_get(&i->in, 2);
	stream = (uint8_t)wire_get(&i->in, 1);
	wire_get(&i->in, 1);
	part = (uint8_t)wire_get(&i->in, 1);
	wire_get(&i->in, 1);
	/* Sub-stream and direction; both key sets count as one. */
	bit = (uint16_t)(1u << ((part >> 4 & 7) * 2 + (part >> 1 & 1)));
	if (object == IDE_KEY_PROG) {
		wire_bytes(&i->in, IDE_KEY + IDE_IV);
		device->ide_keys |= bit;
	}
	i->refused |= i->in.failed || (object == IDE_K_SET_GO && !(device->ide_keys & bit));
	if (object == IDE_K_SET_GO)
		device->ide_running |= bit;
	if (object == IDE_K_SET_STOP)
		device->ide_running &= (uint16_t)~bit;
	stream ^= device->fault == RESPONDER_FAULT_WRONG_STREAM;
	wire_put(&i->out, object == IDE_KEY_PROG ? IDE_KP_ACK : IDE_K_GOSTOP_ACK, 1);
	wire_put(&i->out, 0, 2);
	wire_put(&i->out, stream, 1);
	wire_put(&i->out, device->fault == RESPONDER_FAULT_NO_IDE, 1);
	wire_put(&i->out, part, 1);
	wire_put(&i->out, 0, 1);
}

static void ide(struct inside *i)
{
	const enum ide_object object = (enum ide_object)wire_get(&i->in, 1);

	if (object == IDE_QUERY)
		ide_query(i);
	else if (object == IDE_KEY_PROG || object == IDE_K_SET_GO || object == IDE_K_SET_STOP)
		ide_change(i, object);
	else
		i->refused = true;
}

/* --- TDISP ------------------------------------------------------------------------------------------- */

enum tdisp_error {
	TDISP_INVALID_REQUEST = 1,
	TDISP_INVALID_STATE = 4,
	TDISP_INVALID_NONCE = 0x102
};

static void put_header(struct inside *i, enum tdisp_message message)
{
	uint32_t function = i->r->device->config.function_id;

	function ^= i->r->device->fault == RESPONDER_FAULT_WRONG_INTERFACE;
	wire_put(&i->out, TDISP_VERSION, 1);
	wire_put(&i->out, message, 1);
	wire_put(&i->out, 0, 2);
	wire_put(&i->out, function, 4);
	wire_put_zeros(&i->out, 8);
}

static void tdisp_error(struct inside *i, enum tdisp_error error)
{
	put_header(i, TDISP_ERROR);
	wire_put(&i->out, error, 4);
	wire_put(&i->out, 0, 4);
}

static void tdisp_capabilities(struct inside *i)
{
	static const uint8_t messages[16] = {0xfe}; /* GET_TDISP_VERSION to STOP_INTERFACE */

	put_header(i, TDISP_CAPABILITIES_RSP);
	wire_put(&i->out, 0, 4);
	wire_put_bytes(&i->out, messages, sizeof(messages));
	wire_put(&i->out, 0x1f, 2);
	wire_put_zeros(&i->out, 3);
	wire_put(&i->out, 48, 1);
	wire_put(&i->out, 1, 1);
	wire_put(&i->out, 1, 1);
}

static void tdisp_lock(struct inside *i)
{
	struct responder *device = i->r->device;

	if (device->tdisp != TDISP_CONFIG_UNLOCKED || device->fault == RESPONDER_FAULT_NO_LOCK) {
		tdisp_error(i, TDISP_INVALID_STATE);
		return;
	}
	device->tdisp = TDISP_CONFIG_LOCKED;
	respond_draw(device, device->nonce, sizeof(device->nonce));
	put_header(i, TDISP_LOCK_RSP);
	wire_put_bytes(&i->out, device->nonce, sizeof(device->nonce));
	if (device->fault == RESPONDER_FAULT_UNLOCKS_ITSELF)
		device->tdisp = TDISP_CONFIG_UNLOCKED;
}

static void tdisp_start(struct inside *i)
{
	struct responder *device = i->r->device;
	const uint8_t *nonce = wire_bytes(&i->in, SPDM_NONCE);

	if (device->tdisp != TDISP_CONFIG_LOCKED) {
		tdisp_error(i, TDISP_INVALID_STATE);
		return;
	}
	if (!nonce || memcmp(nonce, device->nonce, SPDM_NONCE)) {
		tdisp_error(i, TDISP_INVALID_NONCE);
		return;
	}
	device->tdisp = TDISP_RUN;
	put_header(i, TDISP_START_RSP);
}

/* The whole report: interface info, MSI-X, LNR, TPH, ranges of MMIO, device-specific information. */
static size_t make_report(const struct responder_config *config, uint8_t *report)
{
	struct wire_writer w = wire_writer(report, RESPONDER_MAX_REPORT);

	wire_put(&w, 0, 2); /* interface info */
	wire_put(&w, 0, 2);
	wire_put(&w, 0, 2 + 2 + 4);
	wire_put(&w, config->range_count, 4);
	for (unsigned int n = 0; n < config->range_count; n++) {
		wire_put(&w, config->ranges[n].first_page, 8);
		wire_put(&w, config->ranges[n].pages, 4);
		wire_put(&w, config->ranges[n].attributes, 2);
		wire_put(&w, config->ranges[n].id, 2);
	}
	wire_put(&w, 0, 4); /* no device-specific information */
	return wire_written(&w);
}

static void tdisp_report(struct inside *i)
{
	struct responder *device = i->r->device;
	const size_t offset = wire_get(&i->in, 2), wanted = wire_get(&i->in, 2);
	uint8_t report[RESPONDER_MAX_REPORT];
	size_t size = make_report(&device->config, report), portion;

	if (device->tdisp != TDISP_CONFIG_LOCKED && device->tdisp != TDISP_RUN) {
		tdisp_error(i, TDISP_INVALID_STATE);
		return;
	}
	if (i->in.failed || offset >= size) {
		tdisp_error(i, TDISP_INVALID_REQUEST);
		return;
	}
	portion = size - offset < wanted ? size - offset : wanted;
	/* In pieces, so that every conversation has several. */
	portion = portion > 32 ? 32 : portion;
	size = device->fault == RESPONDER_FAULT_EMPTY_REPORT ? offset : size;
	portion = size == offset ? 0 : portion;
	put_header(i, TDISP_REPORT_RSP);
	wire_put(&i->out, portion, 2);
	wire_put(&i->out, size - offset - portion, 2);
	wire_put_bytes(&i->out, report + offset, portion);
}

static void tdisp(struct inside *i)
{
	struct responder *device = i->r->device;
	uint64_t message, function;

	wire_get(&i->in, 1);
	message = wire_get(&i->in, 1);
	wire_get(&i->in, 2);
	function = wire_get(&i->in, 4);
	wire_bytes(&i->in, 8);
	if (i->in.failed || function != device->config.function_id) {
		tdisp_error(i, TDISP_INVALID_REQUEST);
		return;
	}
	switch (message) {
	case TDISP_GET_VERSION:
		put_header(i, TDISP_VERSION_RSP);
		wire_put(&i->out, 1, 1);
		wire_put(&i->out, TDISP_VERSION, 1);
		return;
	case TDISP_GET_CAPABILITIES:
		tdisp_capabilities(i);
		return;
	case TDISP_LOCK:
		tdisp_lock(i);
		return;
	case TDISP_GET_REPORT:
		tdisp_report(i);
		return;
	case TDISP_GET_STATE:
		put_header(i, TDISP_STATE_RSP);
		wire_put(&i->out, device->tdisp, 1);
		return;
	case TDISP_START:
		tdisp_start(i);
		return;
	case TDISP_STOP:
		device->tdisp = TDISP_CONFIG_UNLOCKED;
		put_header(i, TDISP_STOP_RSP);
		return;
	}
	tdisp_error(i, TDISP_INVALID_REQUEST);
}

/* --- the frame --------------------------------------------------------------------------------------- */

void respond_vendor(struct respond *r, struct wire_writer *w)
{
	const bool other = r->device->fault == RESPONDER_FAULT_WRONG_VENDOR;
	uint64_t standard = wire_get(&r->in, 2), vendor_size = wire_get(&r->in, 1);
	uint64_t vendor = wire_get(&r->in, 2), size = wire_get(&r->in, 2);
	const uint8_t *bytes = wire_bytes(&r->in, size);
	uint8_t payload[1024];
	struct inside i = {.r = r, .out = wire_writer(payload, sizeof(payload))};

	if (!bytes || size == 0 || standard != PCI_SIG_STANDARD_ID || vendor_size != 2 ||
	    vendor != PCI_SIG_VENDOR_ID || bytes[0] > PCI_PROTOCOL_TDISP) {
		respond_error(w, SPDM_ERROR_INVALID_REQUEST);
		return;
	}
	i.in = wire_reader(bytes + 1, size - 1);
	if (bytes[0] == PCI_PROTOCOL_IDE_KM)
		ide(&i);
	else
		tdisp(&i);
	if (i.refused || i.out.failed) {
		respond_error(w, SPDM_ERROR_INVALID_REQUEST);
		return;
	}
	wire_put(w, 0, 2);
	wire_put(w, PCI_SIG_STANDARD_ID, 2);
	wire_put(w, 2, 1);
	wire_put(w, other ? 2 : PCI_SIG_VENDOR_ID, 2);
	wire_put(w, 1 + wire_written(&i.out), 2);
	wire_put(w, bytes[0], 1);
	wire_put_bytes(w, payload, wire_written(&i.out));
}
