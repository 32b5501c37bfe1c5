/* SPDX-License-Identifier: BSD-3-Clause */
/* PDEV_COMMUNICATE and VDEV_COMMUNICATE, the steps of a conversation: device-assignment.md#5 */
#include <string.h>

#include "rmm/rmi/dev_args.h"
#include "smc/mutant.h"

/* The condition rows that the two commands have alike, each the first of its three. */
struct comm_rows {
	enum smc_condition_id data, req, resp, resp_len, comm_state, status;
};

/* One COMMUNICATE: its pages, and the device it is about. */
struct comm {
	struct call *call;
	const struct comm_rows *rows;
	uint64_t data; /* PA of RmiDevCommData */
	struct rmi_dev_comm_enter enter;
	struct rmi_dev_comm_exit exit;
	struct pdev *pdev;
	struct spdm_requester *requester;
};

/* --- what is checked ------------------------------------------------------------------------------- */

static void read_enter(struct comm *c)
{
	struct call *call = c->call;

	memset(&c->enter, 0, sizeof(c->enter));
	if (!call_ns(call, c->rows->data, c->data))
		return;
	call_ns_read(call, c->data, sizeof(c->enter));
	memcpy(&c->enter, mem_r(call->sim->mem, c->data), sizeof(c->enter));
	if (call_ns(call, c->rows->req, c->enter.req_addr))
		call_ns(call, c->rows->resp, c->enter.resp_addr);
}

#define REQUIRE_ROW(call, row, holds)                          \
	do {                                                   \
		if (!(holds) && call_refuse((call), (row), 0)) \
			return;                                \
	} while (0)

static void check_length(struct comm *c)
{
	const bool response = (uint8_t)c->enter.status == RMI_DEV_COMM_STATUS_RESPONSE;

	REQUIRE_ROW(c->call, c->rows->resp_len,
		    c->enter.resp_len <= SPDM_MAX_MESSAGE && (!response || c->enter.resp_len));
}

/* NONE begins a conversation, RESPONSE and ERROR go on with it. */
static void check_state(struct comm *c, enum comm_state comm)
{
	const bool begins = (uint8_t)c->enter.status == RMI_DEV_COMM_STATUS_NONE;
	const bool due = comm == COMM_PENDING || comm == COMM_ACTIVE;

	REQUIRE_ROW(c->call, c->rows->comm_state, due);
	WALKABLE(due);
	REQUIRE_ROW(c->call, c->rows->status,
		    (uint8_t)c->enter.status <= RMI_DEV_COMM_STATUS_ERROR &&
			    begins == (comm == COMM_PENDING));
}

/* --- one step -------------------------------------------------------------------------------------- */

static struct dev_object *object_of(struct pdev *pdev, struct vdev *vdev, enum spdm_object object)
{
	switch (object) {
	case SPDM_OBJECT_VCA:
		return &pdev->vca;
	case SPDM_OBJECT_CERTIFICATE:
		return &pdev->certificate;
	case SPDM_OBJECT_MEASUREMENTS:
		return vdev ? &vdev->measurements : NULL;
	case SPDM_OBJECT_REPORT:
		return vdev ? &vdev->report : NULL;
	}
	return NULL;
}

static uint64_t milliseconds(uint64_t microseconds)
{
	return (microseconds + 999) / 1000;
}

static void put_exit(struct comm *c, const struct spdm_turn *turn)
{
	struct rmi_dev_comm_exit *exit = &c->exit;

	memset(exit, 0, sizeof(*exit));
	if (turn->cached) {
		exit->flags |= turn->cache_request.size ? RMI_DEV_COMM_EXIT_FLAG_CACHE_REQ : 0;
		exit->flags |= turn->cache_response.size ? RMI_DEV_COMM_EXIT_FLAG_CACHE_RSP : 0;
		exit->cache_req_offset = turn->cache_request.offset;
		exit->cache_req_len = turn->cache_request.size;
		exit->cache_rsp_offset = turn->cache_response.offset;
		exit->cache_rsp_len = turn->cache_response.size;
		exit->cache_obj_id = turn->object;
	}
	if (!turn->send)
		return;
	exit->flags |= RMI_DEV_COMM_EXIT_FLAG_SEND;
	exit->flags |= turn->wait ? RMI_DEV_COMM_EXIT_FLAG_WAIT : 0;
	exit->protocol =
		turn->secured ? RMI_DEV_COMM_PROTOCOL_SECURE_SPDM : RMI_DEV_COMM_PROTOCOL_SPDM;
	exit->req_len = turn->request_size;
	exit->timeout = milliseconds(turn->timeout);
}

