/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_RMI_DEV_ARGS_H
#define RMM_RMI_DEV_ARGS_H

/* What the commands on devices have in common: device-assignment.md#2 */

#include "rmm/dev.h"
#include "rmm/rmi/rtt_args.h"

/* The feature comes first. */
#define REQUIRE_DA(call, command) REQUIRE(call, command##_feature_da, sim_has_da((call)->sim))

/* A PDEV or VDEV argument: three rows. NULL after refusing. */
static inline const struct pdev *call_pdev(struct call *call, enum smc_condition_id align,
					   uint64_t pa, struct granule **granule)
{
	*granule = call_granule(call, align, pa, GRANULE_PDEV);
	return *granule ? pdev_at(call->sim, *granule) : NULL;
}

static inline const struct vdev *call_vdev(struct call *call, enum smc_condition_id align,
					   uint64_t pa, struct granule **granule)
{
	*granule = call_granule(call, align, pa, GRANULE_VDEV);
	return *granule ? vdev_at(call->sim, *granule) : NULL;
}

/* Auxiliary granules that a parameter page lists. `rows`: align, alias, state follow each other. */
void dev_check_aux(struct call *call, enum smc_condition_id rows, const uint64_t *aux,
		   uint32_t count, uint64_t object);

#endif
