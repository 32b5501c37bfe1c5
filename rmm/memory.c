/* SPDX-License-Identifier: BSD-3-Clause */
/* Simulated physical memory in the public API. */
#include "rmm/call.h"
#include "rmm/process.h"

void *rmmsim_host_ptr(struct rmmsim *sim, uint64_t pa, size_t size)
{
	return sim && process_owns(sim) ? mem_host(sim->mem, pa, size) : NULL;
}

enum rmmsim_status rmmsim_host_write(struct rmmsim *sim, uint64_t pa, const void *data, size_t size)
{
	enum rmmsim_status status;

	if (!sim || !data)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	status = mem_host_write(sim->mem, pa, data, size);
	mem_unlock(sim->mem);
	return status;
}

enum rmmsim_status rmmsim_host_read(struct rmmsim *sim, uint64_t pa, void *data, size_t size)
{
	enum rmmsim_status status;

	if (!sim || !data)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	status = mem_host_read(sim->mem, pa, data, size);
	mem_unlock(sim->mem);
	return status;
}

enum rmmsim_status rmmsim_peek(struct rmmsim *sim, uint64_t pa, void *data, size_t size)
{
	enum rmmsim_status status;

	if (!sim || !data)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	status = mem_peek(sim->mem, pa, data, size);
	mem_unlock(sim->mem);
	return status;
}

enum rmmsim_status rmmsim_poke(struct rmmsim *sim, uint64_t pa, const void *data, size_t size)
{
	enum rmmsim_status status;

	if (!sim || !data)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	mem_lock(sim->mem);
	explain_waiting(sim);
	status = mem_poke(sim->mem, pa, data, size);
	mem_unlock(sim->mem);
	return status;
}

struct rmmsim_granule_info sim_granule_info(const struct rmmsim *sim, const struct granule *granule)
{
	const struct granule *owner = mem_owner(sim->mem, granule);

	return (struct rmmsim_granule_info){
		.state = granule_state_name(granule->state),
		.pas = (enum rmmsim_pas)granule->pas,
		.owner = owner ? mem_pa(sim->mem, owner) : 0,
		.refs = granule->refs,
		.call = granule->call,
		.command = granule->call ? smc_command(granule->command)->name : NULL,
	};
}

enum rmmsim_status rmmsim_granule_info(struct rmmsim *sim, uint64_t pa,
				       struct rmmsim_granule_info *info)
{
	const struct granule *granule;

	if (!sim || !info)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	granule = mem_find(sim->mem, pa);
	if (!granule)
		return RMMSIM_ERR_RANGE;
	mem_lock(sim->mem);
	*info = sim_granule_info(sim, granule);
	mem_unlock(sim->mem);
	return RMMSIM_OK;
}

enum rmmsim_status rmmsim_set_pas(struct rmmsim *sim, uint64_t pa, enum rmmsim_pas pas)
{
	enum rmmsim_status status = RMMSIM_OK;
	struct granule *granule;

	if (!sim || pas == RMMSIM_PAS_REALM || (unsigned int)pas > RMMSIM_PAS_ROOT)
		return RMMSIM_ERR_ARGUMENT;
	if (!process_owns(sim))
		return RMMSIM_ERR_FORK;
	granule = mem_find(sim->mem, pa);
	if (!granule)
		return RMMSIM_ERR_RANGE;
	mem_lock(sim->mem);
	explain_waiting(sim);
	if (granule->state == GRANULE_UNDELEGATED)
		mem_set_pas(sim->mem, granule, (enum granule_pas)pas);
	else
		status = RMMSIM_ERR_STATE;
	mem_unlock(sim->mem);
	return status;
}
