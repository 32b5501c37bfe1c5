/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_PAYLOAD_PAYLOAD_H
#define TESTS_PAYLOAD_PAYLOAD_H

/* What the payloads share: freestanding code that runs as a Realm under `rmmsim run`. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PAGE 0x1000ul

/* start.S: what the entry state passed. */
extern uint64_t ram_base, ram_size, uart, unprotected;

void payload_main(void); /* P0 of the first REC; returning is SYSTEM_OFF */

/* X0..X17 of an SMC, in and out. */
struct smc {
	uint64_t x[18];
};
void smc_call(struct smc *smc); /* start.S */
uint64_t smc(uint64_t fid, uint64_t x1, uint64_t x2, uint64_t x3, uint64_t x4);

void put_char(char c);
void print(const char *text);
void print_hex(uint64_t value);
/* "name 0x..\n" */
void print_value(const char *name, uint64_t value);
/* Host call 0x100: ends the run with this exit code. */
void finish(uint64_t code) __attribute__((noreturn));
/* Unless it holds, says so and ends the run with code 9. */
void expect(bool holds, const char *what);

/* vectors.S: exceptions end up here; the PC to go on with is returned. */
struct frame {
	uint64_t x[31], elr, spsr, esr, far;
	uint64_t vector; /* offset in the vector table */
};
void on_exception(struct frame *frame);
void install_vectors(void);

#define read_sysreg(name)                                         \
	({                                                        \
		uint64_t value_;                                  \
		__asm__ volatile("mrs %0, " name : "=r"(value_)); \
		value_;                                           \
	})
#define write_sysreg(name, value) \
	__asm__ volatile("msr " name ", %0\n\tisb" : : "r"((uint64_t)(value)) : "memory")

#endif
