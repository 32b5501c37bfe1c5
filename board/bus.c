/* SPDX-License-Identifier: BSD-3-Clause */
#include "board/bus.h"

static const struct bus_region *find(const struct bus *bus, uint64_t address)
{
	for (unsigned int i = 0; i < bus->count; i++) {
		const struct bus_region *region = &bus->regions[i];

		if (address - region->base < region->size)
			return region;
	}
	return NULL;
}

bool bus_add(struct bus *bus, uint64_t base, uint64_t size, bus_access_fn access, void *device)
{
	if (bus->count == BUS_REGIONS)
		return false;
	bus->regions[bus->count++] = (struct bus_region){base, size, access, device};
	return true;
}

bool bus_has(const struct bus *bus, uint64_t address)
{
	return find(bus, address);
}

bool bus_do(const struct bus *bus, struct bus_access *access)
{
	const struct bus_region *region = find(bus, access->offset);

	if (!region || access->offset - region->base > region->size - access->size)
		return false;
	access->offset -= region->base;
	region->access(region->device, access);
	if (!access->write && access->size < sizeof(access->value))
		access->value &= (UINT64_C(1) << 8 * access->size) - 1;
	return true;
}

static void write_words(const struct bus_words *words, void *device, const struct bus_access *a)
{
	if (a->offset & 3)
		return;
	words->write(device, a->offset, (uint32_t)a->value);
	if (a->size == 8)
		words->write(device, a->offset + 4, (uint32_t)(a->value >> 32));
}

void bus_do_words(const struct bus_words *words, void *device, struct bus_access *a)
{
	const uint64_t offset = a->offset & ~UINT64_C(3);

	if (a->write) {
		write_words(words, device, a);
		return;
	}
	a->value = words->read(device, offset) >> (a->offset & 3) * 8;
	if (a->size == 8 && a->offset == offset)
		a->value |= (uint64_t)words->read(device, offset + 4) << 32;
}
