/* SPDX-License-Identifier: BSD-3-Clause */
#include <stddef.h>

#include "mem/granule.h"

const char *granule_state_name(enum granule_state state)
{
	static const char *const names[GRANULE_STATE_COUNT] = {
		[GRANULE_UNDELEGATED] = "UNDELEGATED",
		[GRANULE_DELEGATED] = "DELEGATED",
		[GRANULE_RD] = "RD",
		[GRANULE_REC] = "REC",
		[GRANULE_REC_AUX] = "REC_AUX",
		[GRANULE_RTT] = "RTT",
		[GRANULE_DATA] = "DATA",
		[GRANULE_DEV_MAPPED] = "DEV_MAPPED",
		[GRANULE_PDEV] = "PDEV",
		[GRANULE_PDEV_AUX] = "PDEV_AUX",
		[GRANULE_VDEV] = "VDEV",
		[GRANULE_VDEV_AUX] = "VDEV_AUX",
		[GRANULE_VSMMU] = "VSMMU",
		[GRANULE_P2P_STREAM] = "P2P_STREAM",
		[GRANULE_PARTIAL] = "PARTIAL",
		[GRANULE_RD_AUX] = "RD_AUX",
	};

	return (size_t)state < GRANULE_STATE_COUNT ? names[state] : "?";
}

const char *granule_pas_name(enum granule_pas pas)
{
	static const char *const names[GRANULE_PAS_COUNT] = {
		[GRANULE_PAS_NS] = "NS",
		[GRANULE_PAS_REALM] = "REALM",
		[GRANULE_PAS_SECURE] = "SECURE",
		[GRANULE_PAS_ROOT] = "ROOT",
	};

	return (size_t)pas < GRANULE_PAS_COUNT ? names[pas] : "?";
}
