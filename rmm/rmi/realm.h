/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_RMI_REALM_H
#define RMM_RMI_REALM_H

/* Effects that REALM_CREATE and REALM_DESTROY of all revisions share. */

#include "rmm/rmi/realm_params.h"

/* The conditions of the root tables, in order. */
void realm_check_roots(struct call *call, const struct realm_params *params);
/* The granule at rd becomes the descriptor; roots, VMIDs and MECID of `params` become the Realm's. */
void realm_build(struct call *call, struct granule *rd, const struct realm_params *params);
/* The other way round, except for the granule of the descriptor. */
void realm_release(struct call *call, const struct realm *realm);
/* It still owns a REC or a root table with a live entry. */
bool realm_live(const struct rmmsim *sim, const struct realm *realm);

#endif
