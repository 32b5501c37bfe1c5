/* SPDX-License-Identifier: BSD-3-Clause */
/* Virtio devices at their registers, and at the memory that a driver offers: a driver in a few lines. */
#include <endian.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "board/virtio_devices.h"

#define BASE       UINT64_C(0x8080000000)
#define ARENA      0x40000
#define TABLE      (BASE + 0x0)
#define AVAILABLE  (BASE + 0x1000)
#define USED       (BASE + 0x2000)
#define BUFFERS    0x3000
#define QUEUE_SIZE 8
#define NEXT       1
#define WRITE      2

#define FEATURES_SELECT 0x014
#define FEATURES        0x010
#define ACCEPTED        0x020
#define ACCEPTED_SELECT 0x024
#define QUEUE_SELECT    0x030
#define QUEUE_MAX       0x034
#define READY           0x044
#define NOTIFY          0x050
#define INTERRUPT       0x060
#define ACK             0x064
#define STATUS          0x070
#define NEEDS_RESET     0x40

struct driver {
	uint8_t arena[ARENA];
	struct virtio_memory memory;
	struct virtio v;
	unsigned int complaints;
	uint64_t complained;
	uint16_t available;
};

static uint8_t *page(void *context, uint64_t address)
{
	struct driver *d = context;

	return address - BASE < ARENA ? d->arena + (address - BASE) : NULL;
}

static void complain(void *context, const char *device, const char *what, uint64_t address)
{
	struct driver *d = context;

	assert_true(device[0] && what[0]);
	d->complaints++;
	d->complained = address;
}

static uint32_t get(struct driver *d, uint64_t offset)
{
	struct bus_access a = {.offset = offset, .size = 4};

	virtio_access(&d->v, &a);
	return (uint32_t)a.value;
}

static void set(struct driver *d, uint64_t offset, uint64_t value)
{
	struct bus_access a = {.offset = offset, .size = 4, .write = true, .value = value};

	virtio_access(&d->v, &a);
}

static void set_address(struct driver *d, uint64_t offset, uint64_t address)
{
	set(d, offset, address & UINT32_MAX);
	set(d, offset + 4, address >> 32);
}

static struct driver *driver(void)
{
	struct driver *d = calloc(1, sizeof(*d));

	assert_non_null(d);
	d->memory = (struct virtio_memory){.page = page, .complain = complain, .context = d};
	return d;
}

static void accept(struct driver *d)
{
	set(d, STATUS, 0);
	set(d, STATUS, 3);
	set(d, ACCEPTED_SELECT, 1);
	set(d, ACCEPTED, 3); /* VERSION_1, ACCESS_PLATFORM */
	set(d, STATUS, 11);
	assert_int_equal(get(d, STATUS), 11);
}

static void open_queue(struct driver *d, unsigned int queue)
{
	set(d, QUEUE_SELECT, queue);
	set(d, 0x038, QUEUE_SIZE);
	set_address(d, 0x080, TABLE);
	set_address(d, 0x090, AVAILABLE);
	set_address(d, 0x0a0, USED);
	set(d, READY, 1);
	assert_int_equal(get(d, READY), 1);
	set(d, STATUS, 15);
}

static void put16(struct driver *d, uint64_t address, uint16_t value)
{
	value = htole16(value);
	memcpy(d->arena + (address - BASE), &value, 2);
}

static uint16_t get16(const struct driver *d, uint64_t address)
{
	uint16_t value;

	memcpy(&value, d->arena + (address - BASE), 2);
	return le16toh(value);
}

static uint32_t get32(const struct driver *d, uint64_t address)
{
	uint32_t value;

	memcpy(&value, d->arena + (address - BASE), 4);
	return le32toh(value);
}

static void describe(struct driver *d, unsigned int i, uint64_t address, uint32_t size,
		     uint16_t flags, uint16_t next)
{
	const struct {
		uint64_t address;
		uint32_t size;
		uint16_t flags, next;
	} desc = {htole64(address), htole32(size), htole16(flags), htole16(next)};

	memcpy(d->arena + 16 * i, &desc, sizeof(desc));
}

/* Offers the chain that begins at descriptor 0. */
static void offer(struct driver *d, unsigned int queue)
{
	put16(d, AVAILABLE + 4 + 2 * (d->available % QUEUE_SIZE), 0);
	put16(d, AVAILABLE + 2, ++d->available);
	set(d, NOTIFY, queue);
}

/* --- the transport ----------------------------------------------------------------------------------- */

