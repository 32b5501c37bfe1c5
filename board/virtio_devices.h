/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_VIRTIO_DEVICES_H
#define BOARD_VIRTIO_DEVICES_H

/* Devices behind board/virtio.h: each is initialised with what it is made of. */

#include "board/console.h"
#include "board/disk.h"
#include "board/virtio.h"

/* A disk of sectors of 512 bytes; device type 2. */
void virtio_disk_init(struct virtio *v, const struct virtio_memory *memory, struct disk *disk);

/* Random numbers of a seed: the same with each run; device type 4. */
struct virtio_rng {
	uint64_t state;
};
void virtio_rng_init(struct virtio *v, const struct virtio_memory *memory, struct virtio_rng *rng,
		     uint64_t seed);

/* One port; device type 3. It takes input once the driver has offered buffers. */
void virtio_console_init(struct virtio *v, const struct virtio_memory *memory,
			 struct console *console);
void virtio_console_poll(struct virtio *v);
/* The driver listens: input is this console's. */
bool virtio_console_listens(const struct virtio *v);

#endif
