/* SPDX-License-Identifier: BSD-3-Clause */
/* Structures that Host and Realm hand to the monitor, value by value: rmi-abi.md#7, rsi.md#3 */
#include <string.h>

#include "sequence/sequence.h"

#define SIZE_OF(t, f) sizeof(((struct t *)0)->f)
#define ONE(t, f, k)                                                                \
	{                                                                           \
		.name = #f, .offset = offsetof(struct t, f), .size = SIZE_OF(t, f), \
		.kind = SMC_KIND_##k                                                \
	}
#define TYPED(t, f, k, e)                                                           \
	{                                                                           \
		.name = #f, .offset = offsetof(struct t, f), .size = SIZE_OF(t, f), \
		.kind = SMC_KIND_##k, .type = e                                     \
	}
#define MANY(t, f, k)                                                                  \
	{                                                                              \
		.name = #f, .offset = offsetof(struct t, f), .size = SIZE_OF(t, f[0]), \
		.count = SIZE_OF(t, f) / SIZE_OF(t, f[0]), .kind = SMC_KIND_##k        \
	}

static const struct sequence_slot realm_params[] = {
	TYPED(rmi_realm_params, flags0, FLAGS, "RmiRealmFlags0"),
	ONE(rmi_realm_params, s2sz, COUNT_OF),
	ONE(rmi_realm_params, sve_vl, COUNT_OF),
	ONE(rmi_realm_params, num_bps, COUNT_OF),
	ONE(rmi_realm_params, num_wps, COUNT_OF),
	ONE(rmi_realm_params, pmu_num_ctrs, COUNT_OF),
	TYPED(rmi_realm_params, hash_algo, ENUM, "RmiHashAlgorithm"),
	ONE(rmi_realm_params, num_aux_planes, PLANE),
	ONE(rmi_realm_params, ats_plane, PLANE),
	ONE(rmi_realm_params, vmid, INDEX),
	TYPED(rmi_realm_params, rtt_base, GRANULE, "DELEGATED"),
	ONE(rmi_realm_params, rtt_level_start, LEVEL),
	ONE(rmi_realm_params, rtt_num_start, COUNT_OF),
	TYPED(rmi_realm_params, flags1, FLAGS, "RmiRealmFlags1"),
	ONE(rmi_realm_params, mecid, INDEX),
	MANY(rmi_realm_params, aux_vmid, INDEX),
	MANY(rmi_realm_params, aux_rtt_base, GRANULE),
};

static const struct sequence_slot rec_params[] = {
	TYPED(rmi_rec_params, flags, FLAGS, "RmiRecCreateFlags"),
	ONE(rmi_rec_params, mpidr, INDEX),
	ONE(rmi_rec_params, pc, IPA),
	MANY(rmi_rec_params, gprs, VALUE),
	ONE(rmi_rec_params, num_aux, COUNT_OF),
	MANY(rmi_rec_params, aux, GRANULE),
};

static const struct sequence_slot rec_run[] = {
	TYPED(rmi_rec_run, enter.flags, FLAGS, "RmiRecEnterFlags"),
	MANY(rmi_rec_run, enter.gprs, VALUE),
	ONE(rmi_rec_run, enter.gicv3_hcr, VALUE),
	MANY(rmi_rec_run, enter.gicv3_lrs, VALUE),
};

static const struct sequence_slot plane_run[] = {
	TYPED(rsi_plane_run, enter.flags, FLAGS, "RsiPlaneEnterFlags"),
	ONE(rsi_plane_run, enter.pc, IPA),
	ONE(rsi_plane_run, enter.pstate, VALUE),
	MANY(rsi_plane_run, enter.gprs, VALUE),
	ONE(rsi_plane_run, enter.gicv3_hcr, VALUE),
	MANY(rsi_plane_run, enter.gicv3_lrs, VALUE),
};

static const struct sequence_slot host_call[] = {
	ONE(rsi_host_call, imm, VALUE),
	MANY(rsi_host_call, gprs, VALUE),
};

#define STRUCTURE(n, size, table)                                  \
	{                                                          \
		n, size, sizeof(table) / sizeof((table)[0]), table \
	}
static const struct sequence_structure structures[] = {
	STRUCTURE("RmiRealmParams", sizeof(struct rmi_realm_params), realm_params),
	STRUCTURE("RmiRecParams", sizeof(struct rmi_rec_params), rec_params),
	STRUCTURE("RmiRecRun", sizeof(struct rmi_rec_run), rec_run),
	STRUCTURE("RsiPlaneRun", sizeof(struct rsi_plane_run), plane_run),
	STRUCTURE("RsiHostCall", sizeof(struct rsi_host_call), host_call),
	{"Raw", 0x1000, 0, NULL},
};
#define STRUCTURES (sizeof(structures) / sizeof(structures[0]))

unsigned int sequence_structure_count(void)
{
	return STRUCTURES;
}

const struct sequence_structure *sequence_structure(unsigned int index)
{
	return index < STRUCTURES ? &structures[index] : NULL;
}

unsigned int sequence_structure_find(const char *name)
{
	for (unsigned int i = 0; name && i < STRUCTURES; i++) {
		if (!strcmp(structures[i].name, name))
			return i;
	}
	return STRUCTURES - 1;
}

static unsigned int elements(const struct sequence_slot *slot)
{
	return slot->count ? slot->count : 1;
}

const struct sequence_slot *sequence_slot(const struct sequence_structure *structure,
					  unsigned int offset, unsigned int *index)
{
	for (unsigned int i = 0; i < structure->slots; i++) {
		const struct sequence_slot *slot = &structure->slot[i];

		if (offset < slot->offset || offset >= slot->offset + slot->size * elements(slot))
			continue;
		*index = (offset - slot->offset) / slot->size;
		return (offset - slot->offset) % slot->size ? NULL : slot;
	}
	return NULL;
}

unsigned int sequence_flat_count(const struct sequence_structure *structure)
{
	unsigned int count = 0;

	for (unsigned int i = 0; i < structure->slots; i++)
		count += elements(&structure->slot[i]);
	return count;
}

const struct sequence_slot *sequence_flat(const struct sequence_structure *structure,
					  unsigned int n, unsigned int *offset)
{
	for (unsigned int i = 0; i < structure->slots; i++) {
		const struct sequence_slot *slot = &structure->slot[i];

		if (n < elements(slot)) {
			*offset = slot->offset + n * slot->size;
			return slot;
		}
		n -= elements(slot);
	}
	return NULL;
}
