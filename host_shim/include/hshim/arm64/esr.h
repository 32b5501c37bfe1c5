/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_ARM64_ESR_H
#define HSHIM_ARM64_ESR_H

/* ESR_ELx and HPFAR_EL2 encodings of the architecture. */

#include <hshim/base/kernel.h>

#define ESR_ELx_EC_UNKNOWN          UL(0x00)
#define ESR_ELx_EC_WFx              UL(0x01)
#define ESR_ELx_EC_CP15_32          UL(0x03)
#define ESR_ELx_EC_FP_ASIMD         UL(0x07)
#define ESR_ELx_EC_PAC              UL(0x09)
#define ESR_ELx_EC_ILL              UL(0x0e)
#define ESR_ELx_EC_SVC64            UL(0x15)
#define ESR_ELx_EC_HVC64            UL(0x16)
#define ESR_ELx_EC_SMC64            UL(0x17)
#define ESR_ELx_EC_SYS64            UL(0x18)
#define ESR_ELx_EC_SVE              UL(0x19)
#define ESR_ELx_EC_IMP_DEF          UL(0x1f)
#define ESR_ELx_EC_IABT_LOW         UL(0x20)
#define ESR_ELx_EC_IABT_CUR         UL(0x21)
#define ESR_ELx_EC_PC_ALIGN         UL(0x22)
#define ESR_ELx_EC_DABT_LOW         UL(0x24)
#define ESR_ELx_EC_DABT_CUR         UL(0x25)
#define ESR_ELx_EC_SP_ALIGN         UL(0x26)
#define ESR_ELx_EC_SERROR           UL(0x2f)
#define ESR_ELx_EC_BRK64            UL(0x3c)
#define ESR_ELx_EC_MAX              UL(0x3f)
#define ESR_ELx_EC_SHIFT            26
#define ESR_ELx_EC_WIDTH            6
#define ESR_ELx_EC_MASK             (UL(0x3f) << ESR_ELx_EC_SHIFT)
#define ESR_ELx_EC(esr)             (((esr)&ESR_ELx_EC_MASK) >> ESR_ELx_EC_SHIFT)
#define ESR_ELx_IL_SHIFT            25
#define ESR_ELx_IL                  (UL(1) << ESR_ELx_IL_SHIFT)
#define ESR_ELx_ISS_MASK            (GENMASK(24, 0))
#define ESR_ELx_ISS(esr)            ((esr)&ESR_ELx_ISS_MASK)
#define ESR_ELx_ISS2(esr)           (((esr) >> 32) & GENMASK(23, 0))
#define ESR_ELx_WNR_SHIFT           6
#define ESR_ELx_WNR                 (UL(1) << ESR_ELx_WNR_SHIFT)
#define ESR_ELx_S1PTW_SHIFT         7
#define ESR_ELx_S1PTW               (UL(1) << ESR_ELx_S1PTW_SHIFT)
#define ESR_ELx_CM                  (UL(1) << 8)
#define ESR_ELx_EA                  (UL(1) << 9)
#define ESR_ELx_FnV                 (UL(1) << 10)
#define ESR_ELx_SET_MASK            (UL(3) << 11)
#define ESR_ELx_AET                 (UL(7) << 10)
#define ESR_ELx_AR                  (UL(1) << 14)
#define ESR_ELx_SF                  (UL(1) << 15)
#define ESR_ELx_SRT_SHIFT           16
#define ESR_ELx_SRT_MASK            (UL(0x1f) << ESR_ELx_SRT_SHIFT)
#define ESR_ELx_SSE                 (UL(1) << 21)
#define ESR_ELx_SAS_SHIFT           22
#define ESR_ELx_SAS                 (UL(3) << ESR_ELx_SAS_SHIFT)
#define ESR_ELx_ISV_SHIFT           24
#define ESR_ELx_ISV                 (UL(1) << ESR_ELx_ISV_SHIFT)
#define ESR_ELx_IDS                 (UL(1) << 24)
#define ESR_ELx_FSC                 (0x3f)
#define ESR_ELx_FSC_TYPE            (0x3c)
#define ESR_ELx_FSC_LEVEL           (0x03)
#define ESR_ELx_FSC_EXTABT          (0x10)
#define ESR_ELx_FSC_SERROR          (0x11)
#define ESR_ELx_FSC_MTE             (0x11)
#define ESR_ELx_FSC_ADDRSZ          (0x00)
#define ESR_ELx_FSC_FAULT           (0x04)
#define ESR_ELx_FSC_ACCESS          (0x08)
#define ESR_ELx_FSC_PERM            (0x0c)
#define ESR_ELx_FSC_FAULT_nL        (0x2c)
#define ESR_ELx_FSC_FAULT_L(n)      (((n) < 0 ? ESR_ELx_FSC_FAULT_nL : ESR_ELx_FSC_FAULT) + (n))
#define ESR_ELx_FSC_ACCESS_L(n)     (ESR_ELx_FSC_ACCESS + (n))
#define ESR_ELx_FSC_PERM_L(n)       (ESR_ELx_FSC_PERM + (n))
#define ESR_ELx_FSC_ADDRSZ_L(n)     (ESR_ELx_FSC_ADDRSZ + (n))
#define ESR_ELx_FSC_SEA_TTW(n)      (0x14 + (n))
#define ESR_ELx_WFx_ISS_TI          (UL(3) << 0)
#define ESR_ELx_WFx_ISS_WFE         (UL(1) << 0)
#define ESR_ELx_WFx_ISS_WFI         (UL(0) << 0)
#define ESR_ELx_xVC_IMM_MASK        ((UL(1) << 16) - 1)
#define ESR_ELx_SYS64_ISS_DIR_MASK  0x1
#define ESR_ELx_SYS64_ISS_DIR_READ  0x1
#define ESR_ELx_SYS64_ISS_DIR_WRITE 0x0
#define ESR_ELx_SYS64_ISS_RT_SHIFT  5
#define ESR_ELx_SYS64_ISS_RT_MASK   (UL(0x1f) << ESR_ELx_SYS64_ISS_RT_SHIFT)
#define ESR_ELx_SYS64_ISS_RT(esr)   (((esr)&ESR_ELx_SYS64_ISS_RT_MASK) >> ESR_ELx_SYS64_ISS_RT_SHIFT)
#define ESR_ELx_SYS64_ISS_CRM_SHIFT 1
#define ESR_ELx_SYS64_ISS_CRN_SHIFT 10
#define ESR_ELx_SYS64_ISS_OP1_SHIFT 14
#define ESR_ELx_SYS64_ISS_OP2_SHIFT 17
#define ESR_ELx_SYS64_ISS_OP0_SHIFT 20
#define esr_sys64_to_sysreg(e)                                                               \
	sys_reg((((e) >> 20) & 3), (((e) >> 14) & 7), (((e) >> 10) & 15), (((e) >> 1) & 15), \
		(((e) >> 17) & 7))
