/* SPDX-License-Identifier: BSD-3-Clause */
#include <string.h>

#include "rmm/call.h"
#include "smc/mutant.h"

/* rmi-commands.md#2 */
void rmi_granule_delegate(struct call *call)
{
	struct granule *granule = call_granule(call, COND_RMI_GRANULE_DELEGATE_gran_align,
					       call->x[1], GRANULE_UNDELEGATED);

	RESOLVED(call);
	REQUIRE(call, RMI_GRANULE_DELEGATE_gran_gpt, WITH(granule, granule->pas == GRANULE_PAS_NS));
	CHECKED(call);

	mem_set_state(call->sim->mem, granule, GRANULE_DELEGATED, &call->mem);
}

/* rmi-commands.md#2 */
void rmi_granule_undelegate(struct call *call)
{
	struct mem *mem = call->sim->mem;
	struct granule *granule = call_granule(call, COND_RMI_GRANULE_UNDELEGATE_gran_align,
					       call->x[1], GRANULE_DELEGATED);

	RESOLVED(call);
	CHECKED(call);

	if (mem_kind(mem, granule) == GRANULE_DRAM && !MUTANT(undelegate_keeps_content))
		memset(mem_w(mem, call->x[1]), 0,
		       GRANULE_SIZE / (1 + MUTANT(undelegate_wipes_half)));
	mem_set_state(mem, granule, GRANULE_UNDELEGATED, &call->mem);
}
