/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/virtio.h"

#include <string.h>

#define MAGIC   0x74726976u
#define VERSION 2
#define VENDOR  0x4d4d5252u

#define REG_MAGIC           0x000
#define REG_VERSION         0x004
#define REG_DEVICE          0x008
#define REG_VENDOR          0x00c
#define REG_FEATURES        0x010
#define REG_FEATURES_SELECT 0x014
#define REG_ACCEPTED        0x020
#define REG_ACCEPTED_SELECT 0x024
#define REG_QUEUE_SELECT    0x030
#define REG_QUEUE_MAX       0x034
#define REG_QUEUE_SIZE      0x038
#define REG_QUEUE_READY     0x044
#define REG_QUEUE_NOTIFY    0x050
#define REG_INTERRUPT       0x060
#define REG_INTERRUPT_ACK   0x064
#define REG_STATUS          0x070
#define REG_TABLE           0x080
#define REG_AVAILABLE       0x090
#define REG_USED            0x0a0
#define REG_SHM_FIRST       0x0b0
#define REG_SHM_LAST        0x0bc
#define REG_CONFIG          0x100

#define STATUS_DRIVER_OK   0x04u
#define STATUS_FEATURES_OK 0x08u
#define STATUS_NEEDS_RESET 0x40u

#define INTERRUPT_CONFIG 2u

#define F_VERSION_1       (UINT64_C(1) << 32)
#define F_ACCESS_PLATFORM (UINT64_C(1) << 33)

void virtio_init(struct virtio *v, const struct virtio_ops *ops, const struct virtio_memory *memory,
		 void *device)
{
	*v = (struct virtio){.ops = ops, .memory = memory, .device = device};
}

/* The driver has to use addresses that it was told are accessible, not its own. */
static uint64_t features(const struct virtio *v)
{
	return v->ops->features | F_VERSION_1 | F_ACCESS_PLATFORM;
}

bool virtio_line(const struct virtio *v)
{
	return v->interrupt;
}

bool virtio_runs(const struct virtio *v)
{
	return (v->status & STATUS_DRIVER_OK) && !(v->status & STATUS_NEEDS_RESET);
}

void virtio_fail(struct virtio *v, const char *what, uint64_t address)
{
	if (!v->complained && v->memory->complain)
		v->memory->complain(v->memory->context, v->ops->name, what, address);
	v->complained = true;
	v->status |= STATUS_NEEDS_RESET;
	v->interrupt |= INTERRUPT_CONFIG;
}

static void reset(struct virtio *v)
{
	v->status = v->interrupt = 0;
	v->offered_select = v->accepted_select = v->queue_select = 0;
	v->accepted = 0;
	memset(v->queues, 0, sizeof(v->queues));
}

/* NULL: the device has no such queue. */
static struct virtio_queue *selected(struct virtio *v)
{
	return v->queue_select < v->ops->queues ? &v->queues[v->queue_select] : NULL;
}

static uint32_t read_register(struct virtio *v, uint64_t offset)
{
	const struct virtio_queue *q = selected(v);

	switch (offset) {
	case REG_MAGIC:
		return MAGIC;
	case REG_VERSION:
		return VERSION;
	case REG_DEVICE:
		return v->ops->id;
	case REG_VENDOR:
		return VENDOR;
	case REG_FEATURES:
		return v->offered_select < 2 ? (uint32_t)(features(v) >> 32 * v->offered_select)
					     : 0;
	case REG_QUEUE_MAX:
		return q ? VIRTIO_QUEUE_MAX : 0;
	case REG_QUEUE_READY:
		return q && q->ready;
	case REG_INTERRUPT:
		return v->interrupt;
	case REG_STATUS:
		return v->status;
	default:
		/* There is no shared memory region. */
		return offset >= REG_SHM_FIRST && offset <= REG_SHM_LAST ? UINT32_MAX : 0;
	}
}

static void write_status(struct virtio *v, uint32_t value)
{
	const uint32_t kept = v->status & STATUS_NEEDS_RESET;

	if (!value) {
		reset(v);
		return;
	}
	/* What was not offered, or without version 1: the driver reads that it was refused. */
	if ((v->accepted & ~features(v)) || !(v->accepted & F_VERSION_1))
		value &= ~(STATUS_FEATURES_OK | STATUS_DRIVER_OK);
	if (!(value & STATUS_FEATURES_OK))
		value &= ~STATUS_DRIVER_OK;
	v->status = (value & 0xff & ~STATUS_NEEDS_RESET) | kept;
}

static void write_address(uint64_t *address, bool high, uint32_t value)
{
	if (high)
		*address = (*address & UINT32_MAX) | (uint64_t)value << 32;
	else
		*address = (*address & ~(uint64_t)UINT32_MAX) | value;
}

static void write_ready(struct virtio_queue *q, bool ready)
{
	const bool power = q->size && !(q->size & (q->size - 1));

	q->ready = ready && power && q->size <= VIRTIO_QUEUE_MAX;
	q->next = q->done = 0;
}

static void write_queue(struct virtio_queue *q, uint64_t offset, uint32_t value)
{
	if (offset == REG_QUEUE_READY) {
		write_ready(q, value & 1);
		return;
	}
	/* While the device uses the queue nothing about it changes. */
	if (q->ready)
		return;
	if (offset == REG_QUEUE_SIZE)
		q->size = value;
	else if ((offset & ~UINT64_C(4)) == REG_TABLE)
		write_address(&q->table, offset & 4, value);
	else if ((offset & ~UINT64_C(4)) == REG_AVAILABLE)
		write_address(&q->available, offset & 4, value);
	else if ((offset & ~UINT64_C(4)) == REG_USED)
		write_address(&q->used, offset & 4, value);
}

static void write_register(struct virtio *v, uint64_t offset, uint32_t value)
{
	struct virtio_queue *q = selected(v);

	switch (offset) {
	case REG_FEATURES_SELECT:
		v->offered_select = value;
		return;
	case REG_ACCEPTED:
		if (v->accepted_select < 2 && !(v->status & STATUS_FEATURES_OK))
			write_address(&v->accepted, v->accepted_select == 1, value);
		return;
	case REG_ACCEPTED_SELECT:
		v->accepted_select = value;
		return;
	case REG_QUEUE_SELECT:
		v->queue_select = value;
		return;
	case REG_QUEUE_NOTIFY:
		if (value < v->ops->queues && virtio_runs(v) && v->queues[value].ready)
			v->ops->notify(v, value);
		return;
	case REG_INTERRUPT_ACK:
		v->interrupt &= ~value;
		return;
	case REG_STATUS:
		write_status(v, value);
		return;
	default:
		if (q)
			write_queue(q, offset, value);
		return;
	}
}

/* No device of the board has a configuration that the driver writes. */
static void access_config(struct virtio *v, struct bus_access *a)
{
	const uint64_t at = a->offset - REG_CONFIG;

	if (!a->write && at + a->size <= v->config_size)
		memcpy(&a->value, v->config + at, a->size);
}

void virtio_access(void *virtio, struct bus_access *a)
{
	struct virtio *v = virtio;

	if (!a->write)
		a->value = 0;
	if (a->offset >= REG_CONFIG)
		access_config(v, a);
	else if (a->size != 4 || a->offset % 4)
		return;
	else if (a->write)
		write_register(v, a->offset, (uint32_t)a->value);
	else
		a->value = read_register(v, a->offset);
}