static void the_transport_is_that_of_the_specification(void **state)
{
	struct driver *d = driver();
	struct virtio_rng rng;

	(void)state;
	virtio_rng_init(&d->v, &d->memory, &rng, 1);
	assert_int_equal(get(d, 0x000), 0x74726976);
	assert_int_equal(get(d, 0x004), 2);
	assert_int_equal(get(d, 0x008), 4);
	set(d, FEATURES_SELECT, 1);
	assert_int_equal(get(d, FEATURES), 3);
	set(d, FEATURES_SELECT, 0);
	assert_int_equal(get(d, FEATURES), 0);
	set(d, FEATURES_SELECT, 7);
	assert_int_equal(get(d, FEATURES), 0);
	assert_int_equal(get(d, QUEUE_MAX), 128);
	set(d, QUEUE_SELECT, 1);
	assert_int_equal(get(d, QUEUE_MAX), 0);
	set(d, QUEUE_SELECT, UINT32_MAX);
	assert_int_equal(get(d, QUEUE_MAX), 0);
	assert_int_equal(get(d, 0x0b0), UINT32_MAX);
	/* Without version 1, or with what was not offered, the features are not taken. */
	set(d, STATUS, 11);
	assert_int_equal(get(d, STATUS), 3);
	set(d, ACCEPTED_SELECT, 1);
	set(d, ACCEPTED, 7);
	set(d, STATUS, 15);
	assert_int_equal(get(d, STATUS), 3);
	accept(d);
	set(d, QUEUE_SELECT, 0);
	for (unsigned int size = 0; size < 300; size++) {
		set(d, 0x038, size);
		set(d, READY, 1);
		assert_int_equal(get(d, READY), size && size <= 128 && !(size & (size - 1)));
		set(d, READY, 0);
	}
	set(d, STATUS, 0);
	assert_int_equal(get(d, STATUS), 0);
	free(d);
}

static void random_numbers_follow_from_the_seed(void **state)
{
	struct driver *d = driver();
	uint8_t first[64];
	struct virtio_rng rng;

	(void)state;
	for (unsigned int i = 0; i < 3; i++) {
		memset(d->arena, 0, ARENA);
		d->available = 0;
		virtio_rng_init(&d->v, &d->memory, &rng, i == 2 ? 2 : 1);
		accept(d);
		open_queue(d, 0);
		describe(d, 0, BASE + BUFFERS + 0xff0, 61, WRITE, 0); /* across a page */
		offer(d, 0);
		assert_int_equal(get16(d, USED + 2), 1);
		assert_int_equal(get32(d, USED + 8), 61);
		assert_int_equal(get(d, INTERRUPT), 1);
		assert_true(virtio_line(&d->v));
		set(d, ACK, 1);
		assert_false(virtio_line(&d->v));
		assert_int_equal(d->arena[BUFFERS + 0xff0 + 61], 0);
		if (i == 0)
			memcpy(first, d->arena + BUFFERS + 0xff0, 61);
		assert_int_equal(memcmp(first, d->arena + BUFFERS + 0xff0, 61) == 0, i < 2);
	}
	/* A driver that wants no interrupt gets none; one that wants more than 4 KiB gets 4. */
	put16(d, AVAILABLE, 1);
	describe(d, 0, BASE + BUFFERS, 0x10000, WRITE, 0);
	offer(d, 0);
	assert_int_equal(get16(d, USED + 2), 2);
	assert_int_equal(get32(d, USED + 16), 4096);
	assert_int_equal(get(d, INTERRUPT), 0);
	free(d);
}

/* --- drivers at fault ---------------------------------------------------------------------------------- */

static void fails(void (*spoil)(struct driver *d), uint64_t address)
{
	struct driver *d = driver();
	struct virtio_rng rng;

	virtio_rng_init(&d->v, &d->memory, &rng, 1);
	accept(d);
	open_queue(d, 0);
	describe(d, 0, BASE + BUFFERS, 16, WRITE, 0);
	spoil(d);
	offer(d, 0);
	assert_int_equal(get(d, STATUS), 15 | NEEDS_RESET);
	assert_int_equal(get(d, INTERRUPT), 2);
	assert_int_equal(d->complaints, 1);
	if (address)
		assert_int_equal(d->complained, address);
	/* Nothing more, until it is reset. */
	offer(d, 0);
	set(d, STATUS, 15);
	assert_int_equal(get(d, STATUS), 15 | NEEDS_RESET);
	assert_int_equal(get16(d, USED + 2), 0);
	memset(d->arena, 0, ARENA);
	d->available = 0;
	accept(d);
	open_queue(d, 0);
	describe(d, 0, BASE + BUFFERS, 16, WRITE, 0);
	offer(d, 0);
	assert_int_equal(get16(d, USED + 2), 1);
	assert_int_equal(d->complaints, 1);
	free(d);
}

