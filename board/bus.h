/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_BUS_H
#define BOARD_BUS_H

/* Accesses of RECs to devices, and the table of regions that finds the device. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define BUS_REGIONS 32

struct bus_access {
	unsigned int cpu;
	uint64_t offset;   /* in the device's region */
	unsigned int size; /* 1, 2, 4 or 8 bytes; offset + size is inside of the region */
	bool write;
	uint64_t value; /* written, or the answer: `size` bytes of it count */
};

typedef void (*bus_access_fn)(void *device, struct bus_access *access);

struct bus_region {
	uint64_t base, size;
	bus_access_fn access;
	void *device;
};

struct bus {
	unsigned int count;
	struct bus_region regions[BUS_REGIONS];
};

/* False: the table is full. Regions do not overlap. */
bool bus_add(struct bus *bus, uint64_t base, uint64_t size, bus_access_fn access, void *device);
/* A device is at `address`. */
bool bus_has(const struct bus *bus, uint64_t address);
/* access->offset is the address on the bus. False: there is no device, nothing happened. */
bool bus_do(const struct bus *bus, struct bus_access *access);

/* A device of 32-bit registers. */
struct bus_words {
	uint32_t (*read)(void *device, uint64_t offset);
	void (*write)(void *device, uint64_t offset, uint32_t value);
};

/*
 * Does an access by registers: 64 bits are two of them, fewer bits read a part of one, and write one
 * if they are its lowest.
 */
void bus_do_words(const struct bus_words *words, void *device, struct bus_access *access);

#endif
