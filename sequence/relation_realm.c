/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * What a Realm finds when it gets control again, from what it and the Host left: a second opinion that
 * reads the run pages and the syndrome on its own. planes.md#2, planes.md#4, rec.md#3 (3.2), planes.md#5
 */
#include "sequence/relation.h"

#include <inttypes.h>
#include <string.h>

#define EC(esr)       ((unsigned int)((esr) >> 26))
#define EC_WFX        0x01u
#define EC_SMC        0x17u
#define EC_SYSREG     0x18u
#define EC_DATA_ABORT 0x24u
#define INSN_SIZE     4u

/* Data Abort: ISV, SAS, SSE, SRT, SF, WnR. Trapped register: Rt, read. */
#define ISS_ISV              (UINT64_C(1) << 24)
#define ISS_BITS(esr)        (8u << ((esr) >> 22 & 3))
#define ISS_SSE              (UINT64_C(1) << 21)
#define ISS_SRT(esr)         ((unsigned int)((esr) >> 16) & 0x1f)
#define ISS_SF               (UINT64_C(1) << 15)
#define ISS_WNR              (UINT64_C(1) << 6)
#define ISS_RT(esr)          ((unsigned int)((esr) >> 5) & 0x1f)
#define ISS_READ             UINT64_C(1)
#define HPFAR_FIPA           UINT64_C(0xfffffffffff0)
#define HCR_HOST             UINT64_C(0x40fe)     /* bits of ICH_HCR that who enters may set */
#define HCR_SHOWN            UINT64_C(0xf80040fe) /* and EOIcount */
#define PLANE_EXIT_PAGE(run) ((run) + offsetof(struct rsi_plane_run, exit))

static unsigned int list_registers(const struct rmmsim_vcpu *vcpu)
{
	const struct rmmsim_config *config = rmmsim_configuration(vcpu->sim);

	return (unsigned int)RMMSIM_FIELD(config->feature_register[0], RMI_FEATURE0_GICV3_NUM_LRS) +
	       1;
}

static bool same_lrs(const struct rmmsim_vcpu *vcpu, const uint64_t *a, const uint64_t *b)
{
	return !memcmp(a, b, list_registers(vcpu) * sizeof(*a));
}

/* --- PLANE_ENTER ------------------------------------------------------------------------------------- */

static bool check_plane_enter(struct sequence_oracle *o, const struct rmmsim_vcpu *vcpu)
{
	const struct sequence_stay *s = &o->stay;
	const struct rmmsim_plane *plane = vcpu->context;
	const struct rsi_plane_enter *enter = &s->enter;
	const bool owner = enter->flags & RSI_PLANE_ENTER_FLAG_GIC_OWNER;
	const uint64_t hcr = owner ? s->context.gic.hcr : enter->gicv3_hcr;
	const char *wrong = NULL;

	if (memcmp(plane->x, enter->gprs, sizeof(plane->x)))
		wrong = "X0..X30";
	if (plane->pc != enter->pc)
		wrong = "the PC";
	if (plane->pstate != enter->pstate)
		wrong = "PSTATE";
	if (!same_lrs(vcpu, plane->gic.lrs, owner ? s->context.gic.lrs : enter->gicv3_lrs))
		wrong = "the list registers";
	if ((plane->gic.hcr & HCR_HOST) != (hcr & HCR_HOST))
		wrong = "ICH_HCR";
	return !wrong || sequence_oracle_fail(o,
					      "relation plane-page: Plane %u begins with %s of "
					      "something else than its run page",
					      vcpu->plane, wrong);
}

/* --- a Plane exit ------------------------------------------------------------------------------------ */

static struct rsi_plane_exit expected_exit(const struct rmmsim_vcpu *vcpu,
					   const struct sequence_stay *s)
{
	const struct rmmsim_plane *plane = &s->context;
	const unsigned int ec = EC(s->event.esr);
	struct rsi_plane_exit exit = {
		.reason = RSI_PLANE_EXIT_SYNC,
		.elr_el2 = plane->pc + (ec == EC_WFX || ec == EC_SMC ? INSN_SIZE : 0),
		.esr_el2 = s->event.esr,
		.far_el2 = s->event.far,
		.hpfar_el2 = s->event.hpfar & HPFAR_FIPA,
		.spsr_el2 = plane->pstate,
		.gicv3_hcr = plane->gic.hcr & HCR_SHOWN,
		.gicv3_misr = plane->gic.misr,
		.gicv3_vmcr = plane->gic.vmcr,
		.cntp_ctl = plane->sysreg[RMMSIM_SYSREG_CNTP_CTL_EL0],
		.cntp_cval = plane->sysreg[RMMSIM_SYSREG_CNTP_CVAL_EL0],
		.cntv_ctl = plane->sysreg[RMMSIM_SYSREG_CNTV_CTL_EL0],
		.cntv_cval = plane->sysreg[RMMSIM_SYSREG_CNTV_CVAL_EL0],
	};

	memcpy(exit.gprs, plane->x, sizeof(exit.gprs));
	memcpy(exit.gicv3_lrs, plane->gic.lrs, list_registers(vcpu) * sizeof(uint64_t));
	return exit;
}