static void protected_buffer(struct driver *d)
{
	describe(d, 0, UINT64_C(0x80001230), 16, WRITE, 0);
}

static void buffer_that_ends_outside(struct driver *d)
{
	describe(d, 0, BASE + ARENA - 8, 16, WRITE, 0);
}

static void buffer_that_wraps(struct driver *d)
{
	describe(d, 0, UINT64_MAX - 3, 16, WRITE, 0);
}

static void endless_chain(struct driver *d)
{
	describe(d, 0, BASE + BUFFERS, 16, WRITE | NEXT, 0);
}

static void descriptor_outside(struct driver *d)
{
	describe(d, 0, BASE + BUFFERS, 16, WRITE | NEXT, QUEUE_SIZE);
}

static void read_behind_write(struct driver *d)
{
	describe(d, 0, BASE + BUFFERS, 16, WRITE | NEXT, 1);
	describe(d, 1, BASE + BUFFERS, 16, 0, 0);
}

static void huge_chain(struct driver *d)
{
	describe(d, 0, BASE + BUFFERS, 16 << 20, WRITE | NEXT, 1);
	describe(d, 1, BASE + BUFFERS, 1, WRITE, 0);
}

static void too_many(struct driver *d)
{
	d->available = QUEUE_SIZE;
}

static void protected_ring(struct driver *d)
{
	set(d, READY, 0);
	set_address(d, 0x090, UINT64_C(0x80000000));
	set(d, READY, 1);
}

static void drivers_at_fault_are_told(void **state)
{
	(void)state;
	fails(protected_buffer, UINT64_C(0x80001230));
	fails(buffer_that_ends_outside, BASE + ARENA);
	fails(buffer_that_wraps, UINT64_MAX - 3);
	fails(endless_chain, 0);
	fails(descriptor_outside, 0);
	fails(read_behind_write, 0);
	fails(huge_chain, 0);
	fails(too_many, 0);
	fails(protected_ring, UINT64_C(0x80000002));
}

/* --- disk ------------------------------------------------------------------------------------------------ */

#define SECTORS 9 /* and a half */

static int make_file(char *path)
{
	const int fd = mkstemp(path);
	uint8_t bytes[SECTORS * 512 + 256];

	assert_true(fd >= 0);
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i / 512 + 1);
	assert_int_equal(write(fd, bytes, sizeof(bytes)), sizeof(bytes));
	return fd;
}

/* Header, data, status; returns the status. */
static uint8_t request(struct driver *d, uint32_t type, uint64_t sector, uint32_t size)
{
	const struct {
		uint32_t type, reserved;
		uint64_t sector;
	} header = {htole32(type), 0, htole64(sector)};

	memcpy(d->arena + BUFFERS, &header, sizeof(header));
	d->arena[BUFFERS + 0x100] = 0xff;
	describe(d, 0, BASE + BUFFERS, sizeof(header), NEXT, size ? 1 : 2);
	describe(d, 1, BASE + BUFFERS + 0x1000, size, NEXT | (type == 1 ? 0 : WRITE), 2);
	describe(d, 2, BASE + BUFFERS + 0x100, 1, WRITE, 0);
	offer(d, 0);
	assert_int_equal(get16(d, USED + 2), d->available);
	return d->arena[BUFFERS + 0x100];
}

static void use_disk(bool writable)
{
	char path[] = "/tmp/rmmsim-test-XXXXXX";
	const int fd = make_file(path);
	struct driver *d = driver();
	struct disk disk;
	uint8_t byte;
	struct bus_access capacity = {.offset = 0x100, .size = 8};

	assert_true(disk_open(&disk, path, writable));
	virtio_disk_init(&d->v, &d->memory, &disk);
	accept(d);
	open_queue(d, 0);
	virtio_access(&d->v, &capacity);
	assert_int_equal(capacity.value, SECTORS + 1);
	assert_int_equal(request(d, 0, 8, 1024), 0);
	assert_int_equal(d->arena[BUFFERS + 0x1000], 9);
	/* The file ends in the middle of the last sector. */
	assert_int_equal(d->arena[BUFFERS + 0x1000 + 512 + 255], 10);
	assert_int_equal(d->arena[BUFFERS + 0x1000 + 512 + 256], 0);
	memset(d->arena + BUFFERS + 0x1000, 0x77, 1024);
	assert_int_equal(request(d, 1, 7, 1024), 0);
	assert_int_equal(request(d, 4, 0, 0), 0);
	memset(d->arena + BUFFERS + 0x1000, 0, 2048);
	assert_int_equal(request(d, 0, 6, 2048), 0);
	assert_int_equal(d->arena[BUFFERS + 0x1000], 7);
	assert_int_equal(d->arena[BUFFERS + 0x1000 + 512], 0x77);
	assert_int_equal(d->arena[BUFFERS + 0x1000 + 1535], 0x77);
	assert_int_equal(d->arena[BUFFERS + 0x1000 + 1536], 10);
	/* Outside, and parts of sectors. */
	assert_int_equal(request(d, 0, 9, 1024), 1);
	assert_int_equal(request(d, 1, 10, 512), 1);
	assert_int_equal(request(d, 0, UINT64_MAX, 512), 1);
	assert_int_equal(request(d, 0, 0, 100), 1);
	assert_int_equal(request(d, 8, 0, 20), 0);
	assert_string_equal((char *)d->arena + BUFFERS + 0x1000, "rmmsim");
	assert_int_equal(request(d, 99, 0, 512), 2);
	assert_int_equal(d->complaints, 0);
	/* What is in the file afterwards. */
	assert_int_equal(pread(fd, &byte, 1, 7 * 512), 1);
	assert_int_equal(byte, writable ? 0x77 : 8);
	disk_close(&disk);
	close(fd);
	unlink(path);
	free(d);
}

