/* SPDX-License-Identifier: BSD-3-Clause */
/* Names and lines of code addresses, remembered: the same few places appear again and again in the reports. */
#include "host_shim/src/conduit/shim.h"

#include <rmmsim/testing.h>

#define KNOWN 512

struct known {
	const void *address;
	char text[256];
};

/* Of the process and of those that it forks off. */
static struct known *known;

bool shim_symbols_start(void)
{
	if (!known)
		known = shim_map_shared(KNOWN * sizeof(*known));
	return known != NULL;
}

void shim_symbol(const void *address, char *buf, size_t size)
{
	const size_t slot = ((uintptr_t)address >> 2) % KNOWN;

	SHIM_LOCKED();
	if (!shim_symbols_start()) {
		rmmsim_place_text(address, buf, size);
		return;
	}
	if (!address || known[slot].address != address) {
		rmmsim_place_text(address, known[slot].text, sizeof(known[slot].text));
		known[slot].address = address;
	}
	snprintf(buf, size, "%s", known[slot].text);
}
