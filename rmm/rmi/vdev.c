/* SPDX-License-Identifier: BSD-3-Clause */
/* Interfaces of devices that Realms use: device-assignment.md#4. Their conversations are in dev_comm.c. */
#include <string.h>

#include "rmm/rec.h"
#include "rmm/rmi/dev_args.h"

void rmi_vdev_aux_count(struct call *call)
{
	REQUIRE_DA(call, RMI_VDEV_AUX_COUNT);
	CHECKED(call);

	call_return(call, 1, 0);
}

/* --- VDEV_CREATE, VDEV_DESTROY ----------------------------------------------------------------------- */

struct wanted {
	uint64_t rd, vdev_id;
	uint64_t segment, tdi_id;
};

static bool same_vdev(const struct rmmsim *sim, const struct vdev *vdev, const void *argument)
{
	const struct wanted *w = argument;

	(void)sim;
	return vdev->rd == w->rd && vdev->vdev_id == w->vdev_id;
}

static bool same_tdi(const struct rmmsim *sim, const struct vdev *vdev, const void *argument)
{
	const struct wanted *w = argument;
	const struct pdev *pdev = pdev_at(sim, mem_find(sim->mem, vdev->pdev));

	return pdev->segment_id == w->segment && vdev->tdi_id == w->tdi_id;
}

static void check_identifiers(struct call *call, const struct pdev *pdev,
			      const struct rmi_vdev_params *p)
{
	const struct wanted wanted = {call->x[1], p->vdev_id, pdev ? pdev->segment_id : 0,
				      p->tdi_id};

	REQUIRE(call, RMI_VDEV_CREATE_vdev_id, !vdev_any(call->sim, same_vdev, &wanted));
	REQUIRE(call, RMI_VDEV_CREATE_tdi_id, WITH(pdev, !vdev_any(call->sim, same_tdi, &wanted)));
	REQUIRE(call, RMI_VDEV_CREATE_tdi_id_bound,
		WITH(pdev, p->tdi_id >= pdev->rid_base && p->tdi_id < pdev->rid_top));
}

static void create(struct call *call, struct granule *granule, struct granule *pdev,
		   struct granule *rd, const struct rmi_vdev_params *p)
{
	struct rmmsim *sim = call->sim;
	struct vdev *vdev = vdev_edit(sim, granule);

	memset(vdev, 0, GRANULE_SIZE);
	vdev->rd = call->x[1];
	vdev->pdev = call->x[2];
	vdev->vdev_id = p->vdev_id;
	vdev->tdi_id = p->tdi_id;
	vdev->flags = p->flags;
	vdev->state = RMI_VDEV_STATE_NEW;
	vdev->op = VDEV_OP_UNLOCK;
	vdev->comm = COMM_PENDING;
	vdev->interface.function_id = (uint32_t)p->tdi_id;
	granule_take(call, granule, GRANULE_VDEV, rd);
	pdev_edit(sim, pdev)->num_vdevs++;
	realm_edit(sim, rd)->num_vdevs++;
	vdev->number = ++realm_edit(sim, rd)->next_vdev;
}

/* The older model reads the page before it looks at any object: device-assignment.md#9.2 */
static void read_first_alp12(struct call *call)
{
	if (!quirk(call->sim, QUIRK_da_alp12))
		return;
	REQUIRE(call, RMI_VDEV_CREATE_rd_align, (call->x[1] & GRANULE_MASK) == 0);
	REQUIRE(call, RMI_VDEV_CREATE_pdev_align, (call->x[2] & GRANULE_MASK) == 0);
	REQUIRE(call, RMI_VDEV_CREATE_vdev_align, (call->x[3] & GRANULE_MASK) == 0);
	if (call_ns(call, COND_RMI_VDEV_CREATE_params_align, call->x[4]))
		call_ns_read(call, call->x[4], sizeof(struct rmi_vdev_params));
}

