/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_MEC_H
#define RMM_MEC_H

#include "rmm/sim.h"

/* A mecid as a command uses it (quirk mecid-low-32). */
uint64_t mec_argument(const struct rmmsim *sim, uint64_t mecid);
/* Largest usable MECID of the configuration, never beyond the model's table: mec.md#1 */
uint64_t mec_max(const struct rmmsim *sim);
/* Boot state: MECID 0 shared, all others private and unassigned: mec.md#2 */
void mec_boot(struct rmmsim *sim);
/* Whether REALM_CREATE sees that a private MECID has an owner (quirk recorded-id-bits). */
bool mec_assigned(const struct rmmsim *sim, uint64_t mecid);
/* A Realm takes or gives back a MECID. */
void mec_take(struct rmmsim *sim, uint64_t mecid);
void mec_release(struct rmmsim *sim, uint64_t mecid);

#endif
