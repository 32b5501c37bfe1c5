/* SPDX-License-Identifier: BSD-3-Clause */
/* TDISP: the life of an assigned interface. PCI Express 6.1, chapter 11 */
#include "device/message_vendor.h"
#include "smc/mutant.h"

#define TDISP_HEADER 16 /* version, type, reserved, interface */

static void put_header(const struct spdm_requester *r, struct wire_writer *w,
		       enum tdisp_message message, size_t size)
{
	vendor_put(w, PCI_PROTOCOL_TDISP, TDISP_HEADER + size);
	wire_put(w, TDISP_VERSION, 1);
	wire_put(w, message, 1);
	wire_put(w, 0, 2);
	wire_put(w, r->interface.function_id, 4);
	wire_put_zeros(w, 8);
}

/* The fields behind the header of a response; false after failing. */
static bool get_header(struct message *m, struct wire_reader *in, enum tdisp_message message,
		       struct wire_reader *tdisp)
{
	uint64_t version, type, function;

	*tdisp = vendor_get(in, PCI_PROTOCOL_TDISP);
	version = wire_get(tdisp, 1);
	type = wire_get(tdisp, 1);
	wire_get(tdisp, 2);
	function = wire_get(tdisp, 4);
	wire_bytes(tdisp, 8);
	if (tdisp->failed)
		message_fail(m, SPDM_FAILED_VENDOR);
	else if (version != TDISP_VERSION)
		message_fail(m, SPDM_FAILED_TDISP_VERSION);
	else if (function != m->r->interface.function_id && !MUTANT(tdisp_interface_ignored))
		message_fail(m, SPDM_FAILED_TDISP_INTERFACE);
	else if (type != message)
		message_fail(m, SPDM_FAILED_TDISP_ERROR);
	else
		return true;
	return false;
}

static enum taken ended(struct message *m, const struct wire_reader *tdisp)
{
	return tdisp->failed || wire_left(tdisp) ? message_fail(m, SPDM_FAILED_LENGTH) : TAKEN;
}

/* --- versions and capabilities ----------------------------------------------------------------------- */

static void build_version(struct spdm_requester *r, struct wire_writer *w)
{
	put_header(r, w, TDISP_GET_VERSION, 0);
}

static enum taken take_version(struct message *m, struct wire_reader *in)
{
	struct wire_reader tdisp;
	bool found = false;

	if (!get_header(m, in, TDISP_VERSION_RSP, &tdisp))
		return TAKEN_FAILED;
	for (uint64_t count = wire_get(&tdisp, 1); count; count--)
		found |= wire_get(&tdisp, 1) == TDISP_VERSION;
	if (!tdisp.failed && !found)
		return message_fail(m, SPDM_FAILED_TDISP_VERSION);
	return ended(m, &tdisp);
}

const struct message_row message_tdisp_version = {
	.name = "TDISP VERSION", VENDOR_ROW, .build = build_version, .take = take_version};

static void build_capabilities(struct spdm_requester *r, struct wire_writer *w)
{
	put_header(r, w, TDISP_GET_CAPABILITIES, 4);
	wire_put(w, 0, 4); /* of the TSM */
}

static enum taken take_capabilities(struct message *m, struct wire_reader *in)
{
	struct wire_reader tdisp;

	if (!get_header(m, in, TDISP_CAPABILITIES_RSP, &tdisp))
		return TAKEN_FAILED;
	wire_bytes(&tdisp, 4 + 16); /* of the DSM, messages that it knows */
	wire_bytes(&tdisp, 2 + 3);  /* flags of LOCK, reserved */
	wire_bytes(&tdisp, 3);      /* width of addresses, numbers of requests */
	return ended(m, &tdisp);
}

const struct message_row message_tdisp_capabilities = {.name = "TDISP CAPABILITIES",
						       VENDOR_ROW,
						       .build = build_capabilities,
						       .take = take_capabilities};

/* --- GET_DEVICE_INTERFACE_STATE: three rows, one for each state that an operation leads to ---------- */

static void build_state(struct spdm_requester *r, struct wire_writer *w)
{
	put_header(r, w, TDISP_GET_STATE, 0);
}

static enum taken take_state(struct message *m, struct wire_reader *in, enum tdisp_state wanted)
{
	struct wire_reader tdisp;

	if (!get_header(m, in, TDISP_STATE_RSP, &tdisp))
		return TAKEN_FAILED;
	if (wire_get(&tdisp, 1) != wanted && !tdisp.failed && !MUTANT(tdisp_state_ignored))
		return message_fail(m, SPDM_FAILED_TDISP_STATE);
	return ended(m, &tdisp);
}