/* Offset of the first word that differs, which is below the size. */
static size_t first_difference(const struct rsi_plane_exit *a, const struct rsi_plane_exit *b)
{
	size_t offset = 0;

	while (!memcmp((const uint8_t *)a + offset, (const uint8_t *)b + offset, sizeof(uint64_t)))
		offset += sizeof(uint64_t);
	return offset;
}

/* All of the Plane exit, and what goes back to Plane 0 with the GIC. */
static bool check_plane_exit(struct sequence_oracle *o, const struct rmmsim_vcpu *vcpu)
{
	const struct sequence_stay *s = &o->stay;
	const struct rsi_plane_exit expected = expected_exit(vcpu, s);
	struct rmmsim_translation t;
	struct rsi_plane_exit exit;

	if (vcpu->context->x[0] != RSI_SUCCESS)
		return true;
	rmmsim_copy(vcpu, PLANE_EXIT_PAGE(s->run), RMMSIM_READ, &exit, sizeof(exit), &t);
	if (t.proceeds && memcmp(&exit, &expected, sizeof(exit)))
		return sequence_oracle_fail(
			o,
			"relation plane-page: the exit of Plane %u differs from "
			"what it left at 0x%zx of RsiPlaneExit",
			s->plane, first_difference(&exit, &expected));
	if (!s->owner || same_lrs(vcpu, vcpu->context->gic.lrs, s->context.gic.lrs))
		return true;
	return sequence_oracle_fail(
		o,
		"relation plane-page: Plane 0 does not get the list registers of "
		"Plane %u, which owned the GIC",
		s->plane);
}

/* --- what the Host completes --------------------------------------------------------------------------- */

/* The register that a load of this syndrome leaves: rec.md#3 (3.2). */
static uint64_t loaded(uint64_t esr, uint64_t value)
{
	const unsigned int bits = ISS_BITS(esr);
	const uint64_t mask = bits == 64 ? UINT64_MAX : (UINT64_C(1) << bits) - 1;

	value &= mask;
	if (!(esr & ISS_SSE) || !(value >> (bits - 1)))
		return value;
	return esr & ISS_SF ? value | ~mask : (uint32_t)(value | ~mask);
}

static bool check_completion(struct sequence_oracle *o, const struct rmmsim_vcpu *vcpu)
{
	const struct sequence_stay *s = &o->stay;
	const uint64_t esr = s->event.esr, value = o->entry_page.gprs[0];
	struct rmmsim_plane expected = s->context;

	if (s->event.kind != RMMSIM_EVENT_SYNC || s->plane != vcpu->plane ||
	    (o->entry_page.flags & RMI_REC_ENTER_FLAG_INJECT_SEA))
		return true;
	if (EC(esr) == EC_DATA_ABORT && (esr & ISS_ISV) &&
	    (o->entry_page.flags & RMI_REC_ENTER_FLAG_EMUL_MMIO)) {
		if (!(esr & ISS_WNR) && ISS_SRT(esr) < 31)
			expected.x[ISS_SRT(esr)] = loaded(esr, value);
	} else if (EC(esr) == EC_SYSREG) {
		if ((esr & ISS_READ) && ISS_RT(esr) < 31)
			expected.x[ISS_RT(esr)] = value;
	} else {
		return true;
	}
	if (vcpu->context->pc == expected.pc + INSN_SIZE &&
	    !memcmp(vcpu->context->x, expected.x, sizeof(expected.x)))
		return true;
	return sequence_oracle_fail(o,
				    "relation completion: after syndrome 0x%" PRIx64
				    " the Realm goes on with other registers than the Host's",
				    esr);
}

/* --- locked permission indices ------------------------------------------------------------------------- */

static bool called(const struct sequence_stay *s, uint32_t fid)
{
	return s->event.kind == RMMSIM_EVENT_SYNC && EC(s->event.esr) == EC_SMC && s->plane == 0 &&
	       (uint32_t)s->context.x[0] == fid;
}

/* planes.md#5 (5.3): an index is locked once a change to it was accepted. */
static bool check_locked(struct sequence_oracle *o, const struct rmmsim_vcpu *vcpu)
{
	const struct sequence_stay *s = &o->stay;

	if (vcpu->context->x[0] != RSI_SUCCESS)
		return true;
	if (o->locked_rd != vcpu->rd)
		o->locked = 0;
	o->locked_rd = vcpu->rd;
	if (called(s, SMC_RSI_MEM_SET_PERM_INDEX) && s->call != vcpu->call &&
	    !(o->entry_page.flags & RMI_REC_ENTER_FLAG_S2AP_RESPONSE))
		o->locked |= UINT64_C(1) << s->context.x[3] % 64;
	if (!called(s, SMC_RSI_MEM_SET_PERM_VALUE) || !(o->locked >> s->context.x[2] % 64 & 1))
		return true;
	return sequence_oracle_fail(o,
				    "relation locked: the value of permission index %" PRIu64
				    " changes after memory got that index",
				    s->context.x[2]);
}

