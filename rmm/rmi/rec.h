/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_RMI_REC_H
#define RMM_RMI_REC_H

/* Effects that REC_CREATE and REC_DESTROY of all revisions share. */

#include "rmm/call.h"

#define REC_MPIDR_SBZ (~UINT64_C(0xffffff0f)) /* rmi-abi.md#7.2 */

/* Makes the REC in its granule; `params` names its auxiliary granules. */
void rec_init(struct call *call, struct granule *granule, const struct realm *realm,
	      const struct rmi_rec_params *params);
/* Moves a REC and its auxiliary granules into or out of a Realm. */
void rec_move_granules(struct call *call, const struct rec *rec, struct granule *granule,
		       struct granule *rd);
/* The REC at this PA exists no more. */
void rec_forget(struct rmmsim *sim, uint64_t rec);
/* The Realm counts a REC more, and measures it. */
void rec_enrol(struct call *call, struct granule *rd, const struct rmi_rec_params *params);

#endif