void rmi_vdev_create(struct call *call)
{
	struct granule *rd, *pdev_granule, *granule;
	struct rmi_vdev_params params;
	const struct realm *realm;
	const struct pdev *pdev;

	REQUIRE_DA(call, RMI_VDEV_CREATE);
	read_first_alp12(call);
	RESOLVED(call);
	realm = call_realm(call, COND_RMI_VDEV_CREATE_rd_align, call->x[1], &rd);
	RESOLVED(call);
	pdev = call_pdev(call, COND_RMI_VDEV_CREATE_pdev_align, call->x[2], &pdev_granule);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_CREATE_pdev_state, WITH(pdev, pdev->state == RMI_PDEV_STATE_READY));
	granule = call_dram(call, COND_RMI_VDEV_CREATE_vdev_align, call->x[3], GRANULE_DELEGATED);
	RESOLVED(call);
	if (!call_ns(call, COND_RMI_VDEV_CREATE_params_align, call->x[4]))
		return;
	call_ns_read(call, call->x[4], sizeof(params));
	memcpy(&params, mem_r(call->sim->mem, call->x[4]), sizeof(params));
	/* There is no SMMU: a VDEV that wants a virtual one is malformed. */
	REQUIRE(call, RMI_VDEV_CREATE_params_valid,
		params.flags == 0 && WITH(realm, realm->next_vdev < UINT16_MAX));
	REQUIRE(call, RMI_VDEV_CREATE_realm_da, WITH(realm, realm_da(realm)));
	REQUIRE(call, RMI_VDEV_CREATE_num_aux, params.num_aux == 0);
	check_identifiers(call, pdev, &params);
	RESOLVED(call);
	CHECKED(call);

	create(call, granule, pdev_granule, rd, &params);
}

void rmi_vdev_destroy(struct call *call)
{
	struct granule *rd, *pdev_granule, *granule;
	struct rmmsim *sim = call->sim;
	const struct realm *realm;
	const struct pdev *pdev;
	const struct vdev *vdev;

	REQUIRE_DA(call, RMI_VDEV_DESTROY);
	realm = call_realm(call, COND_RMI_VDEV_DESTROY_rd_align, call->x[1], &rd);
	RESOLVED(call);
	pdev = call_pdev(call, COND_RMI_VDEV_DESTROY_pdev_align, call->x[2], &pdev_granule);
	RESOLVED(call);
	vdev = call_vdev(call, COND_RMI_VDEV_DESTROY_vdev_align, call->x[3], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_DESTROY_vdev_owner, WITH(realm && vdev, vdev->rd == call->x[1]));
	REQUIRE(call, RMI_VDEV_DESTROY_vdev_pdev, WITH(pdev && vdev, vdev->pdev == call->x[2]));
	REQUIRE(call, RMI_VDEV_DESTROY_state,
		WITH(vdev, vdev->state == RMI_VDEV_STATE_NEW ||
				   vdev->state == RMI_VDEV_STATE_UNLOCKED ||
				   vdev->state == RMI_VDEV_STATE_ERROR));
	REQUIRE(call, RMI_VDEV_DESTROY_num_map, WITH(vdev, vdev->num_map == 0));
	CHECKED(call);

	if (pdev_at(sim, pdev_granule)->talker == call->x[3])
		pdev_edit(sim, pdev_granule)->talker = 0;
	pdev_edit(sim, pdev_granule)->num_vdevs--;
	realm_edit(sim, rd)->num_vdevs--;
	memset(vdev_edit(sim, granule), 0, GRANULE_SIZE);
	granule_free(call, call->x[3]);
}

/* --- commands that begin a conversation -------------------------------------------------------------- */

void rmi_vdev_get_state(struct call *call)
{
	const struct vdev *vdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_VDEV_GET_STATE);
	vdev = call_vdev(call, COND_RMI_VDEV_GET_STATE_vdev_align, call->x[1], &granule);
	RESOLVED(call);
	CHECKED(call);

	call_return(call, 1, vdev->state);
}

#define IN(state) (1u << RMI_VDEV_STATE_##state)

/* The rows of a command (rd, vdev), and the states it may be called in. */
struct begin_rows {
	enum smc_condition_id rd, vdev, owner, state, comm;
	unsigned int states;
};

