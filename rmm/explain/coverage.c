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
		.implemented = call_handler_of(condition->command, sim->shape) &&
			       (command->shapes & condition->shapes) >> sim->shape & 1,
	};
	mem_lock(sim->mem);
	row->hits = sim->hits[index + 1];
	mem_unlock(sim->mem);
	return RMMSIM_OK;
}

static bool implemented(const struct smc_command *row, enum smc_command_id id, int revision)
{
	for (int shape = 0; shape < SMC_SHAPE_COUNT; shape++) {
		if (!smc_present(row, (enum smc_shape)shape))
			continue;
		if (revision >= 0 && (int)smc_shape_revision((enum smc_shape)shape) != revision)
			continue;
		if (call_handler_of(id, (enum smc_shape)shape))
			return true;
	}
	return false;
}

bool rmmsim_implemented_in(const char *revision, const char *interface, const char *command)
{
	const int number = revision ? smc_revision_find(revision) : -1;

	if (!interface || !command || (revision && number < 0))
		return false;
	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++) {
		const struct smc_command *row = smc_command(id);

		if (strcmp(row->name, command) != 0 ||
		    strcmp(smc_interface_name(row->interface), interface) != 0)
			continue;
		if (implemented(row, id, number))
			return true;
	}
	return false;
}

bool rmmsim_implemented(const char *interface, const char *command)
{
	return rmmsim_implemented_in(NULL, interface, command);
}
