/* SPDX-License-Identifier: BSD-3-Clause */
#include "host_realm.h"

#define HOST_FUNCTION(name)    \
	int name(int number)   \
	{                      \
		return number; \
	}

HOST_FUNCTION(realm_create)
HOST_FUNCTION(realm_destroy)
HOST_FUNCTION(rec_create)
HOST_FUNCTION(rec_enter)
HOST_FUNCTION(rtt_walk)
HOST_FUNCTION(rtt_create)
HOST_FUNCTION(granule_find)
HOST_FUNCTION(granule_delegate)
HOST_FUNCTION(plane_enter)
