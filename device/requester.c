/* SPDX-License-Identifier: BSD-3-Clause */
/* The engine of conversations: which message is next, and what all of them have in common. */
#include "device/message.h"

#define MAX_RETRIES 16
/* Until the device has told its own. */
#define TIMEOUT_DEFAULT 1000000u
#define BUSY_DELAY      1000u

static const struct operation_row operations[SPDM_OPERATIONS] = {
	[SPDM_IDLE] = {"idle", {NULL}},
	[SPDM_CONNECT] = {"connect",
			  {&message_get_version, &message_get_capabilities,
			   &message_negotiate_algorithms, &message_get_digests,
			   &message_get_certificate}},
	[SPDM_SECURE] = {"secure",
			 {&message_key_exchange, &message_finish, &message_ide_query,
			  &message_ide_key_prog, &message_ide_k_set_go}},
	[SPDM_REFRESH] = {"refresh", {&message_ide_key_prog, &message_ide_k_set_go}},
	[SPDM_RESET] = {"reset",
			{&message_ide_k_set_stop, &message_ide_query, &message_ide_key_prog,
			 &message_ide_k_set_go}},
	[SPDM_DISCONNECT] = {"disconnect", {&message_ide_k_set_stop, &message_end_session}},
	[SPDM_MEASURE] = {"measure", {&message_get_measurements}},
	[SPDM_LOCK] = {"lock",
		       {&message_tdisp_version, &message_tdisp_capabilities,
			&message_tdisp_unlocked, &message_tdisp_lock, &message_tdisp_locked}},
	[SPDM_REPORT] = {"report", {&message_tdisp_report}},
	[SPDM_START] = {"start", {&message_tdisp_start, &message_tdisp_running}},
	[SPDM_UNLOCK] = {"unlock", {&message_tdisp_stop, &message_tdisp_unlocked}},
};

const char *spdm_failure_text(enum spdm_failure failure)
{
	static const char *const texts[] = {
#define FAILURE(id, text) text,
#include "device/failures.def"
#undef FAILURE
	};

	return texts[failure < SPDM_FAILURES ? failure : SPDM_FAILED_NONE];
}

void spdm_requester_init(struct spdm_requester *r, const struct spdm_config *config)
{
	memset(r, 0, sizeof(*r));
	r->config = *config;
	r->response_timeout = TIMEOUT_DEFAULT;
}

bool spdm_set_key(struct spdm_requester *r, enum signer kind, const uint8_t *bytes, size_t size)
{
	if (size != signer_key_size(kind))
		return false;
	r->key.kind = kind;
	r->key.size = (uint16_t)size;
	memcpy(r->key.bytes, bytes, size);
	return true;
}

static const struct message_row *row_of(const struct spdm_requester *r)
{
	return operations[r->operation].rows[r->row];
}

/* Passes over rows that a link without IDE has no use for. */
static void settle(struct spdm_requester *r)
{
	while (row_of(r) && row_of(r)->ide_only && !r->config.ide)
		r->row++;
}

void spdm_begin(struct spdm_requester *r, enum spdm_operation operation)
{
	r->operation = (uint8_t)operation;
	r->row = 0;
	r->part = 0;
	r->begun = false;
	r->waiting = false;
	r->retries = 0;
	r->failure = SPDM_FAILED_NONE;
	settle(r);
}

static bool rows_reach(enum spdm_operation operation, unsigned int row)
{
	for (unsigned int i = 0; i < row; i++) {
		if (i == MESSAGE_MAX_ROWS - 1 || !operations[operation].rows[i])
			return false;
	}
	return true;
}

static bool flag_valid(const bool *flag)
{
	return *(const uint8_t *)flag <= 1;
}

static bool algorithms_valid(const struct spdm_algorithms *a)
{
	return a->hash <= HASH_SHA_512 && a->signer <= SIGNER_P384 &&
	       (a->curve == 0 || a->curve == CURVE_P256 || a->curve == CURVE_P384) &&
	       flag_valid(&a->opaque_format_1);
}

