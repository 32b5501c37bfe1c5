/* SPDX-License-Identifier: BSD-3-Clause */
#include "rmm/call.h"

call_handler call_handler_of(enum smc_command_id id, enum smc_shape shape)
{
	static const call_handler handlers[SMC_COMMAND_COUNT] = {
#define HANDLER(id, function) [id] = function,
#define HANDLER_2(id, function)
#include "rmm/handlers.def"
#undef HANDLER
#undef HANDLER_2
	};
	static const call_handler handlers_2[SMC_COMMAND_COUNT] = {
#define HANDLER(id, function)
#define HANDLER_2(id, function) [id] = function,
#include "rmm/handlers.def"
#undef HANDLER
#undef HANDLER_2
	};

	return shape >= SMC_SHAPE_2_0 && handlers_2[id] ? handlers_2[id] : handlers[id];
}
