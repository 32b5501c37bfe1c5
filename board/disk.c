/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/disk.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECTOR UINT64_C(512)

bool disk_open(struct disk *disk, const char *path, bool writable)
{
	off_t size;
	struct stat st;

	*disk = (struct disk){.writable = writable};
	disk->fd = open(path, (writable ? O_RDWR : O_RDONLY) | O_CLOEXEC);
	if (disk->fd < 0)
		return false;
	size = lseek(disk->fd, 0, SEEK_END);
	if (size > 0 && fstat(disk->fd, &st) == 0 && !S_ISDIR(st.st_mode)) {
		disk->size = ((uint64_t)size + SECTOR - 1) & ~(SECTOR - 1);
		disk->blocks = writable
				       ? NULL
				       : calloc(disk->size / DISK_BLOCK + 1, sizeof(*disk->blocks));
		if (writable || disk->blocks)
			return true;
	} else if (size >= 0) {
		errno = EINVAL;
	}
	close(disk->fd);
	disk->fd = -1;
	return false;
}

void disk_close(struct disk *disk)
{
	for (uint64_t i = 0; disk->blocks && i <= disk->size / DISK_BLOCK; i++)
		free(disk->blocks[i]);
	free(disk->blocks);
	disk->blocks = NULL;
	if (disk->fd >= 0)
		close(disk->fd);
	disk->fd = -1;
}

/* What is behind the end of the file is zero. */
static bool read_file(struct disk *disk, uint64_t at, uint8_t *bytes, size_t size)
{
	while (size) {
		const ssize_t got = pread(disk->fd, bytes, size, (off_t)at);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			disk->failed = true;
			return false;
		}
		if (got == 0) {
			memset(bytes, 0, size);
			return true;
		}
		bytes += got;
		at += (uint64_t)got;
		size -= (size_t)got;
	}
	return true;
}

static bool write_file(struct disk *disk, uint64_t at, const uint8_t *bytes, size_t size)
{
	while (size) {
		const ssize_t done = pwrite(disk->fd, bytes, size, (off_t)at);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0) {
			disk->failed = true;
			return false;
		}
		bytes += done;
		at += (uint64_t)done;
		size -= (size_t)done;
	}
	return true;
}

/* The copy of a block that is about to be written. */
static uint8_t *own_block(struct disk *disk, uint64_t number)
{
	uint8_t *block = disk->blocks[number];

	if (block)
		return block;
	block = malloc(DISK_BLOCK);
	if (!block || !read_file(disk, number * DISK_BLOCK, block, DISK_BLOCK)) {
		free(block);
		return NULL;
	}
	disk->blocks[number] = block;
	return block;
}

static size_t up_to_block(uint64_t at, size_t size)
{
	const size_t left = DISK_BLOCK - at % DISK_BLOCK;

	return left < size ? left : size;
}

bool disk_read(struct disk *disk, uint64_t at, uint8_t *bytes, size_t size)
{
	while (size) {
		const size_t piece = up_to_block(at, size);
		const uint8_t *block = disk->blocks ? disk->blocks[at / DISK_BLOCK] : NULL;

		if (block)
			memcpy(bytes, block + at % DISK_BLOCK, piece);
		else if (!read_file(disk, at, bytes, piece))
			return false;
		at += piece;
		bytes += piece;
		size -= piece;
	}
	return true;
}

bool disk_write(struct disk *disk, uint64_t at, const uint8_t *bytes, size_t size)
{
	if (disk->writable)
		return write_file(disk, at, bytes, size);
	while (size) {
		const size_t piece = up_to_block(at, size);
		uint8_t *block = own_block(disk, at / DISK_BLOCK);

		if (!block)
			return false;
		memcpy(block + at % DISK_BLOCK, bytes, piece);
		at += piece;
		bytes += piece;
		size -= piece;
	}
	return true;
}

bool disk_flush(struct disk *disk)
{
	return !disk->writable || fdatasync(disk->fd) == 0;
}