bool spdm_requester_valid(const struct spdm_requester *r)
{
	return r->operation < SPDM_OPERATIONS &&
	       rows_reach((enum spdm_operation)r->operation, r->row) &&
	       r->failure < SPDM_FAILURES && flag_valid(&r->begun) && flag_valid(&r->waiting) &&
	       flag_valid(&r->config.cache_vca) && flag_valid(&r->config.ide) &&
	       flag_valid(&r->interface.measurements_signed) &&
	       flag_valid(&r->interface.measurements_raw) &&
	       algorithms_valid(&r->connection.algorithms) &&
	       r->connection.vca_size <= SPDM_MAX_VCA && r->before.vca_size <= SPDM_MAX_VCA &&
	       r->session.phase <= SESSION_APPLICATION && r->session.hash <= HASH_SHA_512 &&
	       r->session.th.kind <= HASH_SHA_512 && r->before.th.kind <= HASH_SHA_512 &&
	       r->exchange.kind <= HASH_SHA_512 && r->before.exchange.kind <= HASH_SHA_512 &&
	       r->chain.kind <= HASH_SHA_512 && r->key.kind <= SIGNER_P384 &&
	       (r->key.size == 0 || r->key.size == signer_key_size(r->key.kind)) &&
	       r->part <= UINT16_MAX;
}

static void fail(struct spdm_requester *r, enum spdm_failure failure, struct spdm_turn *turn)
{
	if (r->failure == SPDM_FAILED_NONE)
		r->failure = (uint8_t)failure;
	r->operation = SPDM_IDLE;
	r->row = 0;
	turn->state = SPDM_FAILED;
	turn->send = false;
	turn->cached = false;
}

void spdm_transport_failed(struct spdm_requester *r, struct spdm_turn *turn)
{
	memset(turn, 0, sizeof(*turn));
	fail(r, SPDM_FAILED_TRANSPORT, turn);
}

/* --- requests -------------------------------------------------------------------------------------- */

static size_t build(struct spdm_requester *r, const struct message_row *row, uint8_t *text)
{
	struct wire_writer w = wire_writer(text, SPDM_MAX_MESSAGE);

	wire_put(&w, row->request == SPDM_GET_VERSION ? SPDM_VERSION_1_0 : SPDM_VERSION_1_2, 1);
	if (r->waiting) {
		wire_put(&w, SPDM_RESPOND_IF_READY, 1);
		wire_put_bytes(&w, r->not_ready, sizeof(r->not_ready));
		return wire_written(&w);
	}
	r->before.drawn = r->drawn;
	r->before.vca_size = r->connection.vca_size;
	r->before.th = r->session.th;
	r->before.exchange = r->exchange;
	wire_put(&w, row->request, 1);
	row->build(r, &w);
	if (w.failed || (row->sent && !row->sent(r, text, wire_written(&w))))
		return 0;
	return wire_written(&w);
}

/* Makes the request of the row; the operation is done if there is none left. */
static void ask(struct spdm_requester *r, uint8_t *request, struct spdm_turn *turn)
{
	const struct message_row *row = row_of(r);
	uint8_t text[SPDM_MAX_MESSAGE];
	size_t size;

	if (!row) {
		r->operation = SPDM_IDLE;
		turn->state = SPDM_DONE;
		return;
	}
	if (row->secured && r->session.phase == SESSION_NONE) {
		fail(r, SPDM_FAILED_NOT_SECURED, turn);
		return;
	}
	size = build(r, row, text);
	if (size && row->secured)
		size = session_seal(&r->session, &r->session.request, text, size, request);
	else
		memcpy(request, text, size);
	if (!size) {
		fail(r, SPDM_FAILED_CRYPTO, turn);
		return;
	}
	r->begun = true;
	turn->state = SPDM_ACTIVE;
	turn->send = true;
	turn->secured = row->secured;
	turn->request_size = (uint16_t)size;
	turn->timeout = r->response_timeout;
	if (r->config.cache_vca && row->vca) {
		turn->cached = true;
		turn->object = SPDM_OBJECT_VCA;
		turn->cache_request = (struct spdm_span){0, (uint16_t)size};
	}
}

