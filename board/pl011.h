/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_PL011_H
#define BOARD_PL011_H

/*
 * PrimeCell UART PL011 r1p5 (Arm DDI 0183). Sending takes no time, so the transmit FIFO is always
 * empty; bytes are sent whether the UART is enabled or not, as early consoles expect. Received bytes
 * wait outside until the program listens.
 */

#include <stdbool.h>
#include <stdint.h>

#include "board/bus.h"

#define PL011_SIZE UINT64_C(0x1000)
#define PL011_FIFO 32

struct pl011 {
	void (*send)(void *context, uint8_t byte);
	void *context;
	uint32_t ilpr, ibrd, fbrd, lcr, cr, ifls, imsc, ris, dmacr;
	uint8_t fifo[PL011_FIFO]; /* received */
	unsigned int head, count;
	unsigned int empty_reads; /* of FR, since the last byte sent or pl011_listens() */
};

void pl011_init(struct pl011 *uart, void (*send)(void *context, uint8_t byte), void *context);
void pl011_access(void *uart, struct bus_access *access);
/* The interrupt output, UARTINTR. */
bool pl011_line(const struct pl011 *uart);
/*
 * Bytes that the program is ready to take now: it has enabled the receiver and its interrupt, or it
 * polls. Drivers throw away what is there before. Starts a new period for polls.
 */
unsigned int pl011_listens(struct pl011 *uart);
/* At most pl011_listens() bytes. */
void pl011_receive(struct pl011 *uart, const uint8_t *bytes, unsigned int count);

#endif