static enum taken take_unlocked(struct message *m, struct wire_reader *in)
{
	return take_state(m, in, TDISP_CONFIG_UNLOCKED);
}

static enum taken take_locked(struct message *m, struct wire_reader *in)
{
	return take_state(m, in, TDISP_CONFIG_LOCKED);
}

static enum taken take_running(struct message *m, struct wire_reader *in)
{
	return take_state(m, in, TDISP_RUN);
}

const struct message_row message_tdisp_unlocked = {
	.name = "TDISP STATE (unlocked)", VENDOR_ROW, .build = build_state, .take = take_unlocked};
const struct message_row message_tdisp_locked = {
	.name = "TDISP STATE (locked)", VENDOR_ROW, .build = build_state, .take = take_locked};
const struct message_row message_tdisp_running = {
	.name = "TDISP STATE (run)", VENDOR_ROW, .build = build_state, .take = take_running};

/* --- LOCK, START, STOP ------------------------------------------------------------------------------- */

static void build_lock(struct spdm_requester *r, struct wire_writer *w)
{
	put_header(r, w, TDISP_LOCK, 20);
	wire_put(w, r->interface.lock_flags, 2);
	wire_put(w, r->config.ide_stream, 1);
	wire_put(w, 0, 1);
	wire_put(w, 0, 8); /* MMIO is reported at its own addresses */
	wire_put(w, 0, 8); /* no peer-to-peer */
}

static enum taken take_lock(struct message *m, struct wire_reader *in)
{
	struct wire_reader tdisp;

	if (!get_header(m, in, TDISP_LOCK_RSP, &tdisp))
		return TAKEN_FAILED;
	wire_copy(&tdisp, m->r->interface.nonce, SPDM_NONCE);
	return ended(m, &tdisp);
}

const struct message_row message_tdisp_lock = {
	.name = "TDISP LOCK", VENDOR_ROW, .build = build_lock, .take = take_lock};

static void build_start(struct spdm_requester *r, struct wire_writer *w)
{
	put_header(r, w, TDISP_START, SPDM_NONCE);
	wire_put_bytes(w, r->interface.nonce, SPDM_NONCE);
}

static enum taken take_start(struct message *m, struct wire_reader *in)
{
	struct wire_reader tdisp;

	return get_header(m, in, TDISP_START_RSP, &tdisp) ? ended(m, &tdisp) : TAKEN_FAILED;
}

const struct message_row message_tdisp_start = {
	.name = "TDISP START", VENDOR_ROW, .build = build_start, .take = take_start};

static void build_stop(struct spdm_requester *r, struct wire_writer *w)
{
	put_header(r, w, TDISP_STOP, 0);
}

static enum taken take_stop(struct message *m, struct wire_reader *in)
{
	struct wire_reader tdisp;

	return get_header(m, in, TDISP_STOP_RSP, &tdisp) ? ended(m, &tdisp) : TAKEN_FAILED;
}

const struct message_row message_tdisp_stop = {
	.name = "TDISP STOP", VENDOR_ROW, .build = build_stop, .take = take_stop};

/* --- GET_DEVICE_INTERFACE_REPORT --------------------------------------------------------------------- */

static void build_report(struct spdm_requester *r, struct wire_writer *w)
{
	if (r->part == 0)
		r->report_size = 0;
	put_header(r, w, TDISP_GET_REPORT, 4);
	wire_put(w, r->report_size, 2);
	wire_put(w, TDISP_REPORT_PORTION, 2);
}

static enum taken take_report(struct message *m, struct wire_reader *in)
{
	struct spdm_requester *r = m->r;
	struct wire_reader tdisp;
	const uint8_t *portion;
	size_t size, left;

	if (!get_header(m, in, TDISP_REPORT_RSP, &tdisp))
		return TAKEN_FAILED;
	size = wire_get(&tdisp, 2);
	left = wire_get(&tdisp, 2);
	portion = wire_bytes(&tdisp, size);
	if (ended(m, &tdisp) != TAKEN)
		return TAKEN_FAILED;
	if ((size == 0 && !MUTANT(tdisp_report_empty)) || size > TDISP_REPORT_PORTION ||
	    r->report_size + size + left > UINT16_MAX)
		return message_fail(m, SPDM_FAILED_REPORT_LENGTH);
	message_cache(m, SPDM_OBJECT_REPORT, portion, size);
	r->report_size += (uint32_t)size;
	return left ? TAKEN_AGAIN : TAKEN;
}

const struct message_row message_tdisp_report = {
	.name = "TDISP REPORT", VENDOR_ROW, .build = build_report, .take = take_report};
