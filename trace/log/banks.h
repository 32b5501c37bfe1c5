/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_LOG_BANKS_H
#define TRACE_LOG_BANKS_H

/* Memory of a machine, guessed from addresses that occur. */

#include <stdint.h>
#include <stdio.h>

#define LOG_MAX_BANKS 8

struct log_bank {
	uint64_t base, top;
};

struct log_banks {
	unsigned int count;
	struct log_bank at[LOG_MAX_BANKS];
};

/* An address for which there is no room is left out. */
void log_banks_add(struct log_banks *banks, uint64_t pa);
/* The member "dram" of a recording's first line, with a comma before it; sorts the banks. */
void log_banks_print(struct log_banks *banks, FILE *out);

#endif