/* rsi.md#4: IPA_STATE_GET tells of what was asked for and no more. */
static bool check_range(struct sequence_oracle *o, const struct rmmsim_vcpu *vcpu)
{
	const struct sequence_stay *s = &o->stay;
	const uint64_t base = s->context.x[1], top = s->context.x[2], reached = vcpu->context->x[1];

	if (!called(s, SMC_RSI_IPA_STATE_GET) || vcpu->context->x[0] != RSI_SUCCESS)
		return true;
	return (reached > base && reached <= top) ||
	       sequence_oracle_fail(o,
				    "relation range: IPA_STATE_GET of 0x%" PRIx64 " to 0x%" PRIx64
				    " says 0x%" PRIx64,
				    base, top, reached);
}

/* --- accesses ------------------------------------------------------------------------------------------ */

/* The four kinds of accesses agree on what the entry allows: one that proceeds names it. */
static bool check_access(struct sequence_oracle *o, const struct rmmsim_vcpu *vcpu, uint64_t ipa)
{
	static const struct {
		enum rmmsim_access access;
		unsigned int el, allowed;
	} kinds[] = {
		{RMMSIM_READ, 1, RMMSIM_ALLOW_READ},
		{RMMSIM_WRITE, 1, RMMSIM_ALLOW_WRITE},
		{RMMSIM_FETCH, 0, RMMSIM_ALLOW_FETCH_EL0},
		{RMMSIM_FETCH, 1, RMMSIM_ALLOW_FETCH_EL1},
	};
	unsigned int proceeds = 0, allowed = 0;
	struct rmmsim_granule_info page;
	struct rmmsim_translation t;

	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		rmmsim_translate(vcpu, ipa, kinds[i].access, kinds[i].el, &t);
		if (!t.proceeds)
			continue;
		if (rmmsim_granule_info(vcpu->sim, t.pa, &page) != RMMSIM_OK ||
		    page.pas != (t.ns ? RMMSIM_PAS_NS : RMMSIM_PAS_REALM))
			return sequence_oracle_fail(o,
						    "relation access: an access to 0x%" PRIx64
						    " proceeds to memory of another world",
						    ipa);
		proceeds |= kinds[i].allowed;
		allowed |= t.allowed;
	}
	return proceeds == allowed ||
	       sequence_oracle_fail(o,
				    "relation access: accesses to 0x%" PRIx64
				    " that proceed are 0x%x, and the entry allows 0x%x",
				    ipa, proceeds, allowed);
}

bool sequence_relation_step(struct sequence_oracle *o, const struct rmmsim_vcpu *vcpu,
			    const struct sequence_step *step)
{
	switch (step->op) {
	case SEQUENCE_LOAD:
	case SEQUENCE_STORE:
	case SEQUENCE_FETCH:
	case SEQUENCE_FETCH_EL0:
		return check_access(o, vcpu, step->value[0] & ~UINT64_C(7));
	default:
		return true;
	}
}

/* --- leaving and coming back ----------------------------------------------------------------------------- */

void sequence_relation_leave(struct sequence_oracle *o, const struct sequence_leave *leave)
{
	const struct rmmsim_vcpu *vcpu = leave->vcpu;
	struct sequence_stay *s = &o->stay;
	struct rmmsim_translation t = {.proceeds = false};

	s->left = true;
	s->call = vcpu->call;
	s->rec = vcpu->rec;
	s->plane = vcpu->plane;
	s->context = *vcpu->context;
	s->event = *leave->event;
	if (called(s, SMC_RSI_PLANE_ENTER) && s->context.x[2] % SEQUENCE_PAGE == 0)
		rmmsim_copy(vcpu, s->context.x[2], RMMSIM_READ, &s->enter, sizeof(s->enter), &t);
	s->entering = t.proceeds;
}

bool sequence_relation_control(struct sequence_oracle *o, const struct rmmsim_vcpu *vcpu)
{
	struct sequence_stay *s = &o->stay;
	const bool left = s->left && s->rec == vcpu->rec;
	bool good = true;

	s->left = false;
	if (!left)
		return true;
	if (s->call != vcpu->call) {
		good = check_completion(o, vcpu);
	} else if (s->entering && vcpu->plane != 0) {
		s->entered = true;
		s->run = s->context.x[2];
		s->owner = s->enter.flags & RSI_PLANE_ENTER_FLAG_GIC_OWNER;
		good = check_plane_enter(o, vcpu);
	} else if (s->plane != 0 && vcpu->plane == 0) {
		good = !s->entered || check_plane_exit(o, vcpu);
		s->entered = false;
	}
	return good && check_locked(o, vcpu) && check_range(o, vcpu);
}