static void a_disk_has_what_the_file_has(void **state)
{
	(void)state;
	use_disk(false);
	use_disk(true);
}

static void a_disk_that_cannot_be_read_says_so(void **state)
{
	struct driver *d = driver();
	struct disk disk = {.fd = -1, .size = 4096, .writable = true};

	(void)state;
	virtio_disk_init(&d->v, &d->memory, &disk);
	accept(d);
	open_queue(d, 0);
	assert_int_equal(request(d, 0, 0, 512), 1);
	assert_int_equal(request(d, 1, 0, 512), 1);
	assert_true(disk.failed);
	/* Neither header nor status. */
	describe(d, 0, BASE + BUFFERS, 8, NEXT, 1);
	describe(d, 1, BASE + BUFFERS, 1, WRITE, 0);
	offer(d, 0);
	assert_int_equal(get(d, STATUS), 15 | NEEDS_RESET);
	free(d);
}

/* --- console --------------------------------------------------------------------------------------------- */

static void the_console_sends_and_receives(void **state)
{
	struct driver *d = driver();
	struct console console;
	int in[2], out[2];
	char text[16] = "";

	(void)state;
	assert_int_equal(pipe(in) | pipe(out), 0);
	console_open(&console, in[0], out[1]);
	virtio_console_init(&d->v, &d->memory, &console);
	accept(d);
	assert_false(virtio_console_listens(&d->v));
	open_queue(d, 1);
	memcpy(d->arena + BUFFERS, "hello", 5);
	describe(d, 0, BASE + BUFFERS, 2, NEXT, 1);
	describe(d, 1, BASE + BUFFERS + 2, 3, 0, 0);
	offer(d, 1);
	assert_int_equal(get16(d, USED + 2), 1);
	assert_int_equal(read(out[0], text, sizeof(text)), 2 + 3);
	assert_string_equal(text, "hello");
	/* Input waits for a buffer, and a buffer for input. */
	memset(d->arena, 0, BUFFERS);
	d->available = 0;
	open_queue(d, 0);
	assert_int_equal(write(in[1], "keys", 4), 4);
	virtio_console_poll(&d->v);
	describe(d, 0, BASE + BUFFERS, 3, WRITE, 0);
	offer(d, 0);
	virtio_console_poll(&d->v);
	assert_int_equal(get16(d, USED + 2), 1);
	assert_int_equal(get32(d, USED + 8), 3);
	assert_memory_equal(d->arena + BUFFERS, "key", 3);
	offer(d, 0);
	virtio_console_poll(&d->v);
	virtio_console_poll(&d->v);
	assert_int_equal(get16(d, USED + 2), 2);
	offer(d, 0);
	virtio_console_poll(&d->v);
	assert_int_equal(get16(d, USED + 2), 2);
	assert_int_equal(write(in[1], "!", 1), 1);
	virtio_console_poll(&d->v);
	assert_int_equal(get16(d, USED + 2), 3);
	console_close(&console);
	for (int i = 0; i < 2; i++) {
		close(in[i]);
		close(out[i]);
	}
	free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_transport_is_that_of_the_specification),
		cmocka_unit_test(random_numbers_follow_from_the_seed),
		cmocka_unit_test(drivers_at_fault_are_told),
		cmocka_unit_test(a_disk_has_what_the_file_has),
		cmocka_unit_test(a_disk_that_cannot_be_read_says_so),
		cmocka_unit_test(the_console_sends_and_receives),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
