/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_RECORD_H
#define TRACE_RECORD_H

/*
 * Writes the Host's calls of one instance as a recording (rmm-trace/1): arguments, results and the
 * Non-secure memory that the monitor read and wrote. What a Realm does while it runs is not written.
 * Calls come from one thread.
 */

#include <rmmsim/rmmsim.h>

struct record;

/* Creates the file and writes the header of an instance with this configuration; NULL: errno. */
struct record *record_open(const char *path, const struct rmmsim_config *config);
/* Before rmmsim_create(): lets the recorder see memory accesses. */
void record_prepare(struct record *record, struct rmmsim_config *config);
/* Executes the call and writes it. */
void record_smc(struct record *record, struct rmmsim *sim, unsigned int pe,
		struct rmmsim_regs *regs);
/* False if something could not be written. NULL is allowed. */
bool record_close(struct record *record);

#endif
