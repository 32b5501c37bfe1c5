/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TREE_ASM_RMI_CMDS_H
#define TREE_ASM_RMI_CMDS_H

#include <asm/rmi_smc.h>

/* One function per command. Results that are not wanted may be NULL. */

#define rmi_call(...)                                     \
	({                                                \
		struct arm_smccc_res res_;                \
		arm_smccc_1_1_invoke(__VA_ARGS__, &res_); \
		res_;                                     \
	})

static inline unsigned long rmi_delegate(phys_addr_t pa)
{
	return rmi_call(SMC_RMI_GRANULE_DELEGATE, pa).a0;
}

static inline unsigned long rmi_undelegate(phys_addr_t pa)
{
	return rmi_call(SMC_RMI_GRANULE_UNDELEGATE, pa).a0;
}

static inline unsigned long rmi_features(unsigned long index, unsigned long *value)
{
	struct arm_smccc_res res = rmi_call(SMC_RMI_FEATURES, index);

	*value = res.a1;
	return res.a0;
}

static inline unsigned long rmi_data_create(phys_addr_t rd, phys_addr_t data, unsigned long ipa,
					    phys_addr_t src, unsigned long flags)
{
	return rmi_call(SMC_RMI_DATA_CREATE, rd, data, ipa, src, flags).a0;
}

static inline unsigned long rmi_data_create_unknown(phys_addr_t rd, phys_addr_t data,
						    unsigned long ipa)
{
	return rmi_call(SMC_RMI_DATA_CREATE_UNKNOWN, rd, data, ipa).a0;
}

static inline unsigned long rmi_data_destroy(phys_addr_t rd, unsigned long ipa, unsigned long *pa,
					     unsigned long *top)
{
	struct arm_smccc_res res = rmi_call(SMC_RMI_DATA_DESTROY, rd, ipa);

	*pa = res.a1;
	*top = res.a2;
	return res.a0;
}

static inline unsigned long rmi_rtt_create(phys_addr_t rd, phys_addr_t rtt, unsigned long ipa,
					   long level, unsigned int tree)
{
	if (!tree)
		return rmi_call(SMC_RMI_RTT_CREATE, rd, rtt, ipa, level).a0;
	return rmi_call(SMC_RMI_RTT_AUX_CREATE, rd, rtt, ipa, level, tree).a0;
}

static inline unsigned long rmi_rtt_destroy(phys_addr_t rd, unsigned long ipa, long level,
					    unsigned int tree, unsigned long *rtt,
					    unsigned long *top)
{
	struct arm_smccc_res res;

	if (!tree)
		res = rmi_call(SMC_RMI_RTT_DESTROY, rd, ipa, level);
	else
		res = rmi_call(SMC_RMI_RTT_AUX_DESTROY, rd, ipa, level, tree);
	*rtt = res.a1;
	*top = res.a2;
	return res.a0;
}

static inline unsigned long rmi_aux_map(phys_addr_t rd, unsigned long ipa, unsigned int tree)
{
	struct arm_smccc_1_2_regs regs = {SMC_RMI_RTT_AUX_MAP_PROTECTED, rd, ipa, tree};

	arm_smccc_1_2_smc(&regs, &regs);
	return regs.a0;
}

static inline unsigned long rmi_aux_unmap(phys_addr_t rd, unsigned long ipa, unsigned int tree)
{
	return rmi_call(SMC_RMI_RTT_AUX_UNMAP_PROTECTED, rd, ipa, tree).a0;
}

static inline unsigned long rmi_map_unprotected(phys_addr_t rd, unsigned long ipa, long level,
						unsigned long desc)
{
	return rmi_call(SMC_RMI_RTT_MAP_UNPROTECTED, rd, ipa, level, desc).a0;
}

static inline unsigned long rmi_unmap_unprotected(phys_addr_t rd, unsigned long ipa, long level,
						  unsigned long *top)
{
	struct arm_smccc_res res = rmi_call(SMC_RMI_RTT_UNMAP_UNPROTECTED, rd, ipa, level);

	*top = res.a1;
	return res.a0;
}

static inline unsigned long rmi_range(unsigned long fid, phys_addr_t rd, phys_addr_t rec,
				      unsigned long base, unsigned long end, unsigned long *top,
				      unsigned long *tree)
{
	struct arm_smccc_res res;

	if (rec)
		res = rmi_call(fid, rd, rec, base, end);
	else
		res = rmi_call(fid, rd, base, end);
	*top = res.a1;
	*tree = res.a2;
	return res.a0;
}

#endif
