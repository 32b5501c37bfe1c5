/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TREE_ASM_RMI_SMC_H
#define TREE_ASM_RMI_SMC_H

/* RMI as this host uses it. */

#include <linux/arm-smccc.h>
#include <linux/bits.h>

#define SMC_RMI(n) \
	ARM_SMCCC_CALL_VAL(ARM_SMCCC_FAST_CALL, ARM_SMCCC_SMC_64, ARM_SMCCC_OWNER_STANDARD, (n))
#define SMC_RMI_VERSION                 SMC_RMI(0x150)
#define SMC_RMI_GRANULE_DELEGATE        SMC_RMI(0x151)
#define SMC_RMI_GRANULE_UNDELEGATE      SMC_RMI(0x152)
#define SMC_RMI_DATA_CREATE             SMC_RMI(0x153)
#define SMC_RMI_DATA_CREATE_UNKNOWN     SMC_RMI(0x154)
#define SMC_RMI_DATA_DESTROY            SMC_RMI(0x155)
#define SMC_RMI_REALM_ACTIVATE          SMC_RMI(0x157)
#define SMC_RMI_REALM_CREATE            SMC_RMI(0x158)
#define SMC_RMI_REALM_DESTROY           SMC_RMI(0x159)
#define SMC_RMI_REC_CREATE              SMC_RMI(0x15a)
#define SMC_RMI_REC_DESTROY             SMC_RMI(0x15b)
#define SMC_RMI_REC_ENTER               SMC_RMI(0x15c)
#define SMC_RMI_RTT_CREATE              SMC_RMI(0x15d)
#define SMC_RMI_RTT_DESTROY             SMC_RMI(0x15e)
#define SMC_RMI_RTT_MAP_UNPROTECTED     SMC_RMI(0x15f)
#define SMC_RMI_RTT_READ_ENTRY          SMC_RMI(0x161)
#define SMC_RMI_RTT_UNMAP_UNPROTECTED   SMC_RMI(0x162)
#define SMC_RMI_FEATURES                SMC_RMI(0x165)
#define SMC_RMI_REC_AUX_COUNT           SMC_RMI(0x167)
#define SMC_RMI_RTT_INIT_RIPAS          SMC_RMI(0x168)
#define SMC_RMI_RTT_SET_RIPAS           SMC_RMI(0x169)
#define SMC_RMI_RTT_AUX_CREATE          SMC_RMI(0x17d)
#define SMC_RMI_RTT_AUX_DESTROY         SMC_RMI(0x17e)
#define SMC_RMI_RTT_AUX_MAP_PROTECTED   SMC_RMI(0x180)
#define SMC_RMI_RTT_AUX_UNMAP_PROTECTED SMC_RMI(0x183)
#define SMC_RMI_RTT_SET_S2AP            SMC_RMI(0x18b)

#define RMI_STATUS(x)   ((x)&0xff)
#define RMI_INDEX(x)    ((int)(signed char)((x) >> 8))
#define RMI_SUCCESS     0
#define RMI_BAD_INPUT   1
#define RMI_BAD_RTT     4
#define RMI_BAD_AUX     7
#define RMI_VERSION_1_1 0x10001

#define RMI_F0_AUX_PLANES GENMASK(48, 45)
#define RMI_PAGE_SIZE     0x1000ul
#define RMI_MAX_LEVEL     3

#define RMI_EXIT_SYNC          0
#define RMI_EXIT_IRQ           1
#define RMI_EXIT_FIQ           2
#define RMI_EXIT_PSCI          3
#define RMI_EXIT_RIPAS         4
#define RMI_EXIT_CALL          5
#define RMI_EXIT_SERROR        6
#define RMI_EXIT_S2AP          7
#define RMI_RIPAS_EMPTY        0
#define RMI_RIPAS_RAM          1
#define RMI_ENTER_EMUL_MMIO    BIT(0)
#define RMI_ENTER_RIPAS_REJECT BIT(4)

struct realm_params {
	u64 flags0, s2sz, sve_vl, num_bps, num_wps, pmu, hash, num_aux_planes;
	u8 pad0[0x400 - 0x40];
	u8 rpv[64];
	u8 pad1[0x800 - 0x440];
	u64 vmid, rtt_base;
	s64 rtt_level;
	u64 rtt_num, flags1, mecid;
	u8 pad2[0xf00 - 0x830];
	u16 aux_vmid[3];
	u8 pad3[0xf80 - 0xf06];
	u64 aux_rtt_base[3];
	u8 pad4[0x1000 - 0xf98];
};
#define REALM_TREE_PER_PLANE BIT(0)

struct rec_params {
	u64 flags;
	u8 pad0[0x100 - 8];
	u64 mpidr;
	u8 pad1[0x200 - 0x108];
	u64 pc;
	u8 pad2[0x300 - 0x208];
	u64 gprs[8];
	u8 pad3[0x800 - 0x340];
	u64 num_aux, aux[16];
	u8 pad4[0x1000 - 0x888];
};

struct rec_run {
	u64 flags;
	u8 pad0[0x200 - 8];
	u64 in[31];
	u8 pad1[0x900 - 0x2f8];
	u64 esr, far, hpfar, tree;
	s64 level;
	u8 pad2[0xa00 - 0x928];
	u64 out[31];
	u8 pad3[0xd00 - 0xaf8];
	u64 ripas_base, ripas_top, ripas_value, unused;
	u64 s2ap_base, s2ap_top;
	u8 pad4[0x1000 - 0xd30];
};
/* The reason is the first word of the second half. */
#define rec_reason(run) (*(u64 *)((u8 *)(run) + 0x800))

#endif
