/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef BOARD_PL031_H
#define BOARD_PL031_H

/* PrimeCell real time clock PL031 (Arm DDI 0224): seconds, one alarm. */

#include <stdbool.h>
#include <stdint.h>

#include "board/bus.h"

#define PL031_SIZE UINT64_C(0x1000)

struct pl031 {
	uint64_t seconds; /* since power-on, from pl031_tick() */
	uint32_t load;    /* value of the clock at power-on */
	uint32_t match, imsc, ris;
	uint32_t written; /* LR reads back */
};

/* The clock starts at `epoch` seconds. */
void pl031_init(struct pl031 *rtc, uint32_t epoch);
void pl031_access(void *rtc, struct bus_access *access);
/* `seconds` have passed since power-on. */
void pl031_tick(struct pl031 *rtc, uint64_t seconds);
/* The interrupt output, RTCINTR. */
bool pl031_line(const struct pl031 *rtc);
/* Seconds since power-on at which the alarm comes; UINT64_MAX: none is awaited. */
uint64_t pl031_deadline(const struct pl031 *rtc);

#endif