#define HPFAR_MASK              (~UL(0xf))
#define HPFAR_EL2_FIPA          GENMASK_ULL(47, 4)
#define HPFAR_EL2_FIPA_MASK     GENMASK_ULL(47, 4)
#define HPFAR_EL2_NS            BIT(63)
#define FAR_MASK                GENMASK_ULL(11, 0)
#define FAR_TO_FIPA_OFFSET(far) ((far)&FAR_MASK)

static inline bool esr_is_data_abort(unsigned long esr)
{
	const unsigned long ec = ESR_ELx_EC(esr);

	return ec == ESR_ELx_EC_DABT_LOW || ec == ESR_ELx_EC_DABT_CUR;
}

static inline bool esr_fsc_is_translation_fault(unsigned long esr)
{
	esr &= ESR_ELx_FSC;
	return (esr & ESR_ELx_FSC_TYPE) == ESR_ELx_FSC_FAULT || esr == 0x2b;
}

static inline bool esr_fsc_is_permission_fault(unsigned long esr)
{
	return (esr & ESR_ELx_FSC_TYPE) == ESR_ELx_FSC_PERM;
}

static inline bool esr_fsc_is_access_flag_fault(unsigned long esr)
{
	return (esr & ESR_ELx_FSC_TYPE) == ESR_ELx_FSC_ACCESS;
}

static inline bool esr_fsc_is_addr_sz_fault(unsigned long esr)
{
	return (esr & ESR_ELx_FSC_TYPE) == ESR_ELx_FSC_ADDRSZ;
}

#define ARM_EXCEPTION_IRQ        0
#define ARM_EXCEPTION_EL1_SERROR 1
#define ARM_EXCEPTION_TRAP       2
#define ARM_EXCEPTION_IL         3
#define ARM_EXIT_WITH_SERROR_BIT 31
#define ARM_EXCEPTION_CODE(x)    ((x) & ~(1U << ARM_EXIT_WITH_SERROR_BIT))
#define ARM_SERROR_PENDING(x)    (!!((x) & (1U << ARM_EXIT_WITH_SERROR_BIT)))

#endif
