/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_SCRATCH_H
#define BOARD_SCRATCH_H

/* A page of registers that read back what was written, in any size: for programs that test accesses. */

#include "board/bus.h"

#define SCRATCH_SIZE UINT64_C(0x1000)

struct scratch {
	uint8_t bytes[SCRATCH_SIZE];
};

void scratch_access(void *scratch, struct bus_access *access);

#endif
