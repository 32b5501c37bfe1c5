/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * Devices as a Realm sees them: device-assignment.md#6. Every call about a VDEV first asks the Host which
 * VDEV it means; the call itself is done at the entry after VDEV_COMPLETE. So a call has two halves: what
 * can be checked without a VDEV, and the rest.
 */
#include <string.h>

#include "rmm/dev.h"
#include "rmm/run.h"
#include "smc/smc.h"

#define INFO_ALIGN sizeof(struct rsi_vdev_info)

static bool has_da(const struct call *call)
{
	return realm_da(run_realm(call->run));
}

/* The first half is over: the Host is asked. */
static void ask_host(struct call *call)
{
	struct run *run = call->run;
	struct rec_vdev *vdev = &run->rec->vdev;

	memset(vdev, 0, sizeof(*vdev));
	vdev->command = call->id;
	vdev->id = call->x[1];
	memcpy(vdev->x, call->x, sizeof(vdev->x));
	run->rec->pending = REC_PENDING_VDEV;
	run->exit.vdev_id = call->x[1];
	run_leave(run, RMI_EXIT_VDEV_REQUEST);
}

/* The VDEV of the second half; NULL if the Host named none. */
static struct vdev *answer(const struct call *call)
{
	const struct rec *rec = call->run->rec;
	struct granule *granule = mem_find(call->sim->mem, rec->vdev.pa);

	if (rec->pending != REC_PENDING_VDEV_COMPLETE || granule->state != GRANULE_VDEV)
		return NULL;
	return vdev_edit(call->sim, granule);
}

/* lock, measurement and report nonces from `n` on: what the Realm decided on is still so. */
static bool nonces_right(const struct call *call, const struct vdev *vdev, unsigned int n)
{
	return call->x[n] == vdev->lock_nonce && call->x[n + 1] == vdev->meas_nonce &&
	       call->x[n + 2] == vdev->report_nonce;
}

/* --- VDEV_GET_INFO ----------------------------------------------------------------------------------- */

void rsi_vdev_get_info(struct call *call)
{
	const uint64_t ipa = call->x[2];

	REQUIRE(call, RSI_VDEV_GET_INFO_feature_da, has_da(call));
	REQUIRE(call, RSI_VDEV_GET_INFO_addr_align, ipa % INFO_ALIGN == 0);
	REQUIRE(call, RSI_VDEV_GET_INFO_addr_bound, rsi_protected(run_realm(call->run), ipa));
	if (!rsi_buffer(call, COND_RSI_VDEV_GET_INFO_addr_ripas, ipa))
		return;
	CHECKED(call);

	ask_host(call);
}

static void fill_info(const struct rmmsim *sim, const struct vdev *vdev, struct rsi_vdev_info *info)
{
	const struct pdev *pdev = pdev_at(sim, mem_find(sim->mem, vdev->pdev));

	memset(info, 0, sizeof(*info));
	info->cert_id = pdev->cert_id;
	info->hash_algo = pdev->hash_algo;
	info->lock_nonce = vdev->lock_nonce;
	info->meas_nonce = vdev->meas_nonce;
	info->report_nonce = vdev->report_nonce;
	info->tdisp_version = TDISP_VERSION;
	info->state = vdev->state;
	dev_object_digest(&pdev->vca, info->vca_digest);
	dev_object_digest(&pdev->certificate, info->cert_digest);
	memcpy(info->pubkey_digest, pdev->key_digest, sizeof(info->pubkey_digest));
	dev_object_digest(&vdev->measurements, info->meas_digest);
	dev_object_digest(&vdev->report, info->report_digest);
}

static void finish_get_info(struct call *call)
{
	const struct vdev *vdev = answer(call);
	struct rsi_vdev_info *info;

	REQUIRE(call, RSI_VDEV_GET_INFO_vdev_id, vdev);
	info = rsi_buffer(call, COND_RSI_VDEV_GET_INFO_addr_ripas, call->x[2]);
	if (!info)
		return;
	CHECKED(call);

	fill_info(call->sim, vdev, info);
}

/* --- VDEV_DMA_ENABLE, VDEV_DMA_DISABLE ----------------------------------------------------------------- */

void rsi_vdev_dma_enable(struct call *call)
{
	REQUIRE(call, RSI_VDEV_DMA_ENABLE_feature_da, has_da(call));
	CHECKED(call);

	ask_host(call);
}

static void finish_dma_enable(struct call *call)
{
	struct vdev *vdev = answer(call);

	REQUIRE(call, RSI_VDEV_DMA_ENABLE_vdev_id, vdev);
	REQUIRE(call, RSI_VDEV_DMA_ENABLE_nonce, WITH(vdev, nonces_right(call, vdev, 3)));
	CHECKED(call);

	vdev->dma = true;
}

