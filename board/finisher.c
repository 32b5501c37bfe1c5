/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/finisher.h"

void finisher_access(void *device, struct bus_access *a)
{
	struct finisher *finisher = device;

	if (!a->write) {
		a->value = 0;
		return;
	}
	if (a->offset)
		return;
	finisher->asked = true;
	finisher->status = (uint8_t)a->value;
}
