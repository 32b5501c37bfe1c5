/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_DISK_H
#define BOARD_DISK_H

/* What a disk holds: a raw file. Unless it may be written, what is written is kept in memory, and gone afterwards. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DISK_BLOCK UINT64_C(4096)

struct disk {
	int fd;
	bool writable;
	uint64_t size;    /* bytes, a multiple of 512: what the file lacks reads as zero */
	uint8_t **blocks; /* that differ from the file, by number; NULL: none does */
	bool failed;      /* some access did */
};

/* False: errno says why. A block device will do. */
bool disk_open(struct disk *disk, const char *path, bool writable);
void disk_close(struct disk *disk);
/* Inside of the disk. False: it failed, or there is no memory. */
bool disk_read(struct disk *disk, uint64_t at, uint8_t *bytes, size_t size);
bool disk_write(struct disk *disk, uint64_t at, const uint8_t *bytes, size_t size);
bool disk_flush(struct disk *disk);

#endif
