/* SPDX-License-Identifier: BSD-3-Clause */
#include "trace/fields.h"

#include <stdio.h>
#include <string.h>

#include <rmmsim/abi.h>

struct field {
	const char *structure, *name, *type;
	unsigned int offset, size, count; /* count 0: a single value */
};

#define SIZE_OF(t, f) sizeof(((struct t *)0)->f)
#define ONE(s, t, f, e)                                                                 \
	{                                                                               \
		.structure = s, .name = #f, .type = e, .offset = offsetof(struct t, f), \
		.size = SIZE_OF(t, f)                                                   \
	}
#define MANY(s, t, f)                                                               \
	{                                                                           \
		.structure = s, .name = #f, .offset = offsetof(struct t, f),        \
		.size = SIZE_OF(t, f[0]), .count = SIZE_OF(t, f) / SIZE_OF(t, f[0]) \
	}

#define REC(f)         ONE("RmiRecRun", rmi_rec_run, f, NULL)
#define REC_ENUM(f, e) ONE("RmiRecRun", rmi_rec_run, f, e)
#define REC_MANY(f)    MANY("RmiRecRun", rmi_rec_run, f)
#define PLANE(f)       ONE("RsiPlaneRun", rsi_plane_run, f, NULL)
#define PLANE_MANY(f)  MANY("RsiPlaneRun", rsi_plane_run, f)
#define CONFIG(f)      ONE("RsiRealmConfig", rsi_realm_config, f, NULL)

static const struct field fields[] = {
	REC(enter.flags),
	REC_MANY(enter.gprs),
	REC(enter.gicv3_hcr),
	REC_MANY(enter.gicv3_lrs),
	REC_ENUM(exit.exit_reason, "RmiRecExitReason"),
	REC(exit.esr),
	REC(exit.far),
	REC(exit.hpfar),
	REC(exit.rtt_tree),
	REC(exit.rtt_level),
	REC_MANY(exit.gprs),
	REC(exit.gicv3_hcr),
	REC_MANY(exit.gicv3_lrs),
	REC(exit.gicv3_misr),
	REC(exit.gicv3_vmcr),
	REC(exit.cntp_ctl),
	REC(exit.cntp_cval),
	REC(exit.cntv_ctl),
	REC(exit.cntv_cval),
	REC(exit.ripas_base),
	REC(exit.ripas_top),
	REC_ENUM(exit.ripas_value, "RmiRipas"),
	REC(exit.s2ap_base),
	REC(exit.s2ap_top),
	REC(exit.vdev_id),
	REC(exit.imm),
	REC(exit.plane),
	REC(exit.vdev),
	REC_ENUM(exit.vdev_action, "RmiVdevAction"),
	REC(exit.dev_mem_base),
	REC(exit.dev_mem_top),
	REC(exit.dev_mem_pa),
	REC_ENUM(exit.pmu_ovf_status, "RmiPmuOverflowStatus"),
	PLANE(enter.flags),
	PLANE(enter.pc),
	PLANE(enter.pstate),
	PLANE_MANY(enter.gprs),
	PLANE(enter.gicv3_hcr),
	PLANE_MANY(enter.gicv3_lrs),
	ONE("RsiPlaneRun", rsi_plane_run, exit.reason, "RsiPlaneExitReason"),
	PLANE(exit.elr_el2),
	PLANE(exit.esr_el2),
	PLANE(exit.far_el2),
	PLANE(exit.hpfar_el2),
	PLANE(exit.spsr_el2),
	PLANE_MANY(exit.gprs),
	PLANE(exit.gicv3_hcr),
	PLANE_MANY(exit.gicv3_lrs),
	PLANE(exit.gicv3_misr),
	PLANE(exit.gicv3_vmcr),
	PLANE(exit.cntp_ctl),
	PLANE(exit.cntp_cval),
	PLANE(exit.cntv_ctl),
	PLANE(exit.cntv_cval),
	CONFIG(ipa_width),
	ONE("RsiRealmConfig", rsi_realm_config, hash_algo, "RsiHashAlgorithm"),
	CONFIG(num_aux_planes),
	CONFIG(gicv3_vtr),
	CONFIG(ats_plane),
	CONFIG(rpv),
	ONE("RsiHostCall", rsi_host_call, imm, NULL),
	MANY("RsiHostCall", rsi_host_call, gprs),
};

static const struct field *find(const char *structure, unsigned int offset)
{
	if (!structure)
		return NULL;
	for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++) {
		const struct field *field = &fields[i];
		unsigned int size = field->size * (field->count ? field->count : 1);

		if (offset >= field->offset && offset - field->offset < size &&
		    !strcmp(field->structure, structure))
			return field;
	}
	return NULL;
}

const char *field_name(const char *structure, unsigned int offset, char *buf, size_t size)
{
	const struct field *field = find(structure, offset);
	unsigned int inside;

	buf[0] = '\0';
	if (!field)
		return buf;
	inside = offset - field->offset;
	if (field->count)
		snprintf(buf, size, "%s[%u]", field->name, inside / field->size);
	else if (inside)
		snprintf(buf, size, "%s+%u", field->name, inside);
	else
		snprintf(buf, size, "%s", field->name);
	return buf;
}

const char *field_type(const char *structure, unsigned int offset)
{
	const struct field *field = find(structure, offset);

	return field ? field->type : NULL;
}
