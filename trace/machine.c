/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/machine.h"

#include <stdio.h>

#include "smc/config.h"

bool machine_create(struct machine *machine, const struct trace_header *header,
		    const struct machine_options *options, struct trace_error *error)
{
	const struct smc_profile *row = smc_profile_find(options->profile);
	struct rmmsim_config config = header->config;
	struct rmmsim_error reason = {.status = RMMSIM_OK};

	*error = (struct trace_error){.line = 1, .column = 1};
	if (!row) {
		snprintf(error->text, sizeof(error->text), "there is no profile \"%s\"",
			 options->profile);
		return false;
	}
	config.profile = options->profile;
	smc_config_set_quirks(&config, row->quirks ^ options->flip);
	config.protection = RMMSIM_PROTECTION_OFF;
	config.explain = options->explain;
	config.ns_access = options->ns_access;
	config.ns_access_context = options->ns_access_context;
	machine->shape = smc_config_shape(&config);
	if (rmmsim_create(&config, &machine->sim, &reason) == RMMSIM_OK)
		return true;
	snprintf(error->text, sizeof(error->text), "cannot build this machine: %.200s",
		 reason.text);
	return false;
}

void machine_destroy(struct machine *machine)
{
	rmmsim_destroy(machine->sim);
	machine->sim = NULL;
}
