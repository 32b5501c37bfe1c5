/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_MACHINE_H
#define TRACE_MACHINE_H

#include "smc/smc.h"
#include "trace/trace.h"

/* The instance that a recording is replayed on. Does not move while it lives. */
struct machine {
	struct rmmsim *sim;
	smc_quirks quirks; /* that it has */
};

/*
 * Builds what the header describes with the quirks of `profile`, those in `flip` turned round. False
 * after filling *error.
 */
bool machine_create(struct machine *machine, const struct trace_header *header, const char *profile,
		    smc_quirks flip, bool explain, struct trace_error *error);
void machine_destroy(struct machine *machine);

#endif
