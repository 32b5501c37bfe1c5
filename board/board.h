/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_BOARD_H
#define BOARD_BOARD_H

/*
 * A small machine around RECs: an interrupt controller, a UART, a clock. It is the Host's side of a
 * virtual machine, and knows nothing of the monitor but the structures of REC_ENTER. A program:
 *
 *	board = board_create(&config);
 *	for (;;) {
 *		board_poll(board, now);
 *		board_enter(board, n, &run->enter);      -- interrupts
 *		... REC_ENTER ...
 *		board_exit(board, n, &run->enter, &run->exit);
 *		... an emulatable Data Abort: board_access(board, &access)
 *	}
 *
 * Words: a *device* is a row of the bus (bus.h) with a range of addresses and a function for an access; a *line* is the
 * level of its interrupt; a *list register* is how a pending interrupt is given to a REC (vgic.h); *now* is time in
 * ticks of the counter, handed in by the program, so that the same run gives the same bytes.
 *
 * Addresses are offsets from the start of the Unprotected half of the IPA space. One thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include <rmmsim/abi.h>

#include "board/bus.h"
#include "board/console.h"
#include "board/disk.h"
#include "board/virtio.h"

/* Where things are: offsets, and interrupts as INTIDs. */
#define BOARD_GICD    UINT64_C(0x08000000)
#define BOARD_GICR    UINT64_C(0x080a0000)
#define BOARD_UART    UINT64_C(0x09000000)
#define BOARD_RTC     UINT64_C(0x09010000)
#define BOARD_END     UINT64_C(0x09020000)
#define BOARD_SCRATCH UINT64_C(0x0a000000)
#define BOARD_VIRTIO  UINT64_C(0x0b000000) /* and so on, VIRTIO_SIZE each */

#define BOARD_PPI_VIRTUAL  27
#define BOARD_PPI_PHYSICAL 30
#define BOARD_SPI_UART     33
#define BOARD_SPI_RTC      34
#define BOARD_SPI_VIRTIO   48 /* and so on */

#define BOARD_MAX_DISKS  4
#define BOARD_MAX_VIRTIO (BOARD_MAX_DISKS + 2)

struct board;

struct board_config {
	unsigned int cpus;     /* 1 to 64 RECs */
	const uint64_t *mpidr; /* affinity of each */
	uint64_t frequency;    /* ticks of virtual time in a second */
	uint32_t epoch;        /* the clock at tick 0, seconds since 1970 */
	/* Interrupts are enabled from the start, for programs without a driver of their own. */
	bool open_interrupts;
	struct console *console; /* not owned */
	/* Virtio devices, in this order; `memory` is needed if there are any. Not owned. */
	const struct virtio_memory *memory;
	struct disk *disks;
	unsigned int disk_count;
	bool rng;
	uint64_t seed; /* of the random numbers */
	bool virtio_console;
};

/* How many virtio devices the board has. */
unsigned int board_virtio_count(const struct board_config *config);
/* NULL: no memory. */
struct board *board_create(const struct board_config *config);
void board_destroy(struct board *board);

/* False: no device is there. access->offset is from the start of the Unprotected half. */
bool board_access(struct board *board, struct bus_access *access);
bool board_has(const struct board *board, uint64_t offset);

/* The Realm wrote an exit status to the register at BOARD_END. */
bool board_ended(const struct board *board, int *status);

/* The interrupts of the next entry; what the exit made of them, and the timers' lines. */
void board_enter(struct board *board, unsigned int cpu, struct rmi_rec_enter *enter);
void board_exit(struct board *board, unsigned int cpu, const struct rmi_rec_enter *enter,
		const struct rmi_rec_exit *exit);
/* The trapped write of ICC_SGI1R_EL1, ICC_SGI0R_EL1 or ICC_ASGI1R_EL1 that `esr` tells. */
void board_send_sgi(struct board *board, unsigned int cpu, uint64_t esr, uint64_t value);
void board_reset_cpu(struct board *board, unsigned int cpu);

/* Time is `ticks` now; input is taken. */
void board_poll(struct board *board, uint64_t ticks);
/* An interrupt ends the wait of the REC. */
bool board_wakes(const struct board *board, unsigned int cpu);
/* Ticks at which a device, or a timer of this REC, wants attention; UINT64_MAX: never. */
uint64_t board_deadline(const struct board *board, unsigned int cpu);

#endif