void rsi_vdev_dma_disable(struct call *call)
{
	REQUIRE(call, RSI_VDEV_DMA_DISABLE_feature_da, has_da(call));
	CHECKED(call);

	ask_host(call);
}

static void finish_dma_disable(struct call *call)
{
	struct vdev *vdev = answer(call);

	REQUIRE(call, RSI_VDEV_DMA_DISABLE_vdev_id, vdev);
	CHECKED(call);

	vdev->dma = false;
}

/* --- VDEV_VALIDATE_MAPPING ------------------------------------------------------------------------------ */

void rsi_vdev_validate_mapping(struct call *call)
{
	const uint64_t base = call->x[2], top = call->x[3], pa = call->x[4];

	REQUIRE(call, RSI_VDEV_VALIDATE_MAPPING_feature_da, has_da(call));
	REQUIRE(call, RSI_VDEV_VALIDATE_MAPPING_ipa_base_align, (base & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_VDEV_VALIDATE_MAPPING_ipa_top_align, (top & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_VDEV_VALIDATE_MAPPING_pa_base_align, (pa & GRANULE_MASK) == 0);
	REQUIRE(call, RSI_VDEV_VALIDATE_MAPPING_size_valid, base < top);
	REQUIRE(call, RSI_VDEV_VALIDATE_MAPPING_rgn_bound,
		rsi_range_protected(run_realm(call->run), base, top));
	CHECKED(call);

	ask_host(call);
}

static bool in_use(const struct vdev *vdev)
{
	return vdev->state == RMI_VDEV_STATE_LOCKED || vdev->state == RMI_VDEV_STATE_STARTED;
}

static void finish_validate_mapping(struct call *call)
{
	const struct vdev *vdev = answer(call);
	struct run *run = call->run;

	REQUIRE(call, RSI_VDEV_VALIDATE_MAPPING_vdev_id, vdev);
	REQUIRE(call, RSI_VDEV_VALIDATE_MAPPING_vdev_state, WITH(vdev, in_use(vdev)));
	REQUIRE(call, RSI_VDEV_VALIDATE_MAPPING_nonce, WITH(vdev, nonces_right(call, vdev, 6)));
	CHECKED(call);

	run->rec->dev_mem = (struct rec_dev_mem){
		.base = call->x[2],
		.top = call->x[3],
		.addr = call->x[2],
		.pa = call->x[4],
		.flags = call->x[5],
	};
	run->exit.dev_mem_base = call->x[2];
	run->exit.dev_mem_top = call->x[3];
	run->exit.dev_mem_pa = call->x[4];
	run_leave(run, RMI_EXIT_DEV_MEM_MAP);
}

/* The Host has done what it could. */
void rsi_dev_mem_complete(struct run *run)
{
	const struct rec_dev_mem *request = &run->rec->dev_mem;
	const bool rejected = (run->enter.flags & RMI_REC_ENTER_FLAG_DEV_MEM_RESPONSE) &&
			      request->addr != request->top;
	struct rmmsim_plane *p0 = rec_plane(run->sim, run->rec, 0);

	if (!request->top)
		return;
	p0->x[0] = RSI_SUCCESS;
	p0->x[1] = request->addr;
	p0->x[2] = rejected ? RSI_REJECT : RSI_ACCEPT;
	p0->x[3] = 0;
	run->rec->dev_mem = (struct rec_dev_mem){0};
}

/* --- the second half ------------------------------------------------------------------------------------- */

static call_handler finish_of(uint32_t command)
{
	switch (command) {
	case RSI_VDEV_GET_INFO:
		return finish_get_info;
	case RSI_VDEV_DMA_ENABLE:
		return finish_dma_enable;
	case RSI_VDEV_DMA_DISABLE:
		return finish_dma_disable;
	case RSI_VDEV_VALIDATE_MAPPING:
		return finish_validate_mapping;
	}
	return NULL;
}

void rsi_vdev_complete(struct run *run)
{
	struct rec *rec = run->rec;
	struct rmmsim_plane *p0 = rec_plane(run->sim, rec, 0);
	struct call call = {.sim = run->sim, .pe = run->pe, .mem = run->mem, .run = run};
	uint64_t x[18];

	if (rec->pending != REC_PENDING_VDEV && rec->pending != REC_PENDING_VDEV_COMPLETE)
		return;
	memcpy(x, p0->x, sizeof(x));
	memcpy(x, rec->vdev.x, sizeof(rec->vdev.x));
	call_begin(&call, x);
	call.id = (enum smc_command_id)rec->vdev.command;
	call_run(&call, finish_of(rec->vdev.command));
	rec->pending = REC_PENDING_NONE;
	memcpy(p0->x, call.out, 4 * sizeof(p0->x[0]));
}
