/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_RMI_REALM_PARAMS_H
#define RMM_RMI_REALM_PARAMS_H

#include "rmm/call.h"

/*
 * RmiRealmParams as REALM_CREATE understands them: narrowed to the bits that count and resolved
 * against the configuration. The narrow widths are those of rmi-abi.md#7.1.
 */
struct realm_params {
	struct rmi_realm_params raw;
	uint32_t s2sz, sve_vl, num_bps, num_wps, pmu_num_ctrs, num_aux_planes, num_start;
	uint8_t hash_algo;
	bool lpa2, sve, pmu, da;
	bool tree_pp; /* in effect: only with auxiliary Planes */
	bool indirect;
	uint64_t mec_policy; /* enum rmi_mec_policy, 2.0 */
	uint64_t mecid;
	unsigned int trees;
	uint16_t vmid[RTT_MAX_TREES]; /* by Plane, num_aux_planes + 1 of them */
	uint64_t root[RTT_MAX_TREES]; /* by tree */
};

/* Copies the page at `pa` (Non-secure, managed) once and decodes it. */
void realm_params_read(const struct rmmsim *sim, uint64_t pa, struct realm_params *params);

/* The conditions of rmi-commands.md#4 on the parameters alone, in order, up to the hash algorithm. */
void realm_params_check(struct call *call, const struct realm_params *params);

#endif
