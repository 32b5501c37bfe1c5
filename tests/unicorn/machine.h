/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TESTS_UNICORN_MACHINE_H
#define TESTS_UNICORN_MACHINE_H

/* A Realm with a page of code at CODE, for tests that hold instructions as words. */

#include "tests/support/host.h"

#include <rmmsim/unicorn.h>

#define CODE     0x1000
#define VECTORS  0x2000
#define DATA     0x3000
#define MORE     0x4000
#define UNMAPPED 0x5000 /* RIPAS RAM, not assigned */
#define EMPTY    0x8000 /* RIPAS EMPTY */

#define WFI   0xd503207fu
#define TRAPS (RMI_REC_ENTER_FLAG_TRAP_WFI | RMI_REC_ENTER_FLAG_TRAP_WFE)

struct machine {
	struct host host;
	struct host_realm realm;
	struct rmmsim_unicorn *engine;
	uint64_t rec;
	uint64_t code_pa;             /* of the page at CODE */
	uint64_t vectors_pa, data_pa; /* of the pages at VECTORS and DATA */
	uint64_t more_pa;             /* of the page at MORE */
	uint64_t run_pa, p1_code_pa, p1_data_pa;
};

/* 0 is what machine_open() does. */
struct machine_options {
	struct host_realm_options realm;
	const uint32_t *vectors; /* 512 words */
	const uint32_t *p1;      /* up to 1024 words at P1_CODE, executable for P1 */
	size_t p1_words;
	unsigned int recs;
	bool others_off; /* only the first REC is runnable */
	bool no_engine;
	const struct rmmsim_unicorn_config *config;
	const struct rmmsim_config *host;
	void (*prepare)(struct machine *m); /* called before activation */
};

#define P1_CODE 0x10000
#define P1_DATA 0x11000 /* readable and writable for P1 */
#define RUN     0x12000 /* the run page */

void machine_open_with(struct machine *m, const uint32_t *code, size_t words,
		       const struct machine_options *options);
/* What code_keep() number n stored to the page at MORE. */
uint64_t machine_kept(struct machine *m, unsigned int n);

/* `engine` false: no engine is set. Every vector at VECTORS is a WFI. */
void machine_open(struct machine *m, const uint32_t *code, size_t words, bool engine);
void machine_close(struct machine *m);
/* A page with this content; before activation. Returns its PA. */
uint64_t machine_page(struct machine *m, uint64_t ipa, const void *data, size_t size);
/* A page of zeros, likewise. */
uint64_t machine_ram(struct machine *m, uint64_t ipa);
/* REC_ENTER with these flags and X0 for emulation. */
void machine_enter(struct machine *m, uint64_t flags, uint64_t x0);

#endif
