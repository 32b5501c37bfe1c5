/* SPDX-License-Identifier: BSD-3-Clause */
/* Physical devices: device-assignment.md#3. Their conversations are in dev_comm.c. */
#include <string.h>

#include "rmm/rmi/dev_args.h"

/* --- PDEV_AUX_COUNT, PDEV_CREATE --------------------------------------------------------------------- */

void rmi_pdev_aux_count(struct call *call)
{
	REQUIRE_DA(call, RMI_PDEV_AUX_COUNT);
	CHECKED(call);

	call_return(call, 1, sim_pdev_aux(call->sim));
}

void dev_check_aux(struct call *call, enum smc_condition_id rows, const uint64_t *aux,
		   uint32_t count, uint64_t object)
{
	const struct mem *mem = call->sim->mem;
	bool aligned = true, alias = false, delegated = true;

	for (uint32_t i = 0; i < count; i++) {
		const struct granule *granule = mem_find(mem, aux[i]);

		aligned &= (aux[i] & GRANULE_MASK) == 0;
		alias |= aux[i] == object;
		for (uint32_t j = 0; j < i; j++)
			alias |= aux[i] == aux[j];
		delegated &= granule && mem_kind(mem, granule) == GRANULE_DRAM &&
			     granule->state == GRANULE_DELEGATED;
	}
	if ((!aligned && call_refuse(call, rows, 0)) || (alias && call_refuse(call, rows + 1, 0)))
		return;
	if (!delegated)
		call_refuse(call, rows + 2, 0);
}

/* All of a range is device memory of one kind. */
static bool range_is_device(const struct rmmsim *sim, const struct rmi_address_range *range,
			    enum granule_kind kind)
{
	if (range->base >= range->top || (range->base | range->top) & GRANULE_MASK)
		return false;
	for (uint64_t pa = range->base; pa < range->top; pa += GRANULE_SIZE) {
		const struct granule *granule = mem_find(sim->mem, pa);

		if (!granule || mem_kind(sim->mem, granule) != kind)
			return false;
	}
	return true;
}

static bool ranges_overlap(const struct rmi_address_range *a, const struct rmi_address_range *b)
{
	return a->base < b->top && b->base < a->top;
}

/* Identifiers, streams and ranges are each device's own. */
static bool conflicts(const struct pdev *other, const void *argument)
{
	const struct pdev *new = argument;

	if (other->pdev_id == new->pdev_id)
		return true;
	if (other->segment_id == new->segment_id &&
	    other->rid_base < new->rid_top &&new->rid_base < other->rid_top)
		return true;
	for (uint32_t i = 0; i < other->range_count; i++) {
		for (uint32_t j = 0; j < new->range_count; j++) {
			if (ranges_overlap(&other->ranges[i], &new->ranges[j]))
				return true;
		}
	}
	return false;
}

static bool own_ranges_valid(const struct rmmsim *sim, const struct pdev *pdev, uint64_t ncoh)
{
	for (uint32_t i = 0; i < pdev->range_count; i++) {
		if (!range_is_device(sim, &pdev->ranges[i],
				     i < ncoh ? GRANULE_DEV_NCOH : GRANULE_DEV_COH))
			return false;
		for (uint32_t j = 0; j < i; j++) {
			if (ranges_overlap(&pdev->ranges[i], &pdev->ranges[j]))
				return false;
		}
	}
	return true;
}

static void read_pdev(const struct rmi_pdev_params *p, struct pdev *pdev)
{
	const uint64_t ncoh = p->ncoh_num_addr_range, coh = p->coh_num_addr_range;

	memset(pdev, 0, sizeof(*pdev));
	pdev->flags = p->flags;
	pdev->pdev_id = p->pdev_id;
	pdev->segment_id = p->segment_id;
	pdev->ecam_addr = p->ecam_addr;
	pdev->root_id = (uint16_t)p->root_id;
	pdev->cert_id = p->cert_id;
	pdev->rid_base = (uint16_t)p->rid_base;
	pdev->rid_top = (uint16_t)p->rid_top;
	pdev->hash_algo = (uint8_t)p->hash_algo;
	pdev->ide_sid = p->ncoh_ide_sid;
	pdev->num_aux = p->num_aux <= RMI_MAX_PDEV_AUX ? (uint32_t)p->num_aux : 0;
	memcpy(pdev->aux, p->aux, pdev->num_aux * sizeof(pdev->aux[0]));
	if (ncoh > RMI_MAX_NCOH_ADDR_RANGES || coh > RMI_MAX_COH_ADDR_RANGES)
		return;
	pdev->range_count = (uint32_t)(ncoh + coh);
	memcpy(pdev->ranges, p->ncoh_addr_range, ncoh * sizeof(pdev->ranges[0]));
	memcpy(&pdev->ranges[ncoh], p->coh_addr_range, coh * sizeof(pdev->ranges[0]));
}

