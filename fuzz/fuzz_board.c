/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * A guest that programs the devices of board/ with anything, and a CPU interface that does anything to the
 * list registers. After each of them the REC_ENTER that the board prepares is one that the monitor takes:
 * rec.md#3.4. The first byte says whether the rest is operations of 16 bytes, or a device tree.
 */
#include <stdlib.h>
#include <string.h>

#include "board/board.h"
#include "board/devicetree.h"

#define CPUS        3
#define ARENA       0x8000 /* memory that virtio devices reach */
#define ARENA_BASE  UINT64_C(0x8080000000)
#define DISK_SIZE   0x10000
#define LRS         4
#define TREE_ROOM   0x20000
#define STATE(lr)   ((lr) >> 62)
#define HW          (UINT64_C(1) << 61)
#define RESERVED    UINT64_C(0x0007fdff00000000) /* but EOI; unimplemented bits of the priority */
#define HCR_ALLOWED UINT64_C(0x40fe)
#define INTID_LIMIT UINT64_C(1020)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct operation {
	uint8_t what, cpu, size, device;
	uint32_t offset;
	uint64_t value;
};
_Static_assert(sizeof(struct operation) == 16, "as seeds.sh writes it");

static const uint64_t devices[] = {BOARD_GICD,    BOARD_GICR,           BOARD_UART,  BOARD_RTC,
				   BOARD_SCRATCH, BOARD_GICR + 0x10000, BOARD_VIRTIO};

struct state {
	struct board *board;
	uint8_t arena[ARENA];
	struct virtio_memory memory;
	struct disk disk;
	struct rmi_rec_enter enter[CPUS];
	struct rmi_rec_exit exit[CPUS];
	uint64_t ticks;
};

static uint8_t *arena_page(void *context, uint64_t address)
{
	struct state *s = context;

	return address - ARENA_BASE < ARENA ? s->arena + (address - ARENA_BASE) : NULL;
}

static void check_lists(const struct rmi_rec_enter *enter)
{
	if (enter->gicv3_hcr & ~HCR_ALLOWED)
		abort();
	for (unsigned int i = 0; i < 16; i++) {
		const uint64_t lr = enter->gicv3_lrs[i];

		if (!STATE(lr))
			continue;
		if (i >= LRS || (lr & (HW | RESERVED)) || (uint32_t)lr >= INTID_LIMIT)
			abort();
		for (unsigned int k = 0; k < i; k++) {
			if (STATE(enter->gicv3_lrs[k]) &&
			    (uint32_t)enter->gicv3_lrs[k] == (uint32_t)lr)
				abort();
		}
	}
}

static void access_device(struct state *s, const struct operation *op, unsigned int cpu)
{
	struct bus_access access = {
		.cpu = cpu,
		.size = 1u << (op->size & 3),
		.write = op->size & 4,
		.offset = devices[op->device % (sizeof(devices) / sizeof(devices[0]))] +
			  op->offset % 0x10000,
		.value = op->value,
	};

	board_access(s->board, &access);
}

/* The states of list registers change as the value says; nothing else of them can. */
static void stay(struct state *s, const struct operation *op, unsigned int cpu)
{
	struct rmi_rec_exit *exit = &s->exit[cpu];

	board_enter(s->board, cpu, &s->enter[cpu]);
	check_lists(&s->enter[cpu]);
	memcpy(exit->gicv3_lrs, s->enter[cpu].gicv3_lrs, sizeof(exit->gicv3_lrs));
	for (unsigned int i = 0; i < LRS; i++)
		exit->gicv3_lrs[i] ^= (op->value >> 2 * i & 3) << 62;
	exit->gicv3_hcr = (op->value >> 8 & 0x1f) << 27;
	exit->gicv3_vmcr = op->value >> 16 & UINT32_MAX;
	exit->cntv_ctl = op->offset & 7;
	exit->cntp_ctl = op->offset >> 3 & 7;
	exit->cntv_cval = op->value;
	board_exit(s->board, cpu, &s->enter[cpu], exit);
}

static void step(struct state *s, const struct operation *op)
{
	const unsigned int cpu = op->cpu % CPUS;

	if (op->what & 8) {
		memcpy(s->arena + op->offset % (ARENA - 8), &op->value, 8);
		return;
	}
	switch (op->what & 7) {
	case 0:
		stay(s, op, cpu);
		return;
	case 1:
		board_send_sgi(s->board, cpu, op->offset, op->value);
		return;
	case 2:
		s->ticks += op->value >> 20;
		board_poll(s->board, s->ticks);
		return;
	case 3:
		board_reset_cpu(s->board, cpu);
		return;
	case 4:
		(void)board_wakes(s->board, cpu);
		(void)board_deadline(s->board, cpu);
		return;
	default:
		access_device(s, op, cpu);
		return;
	}
}

static void operate(const uint8_t *data, size_t size)
{
	static const uint64_t mpidr[CPUS] = {0, 1, UINT64_C(0x100000203)};
	struct console console;
	struct board_config config = {
		.cpus = CPUS,
		.mpidr = mpidr,
		.frequency = 1000,
		.console = &console,
		.disk_count = 1,
		.rng = true,
		.virtio_console = true,
	};
	struct state *s = calloc(1, sizeof(*s));

	console_open(&console, -1, -1);
	if (s) {
		s->memory = (struct virtio_memory){.page = arena_page, .context = s};
		/* Blocks that were not written cannot be read. */
		s->disk = (struct disk){.fd = -1, .size = DISK_SIZE};
		s->disk.blocks = calloc(DISK_SIZE / DISK_BLOCK + 1, sizeof(*s->disk.blocks));
		config.memory = &s->memory;
		config.disks = &s->disk;
	}
	if (s && s->disk.blocks)
		s->board = board_create(&config);
	for (; s && s->board && size >= sizeof(struct operation);
	     size -= sizeof(struct operation)) {
		struct operation op;

		memcpy(&op, data, sizeof(op));
		data += sizeof(op);
		step(s, &op);
	}
	if (s) {
		board_destroy(s->board);
		disk_close(&s->disk);
	}
	free(s);
}

static void adapt(const uint8_t *data, size_t size)
{
	static const uint64_t mpidr[1] = {0};
	const struct board_config board = {.cpus = 1, .mpidr = mpidr};
	const struct devicetree_config config = {
		.board = &board, .bootargs = "console=ttyAMA0", .initrd = 1, .initrd_end = 2};
	const char *error = NULL;
	uint8_t *tree = malloc(TREE_ROOM);

	if (tree && size <= TREE_ROOM) {
		memcpy(tree, data, size);
		if (devicetree_adapt(&config, tree, size, TREE_ROOM, &error) > TREE_ROOM)
			abort();
	}
	free(tree);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size && data[0] % 2)
		adapt(data + 1, size - 1);
	else if (size)
		operate(data + 1, size - 1);
	return 0;
}
