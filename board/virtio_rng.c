/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/random.h"
#include "board/virtio_devices.h"

#define ID   4
#define MOST 4096 /* bytes for a request: a driver has to take fewer than it asked for */
#define WORD 8

static void notify(struct virtio *v, unsigned int queue)
{
	struct virtio_rng *rng = v->device;
	struct virtio_chain c;

	while (virtio_next(v, queue, &c)) {
		const uint32_t size = c.to_write < MOST ? c.to_write : MOST;

		for (uint32_t done = 0; done < size; done += WORD) {
			const uint64_t word = random_next(&rng->state);

			virtio_write(v, &c, done, &word, size - done < WORD ? size - done : WORD);
		}
		virtio_done(v, queue, &c, size);
	}
}

void virtio_rng_init(struct virtio *v, const struct virtio_memory *memory, struct virtio_rng *rng,
		     uint64_t seed)
{
	static const struct virtio_ops ops = {
		.name = "virtio random numbers",
		.id = ID,
		.queues = 1,
		.notify = notify,
	};

	rng->state = ~seed; /* not the numbers of /chosen/rng-seed */
	virtio_init(v, &ops, memory, rng);
}
