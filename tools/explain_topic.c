/* SPDX-License-Identifier: BSD-3-Clause */
/* `TOPIC VALUE` and `TOPIC=VALUE`: a number whose meaning depends on where it stood. */
#include "tools/explain.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "smc/smc.h"

static void ripas(struct output *output, uint64_t value)
{
	explain_enum_value(output, "RmiRipas", value);
}

static void exit_reason(struct output *output, uint64_t value)
{
	explain_enum_value(output, "RmiRecExitReason", value);
}

static void entry_state(struct output *output, uint64_t value)
{
	explain_enum_value(output, "RmiRttEntryState", value);
}

static void plane_exit(struct output *output, uint64_t value)
{
	explain_enum_value(output, "RsiPlaneExitReason", value);
}

static void psci(struct output *output, uint64_t value)
{
	explain_enum_value(output, "PsciReturnCode", value);
	if (!output->found)
		explain_enum_value(output, "PsciReturnCode", (uint64_t)(int32_t)value);
}

static const struct topic {
	const char *name;
	const char *type; /* the enumeration; NULL: no list of values */
	void (*explain)(struct output *output, uint64_t value);
} topics[] = {
	{"esr", NULL, explain_esr},
	{"hpfar", NULL, explain_hpfar},
	{"flags", NULL, explain_flags},
	{"status", NULL, explain_status},
	{"fid", NULL, explain_fid},
	{"exit", "RmiRecExitReason", exit_reason},
	{"exit_reason", "RmiRecExitReason", exit_reason},
	{"ripas", "RmiRipas", ripas},
	{"state", "RmiRttEntryState", entry_state},
	{"plane_exit", "RsiPlaneExitReason", plane_exit},
	{"psci", "PsciReturnCode", psci},
};

/* As in "exit.esr" or "ESR_EL2". */
static const struct topic *find(const char *name)
{
	const char *dot = strrchr(name, '.');
	const size_t length = strcspn(dot ? dot + 1 : name, "=");
	const char *word = dot ? dot + 1 : name;

	for (size_t i = 0; i < sizeof(topics) / sizeof(topics[0]); i++) {
		const size_t own = strlen(topics[i].name);

		if (strncasecmp(word, topics[i].name, own) || length < own)
			continue;
		if (length == own || (length == own + 4 && !strncasecmp(word + own, "_EL", 3)))
			return &topics[i];
	}
	return NULL;
}

bool explain_is_topic(const char *name)
{
	return find(name);
}

bool explain_topic(struct output *output, const char *topic, const char *value)
{
	const struct topic *row = find(topic);
	const size_t before = output->found;
	uint64_t number;

	if (!value && row->type)
		explain_enum(output, row->type);
	else if (value && explain_number(value, &number))
		row->explain(output, number);
	else if (value)
		explain_value_name(output, value);
	return output->found > before;
}