static bool params_valid(const struct rmmsim *sim, const struct rmi_pdev_params *p,
			 const struct pdev *pdev)
{
	if (p->ncoh_num_addr_range > RMI_MAX_NCOH_ADDR_RANGES ||
	    p->coh_num_addr_range > RMI_MAX_COH_ADDR_RANGES)
		return false;
	if (pdev->hash_algo != RMI_HASH_SHA_256 && pdev->hash_algo != RMI_HASH_SHA_512)
		return false;
	/* A monitor that asks for no memory has nothing to talk to devices with. */
	if (sim_pdev_aux(sim) == 0)
		return false;
	return pdev->rid_base < pdev->rid_top &&
	       own_ranges_valid(sim, pdev, p->ncoh_num_addr_range) &&
	       !pdev_any(sim, NULL, conflicts, pdev);
}

#define FLAGS_REFUSED (~UINT64_C(0x1f)) /* peer-to-peer and reserved bits */

static bool flags_supported(uint64_t flags)
{
	return flags & RMI_PDEV_FLAG_SPDM && !(flags & FLAGS_REFUSED);
}

static bool has_ide(const struct pdev *pdev)
{
	return pdev->flags & (RMI_PDEV_FLAG_NCOH_IDE | RMI_PDEV_FLAG_COH_IDE);
}

static void create(struct call *call, struct granule *granule, const struct pdev *new)
{
	struct rmmsim *sim = call->sim;
	struct pdev *pdev = pdev_edit(sim, granule);
	const struct spdm_config config = {
		.seed = sim->config.seed ^ call->mem.call,
		.cache_vca = !quirk(sim, QUIRK_da_alp12),
		.ide = has_ide(new),
		.ide_stream = (uint8_t) new->ide_sid,
	};

	memset(pdev, 0, GRANULE_SIZE);
	*pdev = *new;
	pdev->state = RMI_PDEV_STATE_NEW;
	pdev->comm = COMM_PENDING;
	for (uint32_t i = 0; i < pdev->num_aux; i++) {
		memset(mem_w(sim->mem, pdev->aux[i]), 0, GRANULE_SIZE);
		mem_set_state(sim->mem, mem_find(sim->mem, pdev->aux[i]), GRANULE_PDEV_AUX,
			      &call->mem);
	}
	spdm_requester_init(pdev_requester(sim, pdev), &config);
	mem_set_state(sim->mem, granule, GRANULE_PDEV, &call->mem);
}

#define ALP12_FLAGS_KNOWN 0xfu
#define ALP12_FLAGS       (RMI_PDEV_FLAG_ALP12_SPDM | RMI_PDEV_FLAG_ALP12_IDE)

/* The order of the older model, which looks at the page first and makes no PDEV: device-assignment.md#9.2 */
static void refuse_alp12(struct call *call)
{
	const struct rmi_pdev_params *params;

	REQUIRE(call, RMI_PDEV_CREATE_pdev_align, (call->x[1] & GRANULE_MASK) == 0);
	if (!call_ns(call, COND_RMI_PDEV_CREATE_params_align, call->x[2]))
		return;
	call_ns_read(call, call->x[2], sizeof(*params));
	params = mem_r(call->sim->mem, call->x[2]);
	REQUIRE(call, RMI_PDEV_CREATE_flags_supp_alp12,
		(params->flags & ALP12_FLAGS_KNOWN) == ALP12_FLAGS);
	WALKABLE((params->flags & ALP12_FLAGS_KNOWN) == ALP12_FLAGS);
	REQUIRE(call, RMI_PDEV_CREATE_params_valid, false);
}

void rmi_pdev_create(struct call *call)
{
	struct rmi_pdev_params params;
	struct granule *granule;
	struct pdev new;

	REQUIRE_DA(call, RMI_PDEV_CREATE);
	if (quirk(call->sim, QUIRK_da_alp12)) {
		refuse_alp12(call);
		return;
	}
	granule = call_dram(call, COND_RMI_PDEV_CREATE_pdev_align, call->x[1], GRANULE_DELEGATED);
	RESOLVED(call);
	if (!call_ns(call, COND_RMI_PDEV_CREATE_params_align, call->x[2]))
		return;
	call_ns_read(call, call->x[2], sizeof(params));
	memcpy(&params, mem_r(call->sim->mem, call->x[2]), sizeof(params));
	read_pdev(&params, &new);
	REQUIRE(call, RMI_PDEV_CREATE_params_valid, params_valid(call->sim, &params, &new));
	REQUIRE(call, RMI_PDEV_CREATE_flags_supp, flags_supported(params.flags));
	REQUIRE(call, RMI_PDEV_CREATE_num_aux, params.num_aux == sim_pdev_aux(call->sim));
	dev_check_aux(call, COND_RMI_PDEV_CREATE_aux_align, new.aux, new.num_aux, call->x[1]);
	RESOLVED(call);
	CHECKED(call);

	create(call, granule, &new);
}

