/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef CODE_LINE_H
#define CODE_LINE_H

/*
 * code/: from an address of the running program to function, file and line, for reports of faults. *Symbols* come from
 * the object's symbol table (symbol of the largest address below), *lines* from the line table of DWARF. An *object*
 * is the program or a shared library, mapped again from its file; a *place* is what is found. Everything reads hostile
 * bytes: a wrong table gives no place. Async-signal-safe, no locks, no allocation.
 *
 *	code_line_of(&tables, address - load_base, &file, &line);
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sections of a mapped object; size 0 where there is none. */
struct code_section {
	const uint8_t *at;
	size_t size;
};
struct code_tables {
	struct code_section line, strings,
		line_strings; /* .debug_line, .debug_str, .debug_line_str */
};

/*
 * File and line of the code at this address of the object, DWARF 2 to 5: docs/adr/0008-lines-without-a-library.md.
 * *file is the name without directories, inside of the tables. False where the object has no line table, or
 * none that covers the address. Async-signal-safe.
 */
bool code_line_of(const struct code_tables *tables, uint64_t address, const char **file,
		  unsigned int *line);
/* The same with the directory of the file as the compiler noted it; NULL if it did not. */
bool code_place_of(const struct code_tables *tables, uint64_t address, const char **directory,
		   const char **file, unsigned int *line);

#endif