/* Runs the requester; the Host's pages are written, digests follow what it is asked to keep. */
static enum spdm_progress step(struct comm *c, struct vdev *vdev)
{
	struct mem *mem = c->call->sim->mem;
	uint8_t response[SPDM_MAX_MESSAGE], request[SPDM_MAX_MESSAGE];
	const size_t size = c->enter.resp_len;
	struct dev_object *object;
	struct spdm_turn turn;

	memcpy(response, mem_r(mem, c->enter.resp_addr), sizeof(response));
	if ((uint8_t)c->enter.status == RMI_DEV_COMM_STATUS_ERROR)
		spdm_transport_failed(c->requester, &turn);
	else
		spdm_step(c->requester, response, size, request, &turn);
	object = turn.cached ? object_of(c->pdev, vdev, turn.object) : NULL;
	if (object) {
		dev_object_add(object, c->pdev->hash_algo, response + turn.cache_response.offset,
			       turn.cache_response.size);
		dev_object_add(object, c->pdev->hash_algo, request + turn.cache_request.offset,
			       turn.cache_request.size);
	}
	/* What is cached was opened in place: the Host gets to see it. */
	if (turn.cached && turn.cache_response.size)
		memcpy(mem_w(mem, c->enter.resp_addr), response, sizeof(response));
	if (turn.send)
		memcpy(mem_w(mem, c->enter.req_addr), request, turn.request_size);
	put_exit(c, &turn);
	return turn.state;
}

static void write_exit(struct comm *c)
{
	const uint64_t at = c->data + offsetof(struct rmi_dev_comm_data, exit);

	memcpy((uint8_t *)mem_w(c->call->sim->mem, c->data) +
		       offsetof(struct rmi_dev_comm_data, exit),
	       &c->exit, sizeof(c->exit));
	call_ns_write(c->call, at, sizeof(c->exit));
}

static enum comm_state comm_after(enum spdm_progress progress)
{
	if (progress == SPDM_ACTIVE)
		return COMM_ACTIVE;
	return progress == SPDM_DONE ? COMM_IDLE : COMM_ERROR;
}

/* --- PDEV_COMMUNICATE -------------------------------------------------------------------------------- */

/* The operation that leads out of a state. */
static enum spdm_operation pdev_operation(const struct pdev *pdev)
{
	switch (pdev->state) {
	case RMI_PDEV_STATE_NEW:
		return SPDM_CONNECT;
	case RMI_PDEV_STATE_HAS_KEY:
		return SPDM_SECURE;
	case RMI_PDEV_STATE_COMMUNICATING:
		return SPDM_REFRESH;
	case RMI_PDEV_STATE_IDE_RESETTING:
		return SPDM_RESET;
	case RMI_PDEV_STATE_STOPPING:
		return SPDM_DISCONNECT;
	}
	return SPDM_IDLE;
}

/* device-assignment.md#3, the table of transitions. Errors while STOPPING end in STOPPED. */
static enum rmi_pdev_state pdev_after(enum rmi_pdev_state state, enum comm_state comm)
{
	if (comm == COMM_ACTIVE)
		return state;
	if (MUTANT(pdev_error_forgotten) && comm == COMM_ERROR)
		comm = COMM_IDLE;
	switch (state) {
	case RMI_PDEV_STATE_STOPPING:
		return MUTANT(pdev_stopping_fails) && comm == COMM_ERROR ? RMI_PDEV_STATE_ERROR
									 : RMI_PDEV_STATE_STOPPED;
	case RMI_PDEV_STATE_NEW:
		return comm == COMM_IDLE ? RMI_PDEV_STATE_NEEDS_KEY : RMI_PDEV_STATE_ERROR;
	case RMI_PDEV_STATE_HAS_KEY:
	case RMI_PDEV_STATE_COMMUNICATING:
	case RMI_PDEV_STATE_IDE_RESETTING:
		return comm == COMM_IDLE ? RMI_PDEV_STATE_READY : RMI_PDEV_STATE_ERROR;
	default:
		return RMI_PDEV_STATE_ERROR;
	}
}