/* --- states ------------------------------------------------------------------------------------------ */

void rmi_pdev_get_state(struct call *call)
{
	const struct pdev *pdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_PDEV_GET_STATE);
	pdev = call_pdev(call, COND_RMI_PDEV_GET_STATE_pdev_align, call->x[1], &granule);
	RESOLVED(call);
	CHECKED(call);

	call_return(call, 1, pdev->state);
}

static bool key_kind(uint64_t algo, enum signer *kind)
{
	static const enum signer kinds[] = {
		[RMI_SIGNATURE_RSASSA_3072] = SIGNER_RSA_3072,
		[RMI_SIGNATURE_ECDSA_P256] = SIGNER_P256,
		[RMI_SIGNATURE_ECDSA_P384] = SIGNER_P384,
	};

	if (algo > RMI_SIGNATURE_ECDSA_P384)
		return false;
	*kind = kinds[algo];
	return true;
}

void rmi_pdev_set_pubkey(struct call *call)
{
	const struct rmi_public_key_params *params;
	enum signer kind = SIGNER_RSA_3072;
	const struct pdev *pdev;
	struct granule *granule;
	bool size_ok;

	REQUIRE_DA(call, RMI_PDEV_SET_PUBKEY);
	if (quirk(call->sim, QUIRK_da_alp12)) {
		/* The older model reads the page before it looks at the PDEV: device-assignment.md#9.2 */
		REQUIRE(call, RMI_PDEV_SET_PUBKEY_pdev_align, (call->x[1] & GRANULE_MASK) == 0);
		if (!call_ns(call, COND_RMI_PDEV_SET_PUBKEY_params_align, call->x[2]))
			return;
		call_ns_read(call, call->x[2], sizeof(*params));
	}
	pdev = call_pdev(call, COND_RMI_PDEV_SET_PUBKEY_pdev_align, call->x[1], &granule);
	RESOLVED(call);
	if (!call_ns(call, COND_RMI_PDEV_SET_PUBKEY_params_align, call->x[2]))
		return;
	call_ns_read(call, call->x[2], sizeof(*params));
	params = mem_r(call->sim->mem, call->x[2]);
	size_ok =
		key_kind((uint8_t)params->algo, &kind) && params->key_len == signer_key_size(kind);
	REQUIRE(call, RMI_PDEV_SET_PUBKEY_key_len, size_ok);
	REQUIRE(call, RMI_PDEV_SET_PUBKEY_metadata_len,
		params->metadata_len <= sizeof(params->metadata));
	REQUIRE(call, RMI_PDEV_SET_PUBKEY_state,
		WITH(pdev, pdev->state == RMI_PDEV_STATE_NEEDS_KEY));
	CHECKED(call);

	spdm_set_key(pdev_requester(call->sim, pdev), kind, params->key, params->key_len);
	pdev_edit(call->sim, granule)->state = RMI_PDEV_STATE_HAS_KEY;
	pdev_edit(call->sim, granule)->comm = COMM_PENDING;
	hash_digest(pdev->hash_algo == RMI_HASH_SHA_512 ? HASH_SHA_512 : HASH_SHA_256, params->key,
		    params->key_len, pdev_edit(call->sim, granule)->key_digest);
}

/* A conversation begins that leads out of `state`. */
static void begin(struct call *call, struct granule *granule, enum rmi_pdev_state state)
{
	struct pdev *pdev = pdev_edit(call->sim, granule);

	pdev->state = state;
	pdev->comm = COMM_PENDING;
}

void rmi_pdev_abort(struct call *call)
{
	const struct pdev *pdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_PDEV_ABORT);
	pdev = call_pdev(call, COND_RMI_PDEV_ABORT_pdev_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_PDEV_ABORT_state,
		WITH(pdev, pdev->state == RMI_PDEV_STATE_NEW ||
				   pdev->state == RMI_PDEV_STATE_HAS_KEY ||
				   pdev->state == RMI_PDEV_STATE_COMMUNICATING));
	CHECKED(call);

	if (pdev->talker == call->x[1])
		pdev_edit(call->sim, granule)->talker = 0;
	if (pdev->state != RMI_PDEV_STATE_COMMUNICATING) {
		begin(call, granule, (enum rmi_pdev_state)pdev->state);
		return;
	}
	pdev_edit(call->sim, granule)->state = RMI_PDEV_STATE_READY;
	pdev_edit(call->sim, granule)->comm = COMM_IDLE;
}

