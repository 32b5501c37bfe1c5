/* SPDX-License-Identifier: BSD-3-Clause */
#include "exec/script.h"

/* rec.md#7.1: EL1 registers of the virtual memory system and timers are not trapped. */
uint64_t *script_sysreg(struct rmmsim_plane *plane, uint64_t address)
{
	static const struct {
		enum rsi_sysreg_address address;
		enum rmmsim_sysreg sysreg;
	} direct[] = {
#define DIRECT(name) {RSI_SYSREG_##name, RMMSIM_SYSREG_##name}
		DIRECT(SCTLR_EL1),      DIRECT(ACTLR_EL1),     DIRECT(CPACR_EL1),
		DIRECT(TTBR0_EL1),      DIRECT(TTBR1_EL1),     DIRECT(TCR_EL1),
		DIRECT(APIAKEYLO_EL1),  DIRECT(APIAKEYHI_EL1), DIRECT(APIBKEYLO_EL1),
		DIRECT(APIBKEYHI_EL1),  DIRECT(APDAKEYLO_EL1), DIRECT(APDAKEYHI_EL1),
		DIRECT(APDBKEYLO_EL1),  DIRECT(APDBKEYHI_EL1), DIRECT(APGAKEYLO_EL1),
		DIRECT(APGAKEYHI_EL1),  DIRECT(SPSR_EL1),      DIRECT(ELR_EL1),
		DIRECT(SP_EL0),         DIRECT(AFSR0_EL1),     DIRECT(AFSR1_EL1),
		DIRECT(ESR_EL1),        DIRECT(FAR_EL1),       DIRECT(PAR_EL1),
		DIRECT(MAIR_EL1),       DIRECT(AMAIR_EL1),     DIRECT(VBAR_EL1),
		DIRECT(CONTEXTIDR_EL1), DIRECT(TPIDR_EL1),     DIRECT(CNTKCTL_EL1),
		DIRECT(CSSELR_EL1),     DIRECT(TPIDR_EL0),     DIRECT(TPIDRRO_EL0),
		DIRECT(CNTP_CTL_EL0),   DIRECT(CNTP_CVAL_EL0), DIRECT(CNTV_CTL_EL0),
		DIRECT(CNTV_CVAL_EL0),
#undef DIRECT
	};

	for (size_t i = 0; i < sizeof(direct) / sizeof(direct[0]); i++) {
		if (direct[i].address == address)
			return &plane->sysreg[direct[i].sysreg];
	}
	return NULL;
}
