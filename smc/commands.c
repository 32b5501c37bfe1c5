/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/smc.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "smc/status.h"

#define MAX_NAME 80

#define ON_SUCCESS    SMC_ON_SUCCESS
#define ON_INPUT      SMC_ON_INPUT
#define ON_RTT        SMC_ON_RTT
#define ON_RTT_AUX    SMC_ON_RTT_AUX
#define ON_INCOMPLETE SMC_ON_INCOMPLETE
#define ON_GRANULE    SMC_ON_GRANULE
#define ON_ALL        SMC_ON_ALL

#define ARG(name_, kind_, type_)                                        \
	{                                                               \
		.name = #name_, .kind = SMC_KIND_##kind_, .type = type_ \
	}
#define RES(name_, kind_, type_, on_)                                              \
	{                                                                          \
		.name = #name_, .kind = SMC_KIND_##kind_, .type = type_, .on = on_ \
	}

#define COUNT(...) (sizeof((const struct smc_value[]){__VA_ARGS__}) / sizeof(struct smc_value))
#define IN(...)    .inputs = COUNT(__VA_ARGS__), .in = {__VA_ARGS__}
#define OUT(...)   .outputs = COUNT(__VA_ARGS__), .out = {__VA_ARGS__}

#define IN_SHAPES(presence) PRESENCE_MASK(PRESENCE_##presence)

/* What is special about a command. */
#define PLAIN      .device = false
#define DEVICE     .device = true
#define SRO        .stateful = IN_SHAPES(SINCE_2_0)
#define SRO_BET3   .stateful = IN_SHAPES(BET3)
#define DEVICE_SRO .device = true, .stateful = IN_SHAPES(SINCE_2_0)

#define ROW(name_, interface_, fid_, presence, summary_, in_, out_, ...)                   \
	{                                                                                  \
		.name = name_, .interface = interface_, .fid = fid_,                       \
		.shapes = IN_SHAPES(presence), .summary = summary_, in_, out_, __VA_ARGS__ \
	}

#define RMI_COMMAND(id, fid, presence, traits, summary, in, out) \
	[RMI_##id] = ROW(#id, SMC_RMI, fid, presence, summary, in, out, traits),
#define RMI_COMMAND_2(id, fid, presence, traits, summary, in, out) \
	[RMI_##id##_2] = ROW(#id, SMC_RMI, fid, presence, summary, in, out, traits),
#define RSI_COMMAND(id, fid, presence, traits, summary, in, out) \
	[RSI_##id] = ROW(#id, SMC_RSI, fid, presence, summary, in, out, traits),
#define PSCI_COMMAND(id, fid, short_fid, summary, in, out) \
	[PSCI_##id] = ROW(#id, SMC_PSCI, fid, ALL, summary, in, out, .fid32 = short_fid),

static const struct smc_command commands[SMC_COMMAND_COUNT] = {
#include "smc/commands.def"
};

#undef RMI_COMMAND
#undef RMI_COMMAND_2
#undef RSI_COMMAND
#undef PSCI_COMMAND

const struct smc_command *smc_command(enum smc_command_id id)
{
	if (id <= SMC_NONE || id >= SMC_COMMAND_COUNT)
		return NULL;
	return &commands[id];
}

const char *smc_interface_name(enum smc_interface interface)
{
	static const char *const names[] = {"RMI", "RSI", "PSCI"};

	return names[interface];
}

enum smc_revision smc_since(const struct smc_command *command)
{
	return smc_shape_revision((enum smc_shape)__builtin_ctz(command->shapes));
}

static enum smc_command_id find_in(enum smc_interface interface, const char *name,
				   enum smc_shape shape)
{
	enum smc_command_id other = SMC_NONE;

	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++) {
		if (commands[id].interface != interface || strcasecmp(commands[id].name, name) != 0)
			continue;
		if (smc_present(&commands[id], shape))
			return id;
		other = id;
	}
	return other;
}

/* The command if `name` begins with the name of `interface`. */
static enum smc_command_id find_prefixed(enum smc_interface interface, const char *name,
					 enum smc_shape shape)
{
	const char *prefix = smc_interface_name(interface);
	size_t length = strlen(prefix);

	if (strncasecmp(name, prefix, length) != 0 || name[length] != '_')
		return SMC_NONE;
	return find_in(interface, name + length + 1, shape);
}

/* Cuts "@2.0" off; false if it names no revision. */
static bool cut_revision(char *name, enum smc_shape *shape)
{
	char *at = strchr(name, '@');
	int revision;

	if (!at)
		return true;
	*at = '\0';
	revision = smc_revision_find(at + 1);
	*shape = smc_shape_of((enum smc_revision)revision, 0);
	return revision >= 0;
}

/* The prefix first, then the bare name: PSCI_COMPLETE is a command of RMI. */
enum smc_command_id smc_command_find_in(const char *full, enum smc_shape shape)
{
	enum smc_command_id id = SMC_NONE;
	char name[MAX_NAME];

	if (strlen(full) >= sizeof(name))
		return SMC_NONE;
	if (strncasecmp(full, "SMC_", 4) == 0)
		full += 4;
	strcpy(name, full);
	if (!cut_revision(name, &shape))
		return SMC_NONE;
	for (int i = SMC_RMI; i <= SMC_PSCI && id == SMC_NONE; i++)
		id = find_prefixed((enum smc_interface)i, name, shape);
	for (int i = SMC_RMI; i <= SMC_PSCI && id == SMC_NONE; i++)
		id = find_in((enum smc_interface)i, name, shape);
	return id;
}

enum smc_command_id smc_command_find(const char *name)
{
	return smc_command_find_in(name, SMC_SHAPE_1_1);
}

const char *smc_command_full_name(enum smc_command_id id, char *buf, size_t size)
{
	const struct smc_command *row = &commands[id];

	snprintf(buf, size, "%s_%s", smc_interface_name(row->interface), row->name);
	if (smc_command_find(buf) != id)
		snprintf(buf, size, "%s_%s@%s", smc_interface_name(row->interface), row->name,
			 smc_revision(smc_since(row))->abi);
	return buf;
}

static uint32_t on_host(uint64_t x0)
{
	switch (smc_status_of(x0)) {
	case RMI_SUCCESS:
		return SMC_ON_SUCCESS;
	case RMI_ERROR_INPUT:
		return SMC_ON_INPUT;
	case RMI_ERROR_RTT:
		return SMC_ON_RTT;
	case RMI_ERROR_RTT_AUX:
		return SMC_ON_RTT_AUX;
	case RMI_INCOMPLETE:
		return SMC_ON_INCOMPLETE;
	case RMI_ERROR_GRANULE:
		return SMC_ON_GRANULE;
	default:
		return 0;
	}
}

static uint32_t on_realm(uint64_t x0)
{
	switch (x0) {
	case RSI_SUCCESS:
		return SMC_ON_SUCCESS;
	case RSI_ERROR_INPUT:
		return SMC_ON_INPUT;
	case RSI_INCOMPLETE:
		return SMC_ON_INCOMPLETE;
	default:
		return 0;
	}
}

uint32_t smc_on(enum smc_caller caller, uint64_t x0)
{
	return caller == SMC_FROM_HOST ? on_host(x0) : on_realm(x0);
}
