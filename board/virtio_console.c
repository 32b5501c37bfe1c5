/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/virtio_devices.h"

#define ID       3
#define RECEIVE  0
#define TRANSMIT 1
#define CHUNK    256

static void transmit(struct virtio *v)
{
	struct virtio_chain c;
	uint8_t bytes[CHUNK];

	while (virtio_next(v, TRANSMIT, &c)) {
		uint32_t done = 0;
		size_t got;

		while ((got = virtio_read(v, &c, done, bytes, sizeof(bytes))) > 0) {
			for (size_t i = 0; i < got; i++)
				console_send(v->device, bytes[i]);
			done += (uint32_t)got;
		}
		virtio_done(v, TRANSMIT, &c, 0);
	}
}

static void notify(struct virtio *v, unsigned int queue)
{
	if (queue == TRANSMIT)
		transmit(v);
}

bool virtio_console_listens(const struct virtio *v)
{
	return virtio_runs(v) && v->queues[RECEIVE].ready;
}

/* One chain takes what is there; the others stay with the device. */
void virtio_console_poll(struct virtio *v)
{
	uint8_t bytes[CHUNK];
	struct virtio_chain c;
	const struct virtio_queue before = v->queues[RECEIVE];
	uint32_t size;

	if (!virtio_console_listens(v) || !virtio_next(v, RECEIVE, &c))
		return;
	size = c.to_write < CHUNK ? c.to_write : CHUNK;
	size = console_take(v->device, bytes, size);
	if (!size) {
		v->queues[RECEIVE].next = before.next;
		return;
	}
	virtio_write(v, &c, 0, bytes, size);
	virtio_done(v, RECEIVE, &c, size);
}

void virtio_console_init(struct virtio *v, const struct virtio_memory *memory,
			 struct console *console)
{
	static const struct virtio_ops ops = {
		.name = "virtio console",
		.id = ID,
		.queues = 2,
		.notify = notify,
	};

	virtio_init(v, &ops, memory, console);
}