/* A device without a session has nothing to end. */
static bool nothing_to_say(const struct comm *c)
{
	return c->pdev->state == RMI_PDEV_STATE_STOPPING &&
	       c->requester->session.phase != SESSION_APPLICATION;
}

static enum comm_state pdev_step(struct comm *c)
{
	if (c->pdev->comm == COMM_PENDING && nothing_to_say(c)) {
		memset(&c->exit, 0, sizeof(c->exit));
		return COMM_IDLE;
	}
	if (c->pdev->comm == COMM_PENDING) {
		if (c->pdev->state == RMI_PDEV_STATE_NEW) {
			c->pdev->vca.size = 0;
			c->pdev->certificate.size = 0;
		}
		spdm_begin(c->requester, pdev_operation(c->pdev));
	}
	return comm_after(step(c, NULL));
}

static const struct comm_rows pdev_rows = {
	COND_RMI_PDEV_COMMUNICATE_data_align, COND_RMI_PDEV_COMMUNICATE_req_align,
	COND_RMI_PDEV_COMMUNICATE_resp_align, COND_RMI_PDEV_COMMUNICATE_resp_len,
	COND_RMI_PDEV_COMMUNICATE_comm_state, COND_RMI_PDEV_COMMUNICATE_status};

void rmi_pdev_communicate(struct call *call)
{
	struct comm c = {.call = call, .rows = &pdev_rows, .data = call->x[2]};
	const struct pdev *pdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_PDEV_COMMUNICATE);
	pdev = call_pdev(call, COND_RMI_PDEV_COMMUNICATE_pdev_align, call->x[1], &granule);
	RESOLVED(call);
	read_enter(&c);
	RESOLVED(call);
	check_length(&c);
	RESOLVED(call);
	WALKABLE(pdev);
	check_state(&c, (enum comm_state)pdev->comm);
	RESOLVED(call);
	REQUIRE(call, RMI_PDEV_COMMUNICATE_busy, !pdev->talker || pdev->talker == call->x[1]);
	CHECKED(call);

	c.pdev = pdev_edit(call->sim, granule);
	c.requester = pdev_requester(call->sim, pdev);
	c.pdev->comm = pdev_step(&c);
	c.pdev->state =
		pdev_after((enum rmi_pdev_state)c.pdev->state, (enum comm_state)c.pdev->comm);
	if (!MUTANT(pdev_talker_stays) || c.pdev->comm == COMM_ACTIVE)
		c.pdev->talker = c.pdev->comm == COMM_ACTIVE ? call->x[1] : 0;
	write_exit(&c);
}

/* --- VDEV_COMMUNICATE -------------------------------------------------------------------------------- */

static enum spdm_operation vdev_operation(const struct vdev *vdev)
{
	static const enum spdm_operation operations[] = {
		[VDEV_OP_NONE] = SPDM_IDLE,       [VDEV_OP_UNLOCK] = SPDM_UNLOCK,
		[VDEV_OP_LOCK] = SPDM_LOCK,       [VDEV_OP_START] = SPDM_START,
		[VDEV_OP_MEASURE] = SPDM_MEASURE, [VDEV_OP_REPORT] = SPDM_REPORT,
	};

	return operations[vdev->op];
}