#define BEGIN_ROWS(command, allowed)                                         \
	{                                                                    \
		COND_##command##_rd_align, COND_##command##_vdev_align,      \
			COND_##command##_vdev_owner, COND_##command##_state, \
			COND_##command##_comm_state, (allowed)               \
	}

/* Resolves and checks; NULL after refusing, or in a dry run without a VDEV. */
static const struct vdev *check_begin(struct call *call, const struct begin_rows *rows,
				      struct granule **granule)
{
	const struct vdev *vdev;

	*granule = NULL;
	if (!call_realm(call, rows->rd, call->x[1], NULL))
		return NULL;
	vdev = call_vdev(call, rows->vdev, call->x[2], granule);
	if (!vdev)
		return NULL;
	if (vdev->rd != call->x[1] && call_refuse(call, rows->owner, 0))
		return NULL;
	if (!(rows->states >> vdev->state & 1) && call_refuse(call, rows->state, 0))
		return NULL;
	if (vdev->comm != COMM_IDLE && call_refuse(call, rows->comm, 0))
		return NULL;
	return vdev;
}

static struct vdev *begin(struct call *call, struct granule *granule, enum vdev_op op)
{
	struct vdev *vdev = vdev_edit(call->sim, granule);

	vdev->op = op;
	vdev->comm = COMM_PENDING;
	return vdev;
}

void rmi_vdev_lock(struct call *call)
{
	static const struct begin_rows rows = BEGIN_ROWS(RMI_VDEV_LOCK, IN(UNLOCKED));
	struct granule *granule;

	REQUIRE_DA(call, RMI_VDEV_LOCK);
	check_begin(call, &rows, &granule);
	RESOLVED(call);
	CHECKED(call);

	begin(call, granule, VDEV_OP_LOCK);
}

void rmi_vdev_start(struct call *call)
{
	static const struct begin_rows rows = BEGIN_ROWS(RMI_VDEV_START, IN(LOCKED));
	struct granule *granule;

	REQUIRE_DA(call, RMI_VDEV_START);
	check_begin(call, &rows, &granule);
	RESOLVED(call);
	CHECKED(call);

	begin(call, granule, VDEV_OP_START);
}

void rmi_vdev_unlock(struct call *call)
{
	static const struct begin_rows rows =
		BEGIN_ROWS(RMI_VDEV_UNLOCK, IN(LOCKED) | IN(STARTED) | IN(ERROR));
	const struct vdev *vdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_VDEV_UNLOCK);
	vdev = check_begin(call, &rows, &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_UNLOCK_num_map, WITH(vdev, vdev->num_map == 0));
	CHECKED(call);

	begin(call, granule, VDEV_OP_UNLOCK)->dma = false;
}

void rmi_vdev_get_interface_report(struct call *call)
{
	static const struct begin_rows rows =
		BEGIN_ROWS(RMI_VDEV_GET_INTERFACE_REPORT, IN(LOCKED) | IN(STARTED));
	struct granule *granule;

	REQUIRE_DA(call, RMI_VDEV_GET_INTERFACE_REPORT);
	check_begin(call, &rows, &granule);
	RESOLVED(call);
	CHECKED(call);

	begin(call, granule, VDEV_OP_REPORT);
}

/* Bit 0 of index 0 would ask for their number, bit 255 for all: device-assignment.md#4 */
static bool indices_valid(const struct rmi_vdev_measure_params *p)
{
	return !(p->indices[0] & 0x01) && !(p->indices[31] & 0x80);
}

