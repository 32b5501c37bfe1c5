/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/scratch.h"

#include <string.h>

void scratch_access(void *device, struct bus_access *a)
{
	struct scratch *scratch = device;

	if (a->write) {
		memcpy(scratch->bytes + a->offset, &a->value, a->size);
		return;
	}
	a->value = 0;
	memcpy(&a->value, scratch->bytes + a->offset, a->size);
}
