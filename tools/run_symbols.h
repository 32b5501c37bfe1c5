/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TOOLS_RUN_SYMBOLS_H
#define TOOLS_RUN_SYMBOLS_H

/* Names of addresses, from the symbol table of an ELF file or from the lines of nm and System.map. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tools/run.h"

struct run_symbol {
	uint64_t address;
	const char *name; /* in `text` */
};

struct run_symbols {
	char *text;
	struct run_symbol *all; /* by address */
	size_t count;
};

/* Takes over the file's bytes; addresses get `bias`. False: it has no symbols, or there is no memory. */
bool run_symbols_read(struct run_symbols *symbols, struct run_file *file, uint64_t bias);
void run_symbols_free(struct run_symbols *symbols);
/* "name+0x10", or "" if nothing is near. */
void run_symbols_text(const struct run_symbols *symbols, uint64_t address, char *text, size_t size);

#endif
