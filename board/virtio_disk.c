/* SPDX-License-Identifier: BSD-3-Clause */
#include <endian.h>
#include <string.h>

#include "board/virtio_devices.h"

#define ID          2
#define F_SEG_MAX   (UINT64_C(1) << 2)
#define F_FLUSH     (UINT64_C(1) << 9)
#define SECTOR_SIZE UINT64_C(512)
#define CHUNK       4096
#define ID_SIZE     20

#define TYPE_IN     0
#define TYPE_OUT    1
#define TYPE_FLUSH  4
#define TYPE_GET_ID 8

#define STATUS_OK          0
#define STATUS_IOERR       1
#define STATUS_UNSUPPORTED 2

struct request {
	uint32_t type, reserved;
	uint64_t sector;
};
_Static_assert(sizeof(struct request) == 16, "5.2.6 of the specification");

struct config {
	uint64_t capacity; /* sectors */
	uint32_t size_max, seg_max;
};
_Static_assert(sizeof(struct config) == 16, "5.2.4 of the specification");

/* The status is the last byte; data is before it. */
static uint8_t read_sectors(struct virtio *v, const struct virtio_chain *c, uint64_t at,
			    uint32_t size)
{
	uint8_t bytes[CHUNK];

	for (uint32_t done = 0; done < size;) {
		const uint32_t piece = size - done < CHUNK ? size - done : CHUNK;

		if (!disk_read(v->device, at + done, bytes, piece))
			return STATUS_IOERR;
		if (virtio_write(v, c, done, bytes, piece) != piece)
			return STATUS_IOERR;
		done += piece;
	}
	return STATUS_OK;
}

static uint8_t write_sectors(struct virtio *v, const struct virtio_chain *c, uint64_t at,
			     uint32_t size)
{
	uint8_t bytes[CHUNK];

	for (uint32_t done = 0; done < size;) {
		const uint32_t piece = size - done < CHUNK ? size - done : CHUNK;

		if (virtio_read(v, c, (uint32_t)sizeof(struct request) + done, bytes, piece) !=
			    piece ||
		    !disk_write(v->device, at + done, bytes, piece))
			return STATUS_IOERR;
		done += piece;
	}
	return STATUS_OK;
}

static bool inside(const struct disk *disk, uint64_t sector, uint32_t size)
{
	return size % SECTOR_SIZE == 0 && sector <= disk->size / SECTOR_SIZE &&
	       size / SECTOR_SIZE <= disk->size / SECTOR_SIZE - sector;
}

static uint8_t handle(struct virtio *v, const struct virtio_chain *c, const struct request *r)
{
	static const char id[ID_SIZE] = "rmmsim";
	const uint64_t sector = le64toh(r->sector);
	const uint32_t in = c->to_write - 1, out = c->to_read - (uint32_t)sizeof(*r);

	switch (le32toh(r->type)) {
	case TYPE_IN:
		return inside(v->device, sector, in) ? read_sectors(v, c, sector * SECTOR_SIZE, in)
						     : STATUS_IOERR;
	case TYPE_OUT:
		return inside(v->device, sector, out)
			       ? write_sectors(v, c, sector * SECTOR_SIZE, out)
			       : STATUS_IOERR;
	case TYPE_FLUSH:
		return disk_flush(v->device) ? STATUS_OK : STATUS_IOERR;
	case TYPE_GET_ID:
		virtio_write(v, c, 0, id, in < ID_SIZE ? in : ID_SIZE);
		return STATUS_OK;
	default:
		return STATUS_UNSUPPORTED;
	}
}

static void notify(struct virtio *v, unsigned int queue)
{
	struct virtio_chain c;
	struct request request;

	while (virtio_next(v, queue, &c)) {
		uint8_t status;

		if (!c.to_write ||
		    virtio_read(v, &c, 0, &request, sizeof(request)) != sizeof(request)) {
			virtio_fail(v, "has a request without header or status",
				    c.buffers[0].address);
			return;
		}
		status = handle(v, &c, &request);
		virtio_write(v, &c, c.to_write - 1, &status, 1);
		virtio_done(v, queue, &c, c.to_write);
	}
}

void virtio_disk_init(struct virtio *v, const struct virtio_memory *memory, struct disk *disk)
{
	static const struct virtio_ops ops = {
		.name = "virtio disk",
		.id = ID,
		.queues = 1,
		.features = F_SEG_MAX | F_FLUSH,
		.notify = notify,
	};
	const struct config config = {
		.capacity = htole64(disk->size / SECTOR_SIZE),
		.seg_max = htole32(VIRTIO_QUEUE_MAX - 2),
	};

	virtio_init(v, &ops, memory, disk);
	memcpy(v->config, &config, sizeof(config));
	v->config_size = sizeof(config);
}
