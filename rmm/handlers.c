/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/call.h"

call_handler call_handler_of(enum smc_command_id id)
{
	static const call_handler handlers[SMC_COMMAND_COUNT] = {
#define HANDLER(id, function) [id] = function,
#include "rmm/handlers.def"
#undef HANDLER
	};

	return handlers[id];
}
