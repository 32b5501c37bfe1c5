/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_VMID_H
#define RMM_VMID_H

#include "rmm/sim.h"

bool vmid_used(const struct rmmsim *sim, uint16_t vmid);
/* What REALM_CREATE sees of vmid_used(); differs under quirk recorded-id-bits. */
bool vmid_seen_used(const struct rmmsim *sim, uint16_t vmid);
void vmid_take(struct rmmsim *sim, uint16_t vmid);
void vmid_release(struct rmmsim *sim, uint16_t vmid);

#endif
