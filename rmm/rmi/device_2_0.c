/* SPDX-License-Identifier: BSD-3-Clause */
/* Device assignment of 2.0 where no device is: rmm-2.0.md#11 */
#include <string.h>

#include "rmm/op.h"

#define STREAM_TYPE_NCOH 1
#define STREAM_RANGES    16

static bool feature_present(const struct rmmsim *sim, const char *condition)
{
	if (strcmp(condition, "op_pool") == 0)
		return op_available(sim);
	return strcmp(condition, "feature_da") == 0 && feature(sim, SMC_FEATURE_DA);
}

/* No object of this kind exists: a call that the features allow fails for want of it. */
void rmi_device_absent(struct call *call)
{
	enum smc_condition_id first;
	const size_t count = smc_conditions_of(call->id, &first);

	for (size_t i = 0; i < count; i++) {
		const char *id = smc_condition(first + i)->id;

		if (strcmp(id, "rmm_active") == 0 || feature_present(call->sim, id))
			continue;
		/* What comes behind a missing feature says nothing about the call. */
		call_refuse(call, first + i, 0);
		return;
	}
}

struct stream_params {
	uint64_t flags, type, pdev_1, pdev_2, ide_sid, num_range;
};

void rmi_pdev_stream_connect(struct call *call)
{
	struct stream_params params = {.type = STREAM_TYPE_NCOH};
	const struct granule *page;

	REQUIRE(call, RMI_PDEV_STREAM_CONNECT_feature_da, feature(call->sim, SMC_FEATURE_DA));
	if (!feature(call->sim, SMC_FEATURE_DA))
		return; /* a dry run */
	page = call_ns(call, COND_RMI_PDEV_STREAM_CONNECT_params_align, call->x[1]);
	RESOLVED(call);
	if (page)
		memcpy(&params, mem_r(call->sim->mem, call->x[1]), sizeof(params));
	REQUIRE(call, RMI_PDEV_STREAM_CONNECT_num_range, params.num_range <= STREAM_RANGES);
	REQUIRE(call, RMI_PDEV_STREAM_CONNECT_type, params.type == STREAM_TYPE_NCOH);
	if (!page || params.num_range > STREAM_RANGES || params.type != STREAM_TYPE_NCOH)
		return; /* a dry run */
	REQUIRE(call, RMI_PDEV_STREAM_CONNECT_pdev, false);
}

/* Only a device makes such a request: progress and top of every REC are 0. */
void rmi_rtt_dev_validate(struct call *call)
{
	const uint64_t base = call->x[3], top = call->x[4];
	const struct realm *realm;
	const struct rec *rec;

	REQUIRE(call, RMI_RTT_DEV_VALIDATE_size_valid,
		top > base && ((base | top) & GRANULE_MASK) == 0);
	realm = call_realm(call, COND_RMI_RTT_DEV_VALIDATE_rd_align, call->x[1], NULL);
	RESOLVED(call);
	rec = call_rec(call, COND_RMI_RTT_DEV_VALIDATE_rec_align, call->x[2], NULL);
	RESOLVED(call);
	REQUIRE(call, RMI_RTT_DEV_VALIDATE_rec_state,
		!realm || WITH(rec, !rec->running && rec->rd == call->x[1]));
	if (call->refused && call->refused < COND_RMI_RTT_DEV_VALIDATE_request)
		return; /* a dry run: no REC has asked */
	REQUIRE(call, RMI_RTT_DEV_VALIDATE_request, false);
}
