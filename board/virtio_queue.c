/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/virtio.h"

#include <endian.h>
#include <string.h>

#define PAGE UINT64_C(4096)

#define DESC_NEXT  1
#define DESC_WRITE 2

#define NO_INTERRUPT    1
#define INTERRUPT_QUEUE 1u
#define RING_FLAGS      0 /* of both rings: flags, index, then entries */
#define RING_INDEX      2
#define RING_ENTRIES    4

struct descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags, next;
};
_Static_assert(sizeof(struct descriptor) == 16, "2.7.5 of the specification");

struct used {
	uint32_t head, size;
};
_Static_assert(sizeof(struct used) == 8, "2.7.8 of the specification");

/* --- memory of the driver -------------------------------------------------------------------------- */

enum direction { FROM_DRIVER, TO_DRIVER };

static bool copy(struct virtio *v, enum direction direction, uint64_t address, void *data,
		 size_t size)
{
	uint8_t *bytes = data;

	while (size) {
		const size_t left = PAGE - (address & (PAGE - 1)),
			     piece = left < size ? left : size;
		uint8_t *page = v->memory->page(v->memory->context, address & ~(PAGE - 1));

		if (!page) {
			virtio_fail(v, "offers memory that the Host cannot access", address);
			return false;
		}
		page += address & (PAGE - 1);
		if (direction == TO_DRIVER)
			memcpy(page, bytes, piece);
		else
			memcpy(bytes, page, piece);
		address += piece;
		bytes += piece;
		size -= piece;
	}
	return true;
}

static bool read16(struct virtio *v, uint64_t address, uint16_t *value)
{
	if (!copy(v, FROM_DRIVER, address, value, sizeof(*value)))
		return false;
	*value = le16toh(*value);
	return true;
}

/* --- chains ------------------------------------------------------------------------------------------ */

/* False: the driver is at fault, and was told. */
static bool add_buffer(struct virtio *v, struct virtio_chain *c, const struct descriptor *d)
{
	const bool write = le16toh(d->flags) & DESC_WRITE;
	const uint32_t size = le32toh(d->size);
	uint32_t *sum = write ? &c->to_write : &c->to_read;

	if (!write && c->readable != c->count) {
		virtio_fail(v, "has a buffer to be read behind one to be written",
			    le64toh(d->address));
		return false;
	}
	if (size > VIRTIO_CHAIN_MAX || *sum + size > VIRTIO_CHAIN_MAX) {
		virtio_fail(v, "has more than 16 MiB in one chain", le64toh(d->address));
		return false;
	}
	*sum += size;
	c->buffers[c->count++] = (struct virtio_buffer){le64toh(d->address), size};
	c->readable += !write;
	return true;
}

static bool read_chain(struct virtio *v, const struct virtio_queue *q, struct virtio_chain *c)
{
	uint16_t index = c->head;

	c->count = c->readable = c->to_read = c->to_write = 0;
	for (;;) {
		struct descriptor d;

		if (index >= q->size || c->count == q->size) {
			virtio_fail(v,
				    "has a chain without end, or a descriptor outside of the table",
				    q->table);
			return false;
		}
		if (!copy(v, FROM_DRIVER, q->table + index * sizeof(d), &d, sizeof(d)) ||
		    !add_buffer(v, c, &d))
			return false;
		if (!(le16toh(d.flags) & DESC_NEXT))
			return true;
		index = le16toh(d.next);
	}
}

bool virtio_next(struct virtio *v, unsigned int queue, struct virtio_chain *chain)
{
	struct virtio_queue *q = &v->queues[queue];
	uint16_t available, head;

	if (!virtio_runs(v) || !q->ready || !read16(v, q->available + RING_INDEX, &available) ||
	    available == q->next)
		return false;
	if ((uint16_t)(available - q->next) > q->size) {
		virtio_fail(v, "has more chains available than the queue holds", q->available);
		return false;
	}
	if (!read16(v, q->available + RING_ENTRIES + 2 * (q->next % q->size), &head))
		return false;
	chain->head = head;
	q->next++;
	return read_chain(v, q, chain);
}

static size_t transfer(struct virtio *v, enum direction direction, const struct virtio_chain *c,
		       unsigned int first, unsigned int last, uint32_t offset, uint8_t *data,
		       size_t size)
{
	size_t done = 0;

	for (unsigned int i = first; i < last && done < size; i++) {
		const struct virtio_buffer *b = &c->buffers[i];
		size_t piece = b->size > offset ? b->size - offset : 0;

		if (piece > size - done)
			piece = size - done;
		if (piece && !copy(v, direction, b->address + offset, data + done, piece))
			return done;
		offset = offset > b->size ? offset - b->size : 0;
		done += piece;
	}
	return done;
}

size_t virtio_read(struct virtio *v, const struct virtio_chain *c, uint32_t offset, void *to,
		   size_t size)
{
	return transfer(v, FROM_DRIVER, c, 0, c->readable, offset, to, size);
}

size_t virtio_write(struct virtio *v, const struct virtio_chain *c, uint32_t offset,
		    const void *from, size_t size)
{
	return transfer(v, TO_DRIVER, c, c->readable, c->count, offset, (uint8_t *)(uintptr_t)from,
			size);
}

void virtio_done(struct virtio *v, unsigned int queue, const struct virtio_chain *chain,
		 uint32_t written)
{
	struct virtio_queue *q = &v->queues[queue];
	struct used used = {htole32(chain->head), htole32(written)};
	uint16_t index, flags;

	/* A device that has failed gives nothing back. */
	if (!virtio_runs(v))
		return;
	index = htole16((uint16_t)(q->done + 1));
	if (!copy(v, TO_DRIVER, q->used + RING_ENTRIES + sizeof(used) * (q->done % q->size), &used,
		  sizeof(used)) ||
	    !copy(v, TO_DRIVER, q->used + RING_INDEX, &index, sizeof(index)) ||
	    !read16(v, q->available + RING_FLAGS, &flags))
		return;
	q->done++;
	if (!(flags & NO_INTERRUPT))
		v->interrupt |= INTERRUPT_QUEUE;
}
