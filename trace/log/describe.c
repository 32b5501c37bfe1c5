/* SPDX-License-Identifier: BSD-3-Clause */
#include <inttypes.h>
#include <stdio.h>

#include "trace/log/check.h"

static const char *name_of(const struct log_call *call, char *buffer, size_t size)
{
	if (call->shape)
		return call->shape->name;
	if (call->command != SMC_NONE)
		return smc_command(call->command)->name;
	snprintf(buffer, size, "function %08" PRIx32, call->fid);
	return buffer;
}

void log_describe(const struct log_view *view, const struct log_reason *reason,
		  struct log_wrong *wrong)
{
	const struct smc_condition *condition = smc_condition(reason->condition);
	char name[24], result[64];
	const char *call = name_of(view->call, name, sizeof(name));

	wrong->because = reason->because;
	wrong->condition = reason->condition ? condition->id : "";
	if (!view->call->answered)
		snprintf(result, sizeof(result), "no answer");
	else
		smc_result_text(view->call->interface == SMC_RMI ? SMC_FROM_HOST : SMC_FROM_REALM,
				view->call->x0, result, sizeof(result));
	if (!reason->condition)
		snprintf(wrong->text, sizeof(wrong->text),
			 reason->output ? "%s: an output cannot have this value"
					: "%s never ends with %s",
			 call, result);
	else if (reason->must_fail)
		snprintf(wrong->text, sizeof(wrong->text), "%s cannot end with %s: %s", call,
			 result, condition->text);
	else
		snprintf(wrong->text, sizeof(wrong->text),
			 "%s cannot end with %s, for this is not so: %s", call, result,
			 condition->text);
}
