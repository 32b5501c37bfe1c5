/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_FINISHER_H
#define BOARD_FINISHER_H

/* One register: a write ends the run, and its low byte is the exit status. For user space of a Realm. */

#include <stdbool.h>
#include <stdint.h>

#include "board/bus.h"

#define FINISHER_SIZE UINT64_C(0x1000)

struct finisher {
	bool asked;
	uint8_t status;
};

void finisher_access(void *finisher, struct bus_access *access);

#endif
