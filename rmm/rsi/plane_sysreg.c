/* SPDX-License-Identifier: BSD-3-Clause */
/* RSI_PLANE_SYSREG_READ and _WRITE: rsi.md#4 */
#include "rmm/run.h"

struct sysreg_row {
	uint32_t address; /* RsiSysregAddress without d128 */
	enum rmmsim_sysreg sysreg;
};

#define MMFR3_D128(value) ((value) >> 32 & 0xf)

#define ROW(name)                                        \
	{                                                \
		RSI_SYSREG_##name, RMMSIM_SYSREG_##name, \
	}

static const struct sysreg_row rows[] = {
	ROW(SCTLR_EL1),     ROW(ACTLR_EL1),      ROW(CPACR_EL1),     ROW(ZCR_EL1),
	ROW(TTBR0_EL1),     ROW(TTBR1_EL1),      ROW(TCR_EL1),       ROW(TCR2_EL1),
	ROW(APIAKEYLO_EL1), ROW(APIAKEYHI_EL1),  ROW(APIBKEYLO_EL1), ROW(APIBKEYHI_EL1),
	ROW(APDAKEYLO_EL1), ROW(APDAKEYHI_EL1),  ROW(APDBKEYLO_EL1), ROW(APDBKEYHI_EL1),
	ROW(APGAKEYLO_EL1), ROW(APGAKEYHI_EL1),  ROW(SPSR_EL1),      ROW(ELR_EL1),
	ROW(SP_EL0),        ROW(AFSR0_EL1),      ROW(AFSR1_EL1),     ROW(ESR_EL1),
	ROW(FAR_EL1),       ROW(PAR_EL1),        ROW(MAIR_EL1),      ROW(PIRE0_EL1),
	ROW(PIR_EL1),       ROW(POR_EL1),        ROW(AMAIR_EL1),     ROW(VBAR_EL1),
	ROW(DISR_EL1),      ROW(CONTEXTIDR_EL1), ROW(TPIDR_EL1),     ROW(CNTKCTL_EL1),
	ROW(CSSELR_EL1),    ROW(TPIDR_EL0),      ROW(TPIDRRO_EL0),   ROW(CNTP_CTL_EL0),
	ROW(CNTP_CVAL_EL0), ROW(CNTV_CTL_EL0),   ROW(CNTV_CVAL_EL0), ROW(SP_EL1),
	ROW(MDCCINT_EL1),   ROW(MDSCR_EL1),      ROW(BRBCR_EL1),     ROW(PMINTENSET_EL1),
	ROW(PMCR_EL0),      ROW(PMCNTENSET_EL0), ROW(PMSELR_EL0),    ROW(PMCCNTR_EL0),
	ROW(PMUSERENR_EL0), ROW(PMOVSSET_EL0),   ROW(PMCCFILTR_EL0),
};

/* Where a register of a Plane lives. */
struct sysreg_place {
	uint64_t *low;
	uint64_t *high; /* NULL: no 128-bit form */
	bool event;     /* PMEVCNTR or PMEVTYPER */
};

static bool find_event(struct rmmsim_plane *plane, uint64_t address, struct sysreg_place *place)
{
	const uint64_t counter = address - RSI_SYSREG_PMEVCNTR(0);
	const uint64_t type = address - RSI_SYSREG_PMEVTYPER(0);

	if (counter < RSI_SYSREG_PMEV_COUNT)
		place->low = &plane->pmevcntr[counter];
	if (type < RSI_SYSREG_PMEV_COUNT)
		place->low = &plane->pmevtyper[type];
	place->event = place->low != NULL;
	return place->event;
}

static uint64_t *high_half(struct rmmsim_plane *plane, enum rmmsim_sysreg sysreg)
{
	switch (sysreg) {
	case RMMSIM_SYSREG_TTBR0_EL1:
		return &plane->sysreg_high[0];
	case RMMSIM_SYSREG_TTBR1_EL1:
		return &plane->sysreg_high[1];
	case RMMSIM_SYSREG_PAR_EL1:
		return &plane->sysreg_high[2];
	default:
		return NULL;
	}
}

/* FEAT_D128: the PE has 128-bit registers. */
static bool has_d128(const struct rmmsim *sim)
{
	return MMFR3_D128(sim->config.id_regs.id_aa64mmfr3) != 0;
}

/* Whether the whole register is meant: rsi.md#4 */
static bool names_128(const struct call *call)
{
	return (call->x[2] & RSI_SYSREG_ADDRESS_D128) || quirk(call->sim, QUIRK_sysreg_128_always);
}

static bool find(const struct call *call, struct rmmsim_plane *plane, struct sysreg_place *place)
{
	uint64_t address = call->x[2];
	const bool d128 = address & RSI_SYSREG_ADDRESS_D128;

	*place = (struct sysreg_place){0};
	if (address & ~RSI_SYSREG_ADDRESS_MASK)
		return false;
	if (d128 && !has_d128(call->sim) && !quirk(call->sim, QUIRK_sysreg_128_always))
		return false;
	address &= ~RSI_SYSREG_ADDRESS_D128;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].address != address)
			continue;
		place->low = &plane->sysreg[rows[i].sysreg];
		place->high = high_half(plane, rows[i].sysreg);
		return place->high || !d128;
	}
	return !d128 && find_event(plane, address, place);
}

/* Context of the Plane that the call names; NULL if the Realm has no such auxiliary Plane. */
static struct rmmsim_plane *named_plane(const struct call *call)
{
	const uint64_t plane = call->x[1];

	if (plane == 0 || plane > run_realm(call->run)->num_aux_planes)
		return NULL;
	return rec_plane(call->sim, call->run->rec, (unsigned int)plane);
}

void rsi_plane_sysreg_read(struct call *call)
{
	struct rmmsim_plane *plane = named_plane(call), unnamed;
	struct sysreg_place place;

	REQUIRE(call, RSI_PLANE_SYSREG_READ_plane_bound, plane != NULL);
	REQUIRE(call, RSI_PLANE_SYSREG_READ_addr_valid,
		find(call, plane ? plane : &unnamed, &place));
	CHECKED(call);

	call_return(call, 1, *place.low);
	if (place.high && names_128(call))
		call_return(call, 2, *place.high);
}

void rsi_plane_sysreg_write(struct call *call)
{
	struct rmmsim_plane *plane = named_plane(call), unnamed;
	struct sysreg_place place;

	REQUIRE(call, RSI_PLANE_SYSREG_WRITE_plane_bound, plane != NULL);
	REQUIRE(call, RSI_PLANE_SYSREG_WRITE_addr_valid,
		find(call, plane ? plane : &unnamed, &place));
	CHECKED(call);

	if (place.high && names_128(call) && has_d128(call->sim))
		*place.high = call->x[4];
	*place.low = place.event && quirk(call->sim, QUIRK_pmev_write_zero) ? 0 : call->x[3];
}