void rmi_vdev_get_measurements(struct call *call)
{
	static const struct begin_rows rows =
		BEGIN_ROWS(RMI_VDEV_GET_MEASUREMENTS, IN(UNLOCKED) | IN(LOCKED) | IN(STARTED));
	const struct rmi_vdev_measure_params *params;
	struct granule *granule;
	struct vdev *vdev;

	REQUIRE_DA(call, RMI_VDEV_GET_MEASUREMENTS);
	check_begin(call, &rows, &granule);
	RESOLVED(call);
	if (!call_ns(call, COND_RMI_VDEV_GET_MEASUREMENTS_params_align, call->x[3]))
		return;
	call_ns_read(call, call->x[3], sizeof(*params));
	params = mem_r(call->sim->mem, call->x[3]);
	REQUIRE(call, RMI_VDEV_GET_MEASUREMENTS_indices_valid, indices_valid(params));
	CHECKED(call);

	vdev = begin(call, granule, VDEV_OP_MEASURE);
	vdev->interface.measurements_signed = params->flags & RMI_VDEV_MEASURE_FLAG_SIGNED;
	vdev->interface.measurements_raw = params->flags & RMI_VDEV_MEASURE_FLAG_RAW;
	memcpy(vdev->interface.measurement_nonce, params->nonce, sizeof(params->nonce));
}

void rmi_vdev_abort(struct call *call)
{
	const struct vdev *vdev;
	struct granule *granule;
	struct pdev *pdev;
	struct vdev *edit;

	REQUIRE_DA(call, RMI_VDEV_ABORT);
	vdev = call_vdev(call, COND_RMI_VDEV_ABORT_vdev_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_ABORT_comm_state, WITH(vdev, vdev->comm != COMM_IDLE));
	CHECKED(call);

	edit = vdev_edit(call->sim, granule);
	edit->state = RMI_VDEV_STATE_ERROR;
	edit->comm = COMM_IDLE;
	edit->op = VDEV_OP_NONE;
	edit->dma = false;
	pdev = pdev_edit(call->sim, mem_find(call->sim->mem, vdev->pdev));
	if (pdev->talker == call->x[1])
		pdev->talker = 0;
}

/* The alp12 shape: every VDEV of that model belongs to a PDEV that cannot be made (#9.2). */
void rmi_vdev_stop(struct call *call)
{
	const struct vdev *vdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_VDEV_STOP);
	vdev = call_vdev(call, COND_RMI_VDEV_STOP_vdev_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_STOP_state, WITH(vdev, false));
}

/* --- the Host's answer to a REC ---------------------------------------------------------------------- */

void rmi_vdev_complete(struct call *call)
{
	struct granule *rec_granule, *granule;
	const struct vdev *vdev;
	const struct rec *rec;
	struct rec *edit;

	REQUIRE_DA(call, RMI_VDEV_COMPLETE);
	rec = call_rec(call, COND_RMI_VDEV_COMPLETE_rec_align, call->x[1], &rec_granule);
	RESOLVED(call);
	vdev = call_vdev(call, COND_RMI_VDEV_COMPLETE_vdev_align, call->x[2], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_VDEV_COMPLETE_pending, WITH(rec, rec->pending == REC_PENDING_VDEV));
	REQUIRE(call, RMI_VDEV_COMPLETE_rec_owner, WITH(rec && vdev, rec->rd == vdev->rd));
	REQUIRE(call, RMI_VDEV_COMPLETE_vdev_id, WITH(rec && vdev, rec->vdev.id == vdev->vdev_id));
	REQUIRE(call, RMI_VDEV_COMPLETE_comm_state, WITH(vdev, vdev->comm == COMM_IDLE));
	CHECKED(call);

	edit = rec_edit(call->sim, rec_granule);
	edit->pending = REC_PENDING_VDEV_COMPLETE;
	edit->vdev.pa = call->x[2];
}

/* --- peer-to-peer and SMMU: no source lists the conditions ------------------------------------------- */

void rmi_vdev_p2p_bind(struct call *call)
{
	REQUIRE_DA(call, RMI_VDEV_P2P_BIND);
	REQUIRE(call, RMI_VDEV_P2P_BIND_feature_p2p, false);
}

void rmi_vdev_p2p_unbind(struct call *call)
{
	REQUIRE_DA(call, RMI_VDEV_P2P_UNBIND);
	REQUIRE(call, RMI_VDEV_P2P_UNBIND_feature_p2p, false);
}
