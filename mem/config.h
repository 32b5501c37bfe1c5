/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef MEM_CONFIG_H
#define MEM_CONFIG_H

/* The memory part of struct rmmsim_config, checked and as one list. */

#include "mem/mem.h"

struct mem_range {
	const char *field; /* "dram" */
	unsigned int index;
	enum granule_kind kind;
	uint64_t base, top;
};

struct mem_ranges {
	unsigned int count;
	struct mem_range at[MEM_MAX_BANKS]; /* DRAM first, in the order of the configuration */
};

/* Fills `ranges`, or says in *error (may be NULL) which field is wrong and what to change. */
enum rmmsim_status mem_ranges_read(const struct rmmsim_config *config, struct mem_ranges *ranges,
				   struct rmmsim_error *error);

/* Fills *error unless it is NULL; returns `status`. */
enum rmmsim_status mem_error(struct rmmsim_error *error, enum rmmsim_status status,
			     const char *format, ...) __attribute__((format(printf, 3, 4)));

#endif
