/* SPDX-License-Identifier: BSD-3-Clause */
/* Function identifiers: one table per shape of the interface. */
#include "smc/smc.h"

/* RMI and RSI identifiers share one range without overlap: rmi-abi.md#1 */
#define SLOT_BASE  SMC_RMI_VERSION
#define SLOT_COUNT (SMC_RMI_GPT_INFO - SLOT_BASE + 1)

#define SLOT_IF_1(id, fid) [(fid)-SLOT_BASE] = (id),
#define SLOT_IF_0(id, fid)
#define SLOT_IF_(present, id, fid)     SLOT_IF_##present(id, fid)
#define SLOT_IF(present, id, fid)      SLOT_IF_(present, id, fid)
#define SLOT(shape, presence, id, fid) SLOT_IF(PRESENCE_IN(shape, PRESENCE_##presence), id, fid)

#define PSCI_COMMAND(id, ...)
#define RMI_COMMAND(id, fid, presence, ...)   SLOT(SHAPE, presence, RMI_##id, fid)
#define RMI_COMMAND_2(id, fid, presence, ...) SLOT(SHAPE, presence, RMI_##id##_2, fid)
#define RSI_COMMAND(id, fid, presence, ...)   SLOT(SHAPE, presence, RSI_##id, fid)

static const uint16_t slots[SMC_SHAPE_COUNT][SLOT_COUNT] = {
	[SMC_SHAPE_1_0] =
		{
#define SHAPE 1_0
#include "smc/commands.def"
#undef SHAPE
		},
	[SMC_SHAPE_1_1] =
		{
#define SHAPE 1_1
#include "smc/commands.def"
#undef SHAPE
		},
	[SMC_SHAPE_ALP12] =
		{
#define SHAPE ALP12
#include "smc/commands.def"
#undef SHAPE
		},
	[SMC_SHAPE_BUILD_1_0] =
		{
#define SHAPE BUILD_1_0
#include "smc/commands.def"
#undef SHAPE
		},
	[SMC_SHAPE_2_0] =
		{
#define SHAPE 2_0
#include "smc/commands.def"
#undef SHAPE
		},
	[SMC_SHAPE_BET0] =
		{
#define SHAPE BET0
#include "smc/commands.def"
#undef SHAPE
		},
};

static enum smc_command_id decode_psci(uint32_t fid)
{
	for (enum smc_command_id id = PSCI_VERSION; id <= PSCI_SMCCC_VERSION; id++) {
		const struct smc_command *row = smc_command(id);

		if (fid == row->fid || (fid == row->fid32 && fid != 0))
			return id;
	}
	return SMC_NONE;
}

enum smc_command_id smc_decode(enum smc_caller caller, uint32_t fid, enum smc_shape shape)
{
	uint32_t slot = (fid & ~SMCCC_FID_SVE_HINT) - SLOT_BASE;
	enum smc_command_id id;

	if (slot >= SLOT_COUNT)
		return caller == SMC_FROM_HOST ? SMC_NONE : decode_psci(fid & ~SMCCC_FID_SVE_HINT);
	id = slots[shape][slot];
	if (id == SMC_NONE)
		return SMC_NONE;
	return smc_caller(smc_command(id)) == caller ? id : SMC_NONE;
}

enum smc_command_id smc_decode_any(enum smc_caller caller, uint32_t fid)
{
	static const enum smc_shape order[] = {SMC_SHAPE_1_1, SMC_SHAPE_2_0, SMC_SHAPE_ALP12,
					       SMC_SHAPE_BET0};
	enum smc_command_id id = SMC_NONE;

	for (size_t i = 0; i < sizeof(order) / sizeof(order[0]) && id == SMC_NONE; i++)
		id = smc_decode(caller, fid, order[i]);
	return id;
}