void rmi_pdev_ide_key_refresh(struct call *call)
{
	const uint64_t flag =
		call->x[2] == RMI_PDEV_COH ? RMI_PDEV_FLAG_COH_IDE : RMI_PDEV_FLAG_NCOH_IDE;
	const struct pdev *pdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_PDEV_IDE_KEY_REFRESH);
	pdev = call_pdev(call, COND_RMI_PDEV_IDE_KEY_REFRESH_pdev_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_PDEV_IDE_KEY_REFRESH_ide, WITH(pdev, pdev->flags & flag));
	REQUIRE(call, RMI_PDEV_IDE_KEY_REFRESH_state,
		WITH(pdev, pdev->state == RMI_PDEV_STATE_READY));
	CHECKED(call);

	begin(call, granule, RMI_PDEV_STATE_COMMUNICATING);
}

void rmi_pdev_notify(struct call *call)
{
	const struct pdev *pdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_PDEV_NOTIFY);
	pdev = call_pdev(call, COND_RMI_PDEV_NOTIFY_pdev_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_PDEV_NOTIFY_state, WITH(pdev, pdev->state == RMI_PDEV_STATE_READY));
	REQUIRE(call, RMI_PDEV_NOTIFY_event_valid, call->x[2] == RMI_PDEV_EVENT_IDE_KEY_REFRESH);
	CHECKED(call);

	begin(call, granule, RMI_PDEV_STATE_COMMUNICATING);
}

void rmi_pdev_ide_reset(struct call *call)
{
	const struct pdev *pdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_PDEV_IDE_RESET);
	pdev = call_pdev(call, COND_RMI_PDEV_IDE_RESET_pdev_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_PDEV_IDE_RESET_state, WITH(pdev, pdev->state == RMI_PDEV_STATE_READY));
	CHECKED(call);

	begin(call, granule, RMI_PDEV_STATE_IDE_RESETTING);
}

void rmi_pdev_stop(struct call *call)
{
	const struct pdev *pdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_PDEV_STOP);
	pdev = call_pdev(call, COND_RMI_PDEV_STOP_pdev_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_PDEV_STOP_state,
		WITH(pdev, pdev->state != RMI_PDEV_STATE_COMMUNICATING &&
				   pdev->state != RMI_PDEV_STATE_STOPPING &&
				   pdev->state != RMI_PDEV_STATE_STOPPED));
	REQUIRE(call, RMI_PDEV_STOP_num_vdevs, WITH(pdev, pdev->num_vdevs == 0));
	CHECKED(call);

	pdev_edit(call->sim, granule)->talker = 0;
	begin(call, granule, RMI_PDEV_STATE_STOPPING);
}

void rmi_pdev_destroy(struct call *call)
{
	struct rmmsim *sim = call->sim;
	const struct pdev *pdev;
	struct granule *granule;

	REQUIRE_DA(call, RMI_PDEV_DESTROY);
	pdev = call_pdev(call, COND_RMI_PDEV_DESTROY_pdev_align, call->x[1], &granule);
	RESOLVED(call);
	REQUIRE(call, RMI_PDEV_DESTROY_state, WITH(pdev, pdev->state == RMI_PDEV_STATE_STOPPED));
	REQUIRE(call, RMI_PDEV_DESTROY_num_vdevs, WITH(pdev, pdev->num_vdevs == 0));
	CHECKED(call);

	for (uint32_t i = 0; i < pdev->num_aux; i++) {
		memset(mem_w(sim->mem, pdev->aux[i]), 0, GRANULE_SIZE);
		granule_free(call, pdev->aux[i]);
	}
	memset(pdev_edit(sim, granule), 0, GRANULE_SIZE);
	granule_free(call, call->x[1]);
}

/* --- peer-to-peer: no source lists the conditions -------------------------------------------------- */

void rmi_pdev_p2p_connect(struct call *call)
{
	REQUIRE_DA(call, RMI_PDEV_P2P_CONNECT);
	REQUIRE(call, RMI_PDEV_P2P_CONNECT_feature_p2p, false);
}

void rmi_pdev_p2p_disconnect(struct call *call)
{
	REQUIRE_DA(call, RMI_PDEV_P2P_DISCONNECT);
	REQUIRE(call, RMI_PDEV_P2P_DISCONNECT_feature_p2p, false);
}
