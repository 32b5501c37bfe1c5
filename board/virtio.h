/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_VIRTIO_H
#define BOARD_VIRTIO_H

/*
 * Virtio over MMIO, version 2, with split queues: Virtual I/O Device Version 1.2. A device pops chains of buffers
 * that the driver has offered, reads and writes them, and gives them back:
 *
 *	while (virtio_next(v, queue, &chain)) {
 *		size = virtio_read(v, &chain, 0, request, sizeof(request));
 *		...
 *		virtio_done(v, queue, &chain, written);
 *	}
 *
 * Queues and buffers are in memory that the Host can access: virtio_memory says which that is. A driver that offers
 * anything else, or queues that make no sense, is told that the device needs a reset.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "board/bus.h"

#define VIRTIO_SIZE       UINT64_C(0x200)
#define VIRTIO_QUEUES     2
#define VIRTIO_QUEUE_MAX  128
#define VIRTIO_CONFIG_MAX 64
#define VIRTIO_CHAIN_MAX  (16u << 20) /* bytes of a chain */

struct virtio;

struct virtio_memory {
	/* The page of 4 KiB at an address that a driver named; NULL: the Host cannot access it. */
	uint8_t *(*page)(void *context, uint64_t address);
	/* A driver is at fault: said once for each device. */
	void (*complain)(void *context, const char *device, const char *what, uint64_t address);
	void *context;
};

struct virtio_ops {
	const char *name;
	uint32_t id;
	unsigned int queues;
	uint64_t features; /* beside those of the transport */
	/* The driver has put something into this queue. */
	void (*notify)(struct virtio *v, unsigned int queue);
};

struct virtio_queue {
	uint32_t size;
	bool ready;
	uint64_t table, available, used; /* addresses */
	uint16_t next;                   /* of the ring of available chains */
	uint16_t done;                   /* chains given back */
};

struct virtio {
	const struct virtio_ops *ops;
	const struct virtio_memory *memory;
	void *device;
	uint8_t config[VIRTIO_CONFIG_MAX];
	size_t config_size;
	uint32_t status, interrupt;
	uint32_t offered_select, accepted_select, queue_select;
	uint64_t accepted;
	struct virtio_queue queues[VIRTIO_QUEUES];
	bool complained;
};

struct virtio_buffer {
	uint64_t address;
	uint32_t size;
};

/* Buffers that the device reads come first, then those that it writes. */
struct virtio_chain {
	uint16_t head;
	unsigned int count, readable;
	uint32_t to_read, to_write; /* bytes */
	struct virtio_buffer buffers[VIRTIO_QUEUE_MAX];
};

/* --- virtio_mmio.c --------------------------------------------------------------------------------- */

void virtio_init(struct virtio *v, const struct virtio_ops *ops, const struct virtio_memory *memory,
		 void *device);
void virtio_access(void *virtio, struct bus_access *access);
bool virtio_line(const struct virtio *v);
/* The driver is ready, and the device works. */
bool virtio_runs(const struct virtio *v);
/* The driver is at fault: the device does nothing until it is reset. */
void virtio_fail(struct virtio *v, const char *what, uint64_t address);

/* --- virtio_queue.c: only while virtio_runs() ------------------------------------------------------ */

/* Takes the next chain. False: there is none, or the driver is at fault. */
bool virtio_next(struct virtio *v, unsigned int queue, struct virtio_chain *chain);
/* Copies from `offset` of what the driver has written, or to where it wants something; bytes done. */
size_t virtio_read(struct virtio *v, const struct virtio_chain *chain, uint32_t offset, void *to,
		   size_t size);
size_t virtio_write(struct virtio *v, const struct virtio_chain *chain, uint32_t offset,
		    const void *from, size_t size);
/* Gives the chain back; the device wrote so many bytes of it. */
void virtio_done(struct virtio *v, unsigned int queue, const struct virtio_chain *chain,
		 uint32_t written);

#endif