/* A conversation is over: device-assignment.md#4, the table of transitions. */
static void vdev_done(const struct rmmsim *sim, struct vdev *vdev)
{
	switch (vdev->op) {
	case VDEV_OP_UNLOCK:
		vdev->state = RMI_VDEV_STATE_UNLOCKED;
		break;
	case VDEV_OP_LOCK:
		vdev->state = RMI_VDEV_STATE_LOCKED;
		vdev->lock_nonce = dev_nonce(sim, vdev->lock_nonce);
		break;
	case VDEV_OP_START:
		vdev->state = RMI_VDEV_STATE_STARTED;
		break;
	case VDEV_OP_MEASURE:
		if (MUTANT(vdev_measure_unlocks))
			vdev->state = RMI_VDEV_STATE_UNLOCKED;
		vdev->meas_nonce = dev_nonce(sim, vdev->meas_nonce);
		break;
	case VDEV_OP_REPORT:
		vdev->report_nonce = dev_nonce(sim, vdev->report_nonce);
		break;
	}
	vdev->op = VDEV_OP_NONE;
}

/* An interface that is NEW is unlocked already: device-assignment.md#4 */
static enum comm_state vdev_step(struct comm *c, struct vdev *vdev)
{
	enum spdm_progress progress;

	if (vdev->comm == COMM_PENDING && vdev->state == RMI_VDEV_STATE_NEW) {
		memset(&c->exit, 0, sizeof(c->exit));
		return COMM_IDLE;
	}
	if (vdev->comm == COMM_PENDING) {
		if (vdev->op == VDEV_OP_MEASURE)
			vdev->measurements.size = 0;
		if (vdev->op == VDEV_OP_REPORT)
			vdev->report.size = 0;
		spdm_begin(c->requester, vdev_operation(vdev));
	}
	c->requester->interface = vdev->interface;
	progress = step(c, vdev);
	vdev->interface = c->requester->interface;
	return comm_after(progress);
}

static const struct comm_rows vdev_rows = {
	COND_RMI_VDEV_COMMUNICATE_data_align, COND_RMI_VDEV_COMMUNICATE_req_align,
	COND_RMI_VDEV_COMMUNICATE_resp_align, COND_RMI_VDEV_COMMUNICATE_resp_len,
	COND_RMI_VDEV_COMMUNICATE_comm_state, COND_RMI_VDEV_COMMUNICATE_status};

/* From the first effect on. */
static void vdev_communicate(struct comm *c, struct granule *pdev_granule, struct granule *granule)
{
	struct rmmsim *sim = c->call->sim;
	struct vdev *vdev = vdev_edit(sim, granule);

	c->pdev = pdev_edit(sim, pdev_granule);
	c->requester = pdev_requester(sim, c->pdev);
	vdev->comm = vdev_step(c, vdev);
	c->pdev->talker = vdev->comm == COMM_ACTIVE ? c->call->x[2] : 0;
	if (vdev->comm == COMM_IDLE)
		vdev_done(sim, vdev);
	if (vdev->comm == COMM_ERROR) {
		/* The conversation is over; UNLOCK begins another one. */
		vdev->comm = COMM_IDLE;
		vdev->op = VDEV_OP_NONE;
		vdev->state =
			MUTANT(vdev_error_starts) ? RMI_VDEV_STATE_STARTED : RMI_VDEV_STATE_ERROR;
		vdev->dma = false;
	}
	write_exit(c);
}

void rmi_vdev_communicate(struct call *call)
{
	struct comm c = {.call = call, .rows = &vdev_rows, .data = call->x[3]};
	struct granule *pdev_granule, *granule;
	const struct pdev *pdev;
	const struct vdev *vdev;

	REQUIRE_DA(call, RMI_VDEV_COMMUNICATE);
	pdev = call_pdev(call, COND_RMI_VDEV_COMMUNICATE_pdev_align, call->x[1], &pdev_granule);
	RESOLVED(call);
	vdev = call_vdev(call, COND_RMI_VDEV_COMMUNICATE_vdev_align, call->x[2], &granule);
	RESOLVED(call);
	read_enter(&c);
	RESOLVED(call);
	check_length(&c);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_COMMUNICATE_vdev_pdev, WITH(pdev && vdev, vdev->pdev == call->x[1]));
	WALKABLE(vdev && pdev);
	check_state(&c, (enum comm_state)vdev->comm);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_COMMUNICATE_busy, !pdev->talker || pdev->talker == call->x[2]);
	CHECKED(call);

	vdev_communicate(&c, pdev_granule, granule);
}
