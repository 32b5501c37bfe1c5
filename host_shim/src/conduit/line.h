/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HOST_SHIM_SRC_CONDUIT_LINE_H
#define HOST_SHIM_SRC_CONDUIT_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Sections of a mapped object; size 0 where there is none. */
struct line_section {
	const uint8_t *at;
	size_t size;
};
struct line_tables {
	struct line_section line, strings,
		line_strings; /* .debug_line, .debug_str, .debug_line_str */
};

/*
 * "rme.c:123" of the code at this address of the object, DWARF 2 to 5. False where the object has no
 * line table, or none that covers the address.
 */
bool shim_line_of(const struct line_tables *tables, uint64_t address, char *buf, size_t size);

#endif
