/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef DEVICE_WIRE_H
#define DEVICE_WIRE_H

/*
 * Little-endian messages: a reader that never passes the end of a message, and a writer that never passes
 * the end of a buffer. Both remember that they would have, so a message is read or written whole and
 * looked at once, at its end.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct wire_reader {
	const uint8_t *at, *end;
	bool failed; /* something lay behind the end; what was read is 0 */
};

struct wire_writer {
	uint8_t *start, *at, *end;
	bool failed; /* something did not fit */
};

static inline struct wire_reader wire_reader(const uint8_t *data, size_t size)
{
	return (struct wire_reader){.at = data, .end = data + size};
}

static inline size_t wire_left(const struct wire_reader *r)
{
	return (size_t)(r->end - r->at);
}

/* The next `size` bytes, which are passed over; NULL if there are not as many. */
static inline const uint8_t *wire_bytes(struct wire_reader *r, size_t size)
{
	const uint8_t *bytes = r->at;

	if (r->failed || wire_left(r) < size) {
		r->failed = true;
		return NULL;
	}
	r->at += size;
	return bytes;
}

static inline uint64_t wire_get(struct wire_reader *r, size_t size)
{
	const uint8_t *bytes = wire_bytes(r, size);
	uint64_t value = 0;

	for (size_t i = 0; bytes && i < size; i++)
		value |= (uint64_t)bytes[i] << 8 * i;
	return value;
}

static inline void wire_copy(struct wire_reader *r, uint8_t *to, size_t size)
{
	const uint8_t *bytes = wire_bytes(r, size);

	if (bytes)
		memcpy(to, bytes, size);
}

static inline struct wire_writer wire_writer(uint8_t *buffer, size_t size)
{
	return (struct wire_writer){.start = buffer, .at = buffer, .end = buffer + size};
}

static inline size_t wire_written(const struct wire_writer *w)
{
	return (size_t)(w->at - w->start);
}

/* Room for `size` bytes, NULL if there is none. */
static inline uint8_t *wire_room(struct wire_writer *w, size_t size)
{
	uint8_t *room = w->at;

	if (w->failed || (size_t)(w->end - w->at) < size) {
		w->failed = true;
		return NULL;
	}
	w->at += size;
	return room;
}

static inline void wire_put(struct wire_writer *w, uint64_t value, size_t size)
{
	uint8_t *room = wire_room(w, size);

	if (!room)
		return;
	for (size_t i = 0; i < size; i++)
		room[i] = (uint8_t)(value >> 8 * i);
}

static inline void wire_put_bytes(struct wire_writer *w, const void *data, size_t size)
{
	uint8_t *room = wire_room(w, size);

	if (room && size)
		memcpy(room, data, size);
}

static inline void wire_put_zeros(struct wire_writer *w, size_t size)
{
	uint8_t *room = wire_room(w, size);

	if (room)
		memset(room, 0, size);
}

#endif
