/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/call.h"
#include "rmm/process.h"

#include <string.h>

enum rmmsim_status rmmsim_coverage(struct rmmsim *sim, size_t index, struct rmmsim_coverage *row)
{
	const struct smc_condition *condition;
	const struct smc_command *command;

	if (!sim || !row)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	if (index >= SMC_CONDITION_COUNT - 1)
		return RMMSIM_ERR_RANGE;
	condition = smc_condition((enum smc_condition_id)(index + 1));
	command = smc_command(condition->command);
	*row = (struct rmmsim_coverage){
		.interface = smc_interface_name(command->interface),
		.command = command->name,
		.condition = condition->id,
		.implemented = call_handler_of(condition->command) != NULL,
	};
	mem_lock(sim->mem);
	row->hits = sim->hits[index + 1];
	mem_unlock(sim->mem);
	return RMMSIM_OK;
}

bool rmmsim_implemented(const char *interface, const char *command)
{
	if (!interface || !command)
		return false;
	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++) {
		const struct smc_command *row = smc_command(id);

		if (!call_handler_of(id) || strcmp(row->name, command) != 0)
			continue;
		if (strcmp(smc_interface_name(row->interface), interface) == 0)
			return true;
	}
	return false;
}
