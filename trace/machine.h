/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TRACE_MACHINE_H
#define TRACE_MACHINE_H

#include "smc/smc.h"
#include "trace/trace.h"

/* The instance that a recording is replayed on. Does not move while it lives. */
struct machine {
	struct rmmsim *sim;
	enum smc_shape shape; /* of its interface */
};

struct machine_options {
	const char *profile;
	smc_quirks flip; /* quirks that are the other way round than in the profile */
	bool explain;
	rmmsim_ns_access_fn ns_access;
	void *ns_access_context;
};

/* Builds what the header describes. False after filling *error. */
bool machine_create(struct machine *machine, const struct trace_header *header,
		    const struct machine_options *options, struct trace_error *error);
void machine_destroy(struct machine *machine);

#endif