/* --- responses ------------------------------------------------------------------------------------- */

/* The device did not hear the last request: it will be the first of its kind. */
static void unsay(struct spdm_requester *r)
{
	r->drawn = r->before.drawn;
	r->connection.vca_size = r->before.vca_size;
	r->session.th = r->before.th;
	r->exchange = r->before.exchange;
}

/* An ERROR that only means "later". Returns whether it is one. */
static bool take_later(struct spdm_requester *r, const uint8_t *whole, size_t size,
		       struct spdm_turn *turn)
{
	const uint8_t code = whole[2];

	if (code != SPDM_ERROR_BUSY && code != SPDM_ERROR_NOT_READY)
		return false;
	if (r->retries++ == MAX_RETRIES) {
		r->failure = SPDM_FAILED_BUSY;
		return false;
	}
	if (code == SPDM_ERROR_NOT_READY) {
		/* RDTExponent, request code, token, RDTM */
		if (size < SPDM_HEADER + 4 || whole[5] != row_of(r)->request) {
			r->failure = SPDM_FAILED_SHORT;
			return false;
		}
		r->waiting = true;
		r->not_ready[0] = whole[5];
		r->not_ready[1] = whole[6];
	} else if (!r->waiting) {
		unsay(r);
	}
	turn->wait = true;
	return true;
}

/* The response, opened; 0 after failing. */
static size_t open_response(struct spdm_requester *r, uint8_t *response, size_t size)
{
	const struct message_row *row = row_of(r);

	if (row->secured) {
		size = session_open(&r->session, &r->session.response, response, size);
		if (!size) {
			r->failure = SPDM_FAILED_DECRYPT;
			return 0;
		}
	}
	if (size < SPDM_HEADER) {
		r->failure = SPDM_FAILED_SHORT;
		return 0;
	}
	return size;
}

static enum taken take(struct spdm_requester *r, const uint8_t *whole, size_t size,
		       struct spdm_turn *turn)
{
	const struct message_row *row = row_of(r);
	struct message m = {r, whole, size, whole[2], whole[3], turn};
	struct wire_reader in = wire_reader(whole + SPDM_HEADER, size - SPDM_HEADER);
	uint8_t version = row->request == SPDM_GET_VERSION ? SPDM_VERSION_1_0 : SPDM_VERSION_1_2;

	if (whole[0] != version)
		return message_fail(&m, SPDM_FAILED_VERSION);
	if (whole[1] != row->response)
		return message_fail(&m, SPDM_FAILED_CODE);
	if (row->vca && r->config.cache_vca)
		message_cache(&m, SPDM_OBJECT_VCA, whole, size);
	return row->take(&m, &in);
}

/* What a response leads to, before the next request is made. False: the operation ended. */
static bool answer(struct spdm_requester *r, uint8_t *response, size_t size, struct spdm_turn *turn)
{
	enum taken taken;

	size = open_response(r, response, size);
	if (size && response[1] == SPDM_ERROR) {
		if (take_later(r, response, size, turn))
			return true;
		fail(r, SPDM_FAILED_DEVICE_ERROR, turn);
		return false;
	}
	taken = size ? take(r, response, size, turn) : TAKEN_FAILED;
	if (taken == TAKEN_FAILED) {
		fail(r, SPDM_FAILED_SHORT, turn);
		return false;
	}
	r->waiting = false;
	r->retries = 0;
	r->part++;
	if (taken == TAKEN) {
		r->row++;
		r->part = 0;
		settle(r);
	}
	return true;
}

void spdm_step(struct spdm_requester *r, uint8_t *response, size_t size, uint8_t *request,
	       struct spdm_turn *turn)
{
	memset(turn, 0, sizeof(*turn));
	if (r->begun && row_of(r) && !answer(r, response, size, turn))
		return;
	ask(r, request, turn);
	if (turn->wait)
		turn->timeout += BUSY_DELAY;
	if (turn->state != SPDM_ACTIVE)
		r->begun = false;
}
