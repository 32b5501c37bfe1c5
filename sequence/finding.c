/* SPDX-License-Identifier: BSD-3-Clause */
/* What every relation needs to try a call and to say what it has found. */
#include "sequence/relation.h"

#include <stdarg.h>
#include <stdio.h>

bool sequence_oracle_fail(struct sequence_oracle *o, const char *format, ...)
{
	va_list arguments;

	if (o->kind != FINDING_NONE)
		return false;
	o->kind = FINDING_RELATION;
	va_start(arguments, format);
	vsnprintf(o->finding, sizeof(o->finding), format, arguments);
	va_end(arguments);
	return false;
}

const char *sequence_call_name(const struct sequence_call *call)
{
	return call->command == SMC_NONE ? "an unknown function" : smc_command(call->command)->name;
}

uint64_t sequence_relation_issue(const struct sequence_call *call, enum smc_command_id command,
				 struct rmmsim_regs *regs)
{
	regs->x[0] = smc_command(command)->fid;
	rmmsim_smc(call->sim, call->pe, regs);
	return regs->x[0];
}
