/* SPDX-License-Identifier: BSD-3-Clause */
/* Random numbers and a sector by virtio devices: queues in shared memory; then in memory that the Host cannot access. */
#include "payload.h"

#define DISK              (unprotected + 0x0b000000)
#define RNG               (DISK + 0x200)
#define SHARED            (unprotected + 0x80000000)
#define QUEUE_SIZE        4
#define NEXT              1
#define WRITE             2
#define REG(base, offset) (*(volatile uint32_t *)((base) + (offset)))

struct descriptor {
	uint64_t address;
	uint32_t size;
	uint16_t flags, next;
};

static uint8_t own_pages[3 * PAGE] __attribute__((aligned(4096)));

static void set_address(uint64_t device, uint64_t offset, uint64_t address)
{
	REG(device, offset) = (uint32_t)address;
	REG(device, offset + 4) = (uint32_t)(address >> 32);
}

/* Table, available and used ring on three pages from `memory` on. */
static void open_device(uint64_t device, uint64_t memory)
{
	REG(device, 0x070) = 0;
	REG(device, 0x070) = 3;
	REG(device, 0x024) = 1;
	REG(device, 0x020) = 3;
	REG(device, 0x070) = 11;
	REG(device, 0x030) = 0;
	REG(device, 0x038) = QUEUE_SIZE;
	set_address(device, 0x080, memory);
	set_address(device, 0x090, memory + PAGE);
	set_address(device, 0x0a0, memory + 2 * PAGE);
	REG(device, 0x044) = 1;
	REG(device, 0x070) = 15;
}

static void describe(uint64_t memory, unsigned int i, uint64_t address, uint32_t size,
		     uint16_t flags)
{
	volatile struct descriptor *d = (void *)(memory + i * sizeof(*d));

	d->address = address;
	d->size = size;
	d->flags = flags;
	d->next = (uint16_t)(i + 1);
}

/* Offers the chain that begins at descriptor 0, once after open_device(); the number of chains given back. */
static unsigned int offer(uint64_t device, uint64_t memory)
{
	*(volatile uint16_t *)(memory + PAGE + 4) = 0;
	*(volatile uint16_t *)(memory + PAGE + 2) = 1;
	REG(device, 0x050) = 0;
	return *(volatile uint16_t *)(memory + 2 * PAGE + 2);
}

void payload_main(void)
{
	/* The Realm has never touched this page: the device is the first. */
	const uint64_t data = SHARED + 0x8000;
	volatile uint64_t *header = (void *)(SHARED + 0x4000);

	print_value("version", REG(RNG, 4));
	print_value("devices", REG(DISK, 8) << 8 | REG(RNG, 8));
	open_device(RNG, SHARED);
	describe(SHARED, 0, data, 8, WRITE);
	print_value("given back", offer(RNG, SHARED));
	print_value("random", *(volatile uint64_t *)data);
	print_value("interrupt", REG(RNG, 0x060));

	print_value("sectors", REG(DISK, 0x100));
	for (unsigned int i = 0; i < 3 * PAGE; i += 8)
		*(volatile uint64_t *)(SHARED + i) = 0;
	open_device(DISK, SHARED);
	header[0] = 0;
	header[1] = 2;
	describe(SHARED, 0, (uint64_t)header, 16, NEXT);
	describe(SHARED, 1, data, 512, NEXT | WRITE);
	describe(SHARED, 2, (uint64_t)header + 16, 1, WRITE);
	*(volatile uint8_t *)(header + 2) = 0xff;
	print_value("given back", offer(DISK, SHARED));
	print_value("status", *(volatile uint8_t *)(header + 2));
	print_value("sector", *(volatile uint64_t *)data);

	open_device(RNG, (uint64_t)own_pages);
	describe((uint64_t)own_pages, 0, data, 8, WRITE);
	print_value("Protected", offer(RNG, (uint64_t)own_pages));
	print_value("device status", REG(RNG, 0x070));
}
