/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_DEVICETREE_H
#define BOARD_DEVICETREE_H

/* The device tree of the board, in the flattened form that a kernel gets. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/board.h"

struct devicetree_config {
	const struct board_config *board;
	uint64_t devices;            /* IPA that the offsets of devices are counted from */
	uint64_t ram_base, ram_size; /* IPA, bytes */
	const char *bootargs;        /* NULL: none */
	uint64_t initrd, initrd_end; /* IPA; equal: none */
	uint64_t seed;               /* of /chosen/rng-seed */
};

/* Writes the tree to `dtb`; bytes used, 0 if `size` is too small. */
size_t devicetree_build(const struct devicetree_config *config, void *dtb, size_t size);
/*
 * Checks a tree that came from outside, and puts memory, bootargs and initrd of `config` into it. `dtb`
 * holds `used` bytes and has room for `size`. Bytes used, 0 with a reason in *error.
 */
size_t devicetree_adapt(const struct devicetree_config *config, void *dtb, size_t used, size_t size,
			const char **error);

#endif
