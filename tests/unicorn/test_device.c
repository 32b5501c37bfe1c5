/* SPDX-License-Identifier: BSD-3-Clause */
/* Registers of a device under code: each access reaches the device, and no other. */
#include <string.h>

#include <rmmsim/device.h>

#include "tests/unicorn/machine.h"

#define HALF         (UINT64_C(1) << 38)
#define REGISTERS    (HALF + 0x10000)
#define READ_WRITE   UINT64_C(0xc0)
#define MOV_X0(n)    (0xd2800000u | (uint32_t)(n) << 5)
#define STORE_HALF   0xf9000020u /* str x0, [x1] */
#define X1_HALF      0xd2c00801u /* mov x1, #1 << 38 */
#define X2_REGISTERS 0x91404022u /* add x2, x1, #0x10, lsl #12 */

struct access {
	uint64_t offset, value;
	unsigned int size;
	bool write;
};

struct board {
	struct machine m;
	struct rmmsim_device *device;
	uint64_t base;
	struct access seen[16];
	unsigned int count;
};

static void see(struct board *b, struct access access)
{
	assert_true(b->count < 16);
	b->seen[b->count++] = access;
}

static uint64_t read_register(void *context, uint64_t pa, unsigned int size)
{
	struct board *b = context;

	see(b, (struct access){.offset = pa - b->base, .size = size});
	return pa - b->base == 16 ? 0x80 : 0x1122334455667788;
}

static void write_register(void *context, uint64_t pa, unsigned int size, uint64_t value)
{
	struct board *b = context;

	see(b, (struct access){pa - b->base, value, size, true});
}

static void open_board(struct board *b, const uint32_t *code, size_t words)
{
	static const struct rmmsim_device_ops ops = {
		.size = sizeof(ops), .read = read_register, .write = write_register};
	struct rmmsim_device_config config;

	*b = (struct board){0};
	machine_open(&b->m, code, words, true);
	b->base = b->m.host.config.dev_ncoh[0].base;
	rmmsim_device_config_init(&config);
	config.range_count = 1;
	config.ranges[0] = (struct rmmsim_range){b->base, b->base + HOST_PAGE};
	config.ops = &ops;
	config.context = b;
	assert_int_equal(rmmsim_device_create(b->m.host.sim, &config, &b->device, NULL), RMMSIM_OK);
	/* As the Host may map any address: the way to the device is the same as that of VDEV_MAP. */
	host_tables(&b->m.host, &b->m.realm, 0, REGISTERS, 3);
	OK(&b->m.host, RMI_RTT_MAP_UNPROTECTED, b->m.realm.rd, REGISTERS, 3, b->base | READ_WRITE);
}

static void close_board(struct board *b)
{
	rmmsim_device_destroy(b->device);
	machine_close(&b->m);
}

static void each_access_reaches_the_device(void **state)
{
	static const uint32_t code[] = {
		X1_HALF,    X2_REGISTERS, 0xf9400040, /* ldr x0, [x2] */
		0xf9400040,                           /* ldr x0, [x2]: again, it is no memory */
		0xf9000440,                           /* str x0, [x2, #8] */
		0x39c04043,                           /* ldrsb w3, [x2, #16] */
		0xb9001843,                           /* str w3, [x2, #24] */
		0xb9001c5f,                           /* str wzr, [x2, #28] */
		MOV_X0(7),  STORE_HALF,
	};
	static const struct access expected[] = {
		{0, 0, 8, false},  {0, 0, 8, false},          {8, 0x1122334455667788, 8, true},
		{16, 0, 1, false}, {24, 0xffffff80, 4, true}, {28, 0, 4, true},
	};
	struct board b;

	(void)state;
	open_board(&b, code, sizeof(code) / sizeof(code[0]));
	machine_enter(&b.m, TRAPS, 0);
	assert_int_equal(b.m.host.exit.exit_reason, RMI_EXIT_SYNC);
	assert_int_equal(b.m.host.exit.hpfar, HALF >> 8);
	assert_int_equal(b.m.host.exit.gprs[0], 7);
	assert_int_equal(b.count, sizeof(expected) / sizeof(expected[0]));
	for (unsigned int i = 0; i < b.count; i++) {
		assert_int_equal(b.seen[i].offset, expected[i].offset);
		assert_int_equal(b.seen[i].value, expected[i].value);
		assert_int_equal(b.seen[i].size, expected[i].size);
		assert_int_equal(b.seen[i].write, expected[i].write);
	}
	close_board(&b);
}

static void an_access_of_two_registers_is_refused(void **state)
{
	static const uint32_t code[] = {X1_HALF, X2_REGISTERS, 0xa9401043 /* ldp x3, x4, [x2] */};
	struct rmmsim_unicorn_stop stop;
	struct board b;

	(void)state;
	open_board(&b, code, sizeof(code) / sizeof(code[0]));
	machine_enter(&b.m, TRAPS, 0);
	assert_int_equal(b.count, 0);
	assert_int_equal(rmmsim_unicorn_last_stop(b.m.engine, b.m.rec, &stop), RMMSIM_OK);
	assert_non_null(strstr(stop.refusal, "0xa9401043"));
	assert_non_null(strstr(stop.refusal, "accesses registers of a device"));
	close_board(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_access_reaches_the_device),
		cmocka_unit_test(an_access_of_two_registers_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
