/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_PRIMECELL_H
#define BOARD_PRIMECELL_H

/* Identification registers of PrimeCells: eight bytes at 0xfe0, one in each word. */

#include <stdint.h>

#define PRIMECELL_ID UINT64_C(0xfe0)

/* `id`: UARTPeriphID0 to 3, UARTPCellID0 to 3 and their likes. */
static inline uint32_t primecell_id(const uint8_t id[8], uint64_t offset)
{
	return id[(offset - PRIMECELL_ID) / 4];
}

#endif
