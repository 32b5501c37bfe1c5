/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/smc.h"

#include <string.h>
#include <strings.h>

#define ON_SUCCESS    SMC_ON_SUCCESS
#define ON_INPUT      SMC_ON_INPUT
#define ON_RTT        SMC_ON_RTT
#define ON_RTT_AUX    SMC_ON_RTT_AUX
#define ON_INCOMPLETE SMC_ON_INCOMPLETE
#define ON_ALL        SMC_ON_ALL

#define ARG(name, kind, type)                   \
	{                                       \
#name, SMC_KIND_##kind, type, 0 \
	}
#define RES(name, kind, type, on)                \
	{                                        \
#name, SMC_KIND_##kind, type, on \
	}

#define COUNT(...) (sizeof((const struct smc_value[]){__VA_ARGS__}) / sizeof(struct smc_value))
#define IN(...)    .inputs = COUNT(__VA_ARGS__), .in = {__VA_ARGS__}
#define OUT(...)   .outputs = COUNT(__VA_ARGS__), .out = {__VA_ARGS__}

#define RMI_COMMAND(id, fid_, gate_, since_, device_, summary_, in_, out_) \
	[RMI_##id] = {.name = #id,                                         \
		      .interface = SMC_RMI,                                \
		      .fid = fid_,                                         \
		      .gate = gate_,                                       \
		      .since = since_,                                     \
		      .device = device_,                                   \
		      .summary = summary_,                                 \
		      in_,                                                 \
		      out_},
#define RSI_COMMAND(id, fid_, gate_, since_, device_, summary_, in_, out_) \
	[RSI_##id] = {.name = #id,                                         \
		      .interface = SMC_RSI,                                \
		      .fid = fid_,                                         \
		      .gate = gate_,                                       \
		      .since = since_,                                     \
		      .device = device_,                                   \
		      .summary = summary_,                                 \
		      in_,                                                 \
		      out_},
#define PSCI_COMMAND(id, fid_, fid32_, since_, summary_, in_, out_) \
	[PSCI_##id] = {.name = #id,                                 \
		       .interface = SMC_PSCI,                       \
		       .fid = fid_,                                 \
		       .fid32 = fid32_,                             \
		       .gate = SMC_ALWAYS,                          \
		       .since = since_,                             \
		       .summary = summary_,                         \
		       in_,                                         \
		       out_},

static const struct smc_command commands[SMC_COMMAND_COUNT] = {
#include "commands.def"
};

#undef RMI_COMMAND
#undef RSI_COMMAND
#undef PSCI_COMMAND

const struct smc_command *smc_command(enum smc_command_id id)
{
	if (id <= SMC_NONE || id >= SMC_COMMAND_COUNT)
		return NULL;
	return &commands[id];
}
