/* SPDX-License-Identifier: BSD-3-Clause */
#include <hshim/guest.h>

#include "host_shim/src/conduit/shim.h"

bool hshim_guest(unsigned int plane, rmmsim_script_fn fn, void *argument)
{
	struct hshim *shim = shim_current();

	return shim->scripts &&
	       rmmsim_script_bind(shim->scripts, 0, plane, fn, argument) == RMMSIM_OK;
}

struct rmmsim_scripts *hshim_scripts(void)
{
	return shim_current()->scripts;
}
