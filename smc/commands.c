/* SPDX-License-Identifier: BSD-3-Clause */
#include "smc/smc.h"

#include <string.h>
#include <strings.h>

#include "smc/status.h"

#define ON_SUCCESS    SMC_ON_SUCCESS
#define ON_INPUT      SMC_ON_INPUT
#define ON_RTT        SMC_ON_RTT
#define ON_RTT_AUX    SMC_ON_RTT_AUX
#define ON_INCOMPLETE SMC_ON_INCOMPLETE
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
#include "smc/commands.def"
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

const char *smc_interface_name(enum smc_interface interface)
{
	static const char *const names[] = {"RMI", "RSI", "PSCI"};

	return names[interface];
}

/*
 * RMI and RSI identifiers share one range without overlap (rmi-abi.md#1); one table per shape of
 * device assignment.
 */
#define SLOT_BASE  SMC_RMI_VERSION
#define SLOT_COUNT (SMC_RMI_VDEV_P2P_UNBIND - SLOT_BASE + 1)

#define SLOT(id, fid) [(fid)-SLOT_BASE] = (id),
#define NO_SLOT(id, fid)
#define ALP14_SLOT_SMC_ALWAYS          SLOT
#define ALP14_SLOT_SMC_UNLESS_DA_ALP12 SLOT
#define ALP14_SLOT_SMC_IF_DA_ALP12     NO_SLOT
#define ALP12_SLOT_SMC_ALWAYS          SLOT
#define ALP12_SLOT_SMC_UNLESS_DA_ALP12 NO_SLOT
#define ALP12_SLOT_SMC_IF_DA_ALP12     SLOT

#define PSCI_COMMAND(id, ...)

#define RMI_COMMAND(id, fid, gate, ...) ALP14_SLOT_##gate(RMI_##id, fid)
#define RSI_COMMAND(id, fid, gate, ...) ALP14_SLOT_##gate(RSI_##id, fid)
static const uint16_t alp14_slots[SLOT_COUNT] = {
#include "smc/commands.def"
};
#undef RMI_COMMAND
#undef RSI_COMMAND

#define RMI_COMMAND(id, fid, gate, ...) ALP12_SLOT_##gate(RMI_##id, fid)
#define RSI_COMMAND(id, fid, gate, ...) ALP12_SLOT_##gate(RSI_##id, fid)
static const uint16_t alp12_slots[SLOT_COUNT] = {
#include "smc/commands.def"
};
#undef RMI_COMMAND
#undef RSI_COMMAND
#undef PSCI_COMMAND

static bool has_quirk(smc_quirks quirks, enum smc_quirk quirk)
{
	return (quirks >> quirk & 1) != 0;
}

static enum smc_command_id decode_psci(uint32_t fid)
{
	for (enum smc_command_id id = PSCI_VERSION; id <= PSCI_SMCCC_VERSION; id++) {
		if (fid == commands[id].fid)
			return id;
		if (fid == commands[id].fid32 && fid != 0)
			return id;
	}
	return SMC_NONE;
}

enum smc_command_id smc_decode(bool host, uint32_t fid, smc_quirks quirks)
{
	const uint16_t *slots = has_quirk(quirks, QUIRK_da_alp12) ? alp12_slots : alp14_slots;
	uint32_t slot = (fid & ~SMCCC_FID_SVE_HINT) - SLOT_BASE;
	enum smc_command_id id;

	if (slot < SLOT_COUNT) {
		id = slots[slot];
		return commands[id].interface == (host ? SMC_RMI : SMC_RSI) ? id : SMC_NONE;
	}
	if (host)
		return SMC_NONE;
	id = decode_psci(fid & ~SMCCC_FID_SVE_HINT);
	if (id == PSCI_SMCCC_VERSION)
		return id;
	if ((fid & SMCCC_FID_SVE_HINT) != 0 && has_quirk(quirks, QUIRK_psci_hint))
		return SMC_NONE;
	return id;
}

static enum smc_command_id find_in(enum smc_interface interface, const char *name)
{
	for (enum smc_command_id id = SMC_NONE + 1; id < SMC_COMMAND_COUNT; id++) {
		if (commands[id].interface == interface && strcasecmp(commands[id].name, name) == 0)
			return id;
	}
	return SMC_NONE;
}

/* The command if `name` begins with the name of `interface`. */
static enum smc_command_id find_prefixed(enum smc_interface interface, const char *name)
{
	const char *prefix = smc_interface_name(interface);
	size_t length = strlen(prefix);

	if (strncasecmp(name, prefix, length) != 0 || name[length] != '_')
		return SMC_NONE;
	return find_in(interface, name + length + 1);
}

/* The prefix first, then the bare name: PSCI_COMPLETE is a command of RMI. */
enum smc_command_id smc_command_find(const char *name)
{
	enum smc_command_id id = SMC_NONE;

	if (strncasecmp(name, "SMC_", 4) == 0)
		name += 4;
	for (int i = SMC_RMI; i <= SMC_PSCI && id == SMC_NONE; i++)
		id = find_prefixed((enum smc_interface)i, name);
	for (int i = SMC_RMI; i <= SMC_PSCI && id == SMC_NONE; i++)
		id = find_in((enum smc_interface)i, name);
	return id;
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

bool smc_known(enum smc_command_id id, uint32_t version, smc_quirks quirks)
{
	if (id == SMC_NONE)
		return false;
	if (commands[id].since <= version)
		return true;
	return has_quirk(quirks, QUIRK_build_1_0_commands) && id != RMI_MEC_SET_SHARED &&
	       id != RMI_MEC_SET_PRIVATE;
}

uint32_t smc_on(bool host, uint64_t x0)
{
	return host ? on_host(x0) : on_realm(x0);
}
