/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_ARM64_SYSREG_H
#define HSHIM_ARM64_SYSREG_H

/* System registers by encoding, their fields as far as host code looks at them. From the architecture. */

#include <hshim/base/kernel.h>

#define Op0_shift 19
#define Op1_shift 16
#define CRn_shift 12
#define CRm_shift 8
#define Op2_shift 5
#define sys_reg(op0, op1, crn, crm, op2)                                      \
	(((op0) << Op0_shift) | ((op1) << Op1_shift) | ((crn) << CRn_shift) | \
	 ((crm) << CRm_shift) | ((op2) << Op2_shift))
#define sys_insn       sys_reg
#define sys_reg_Op0(r) (((r) >> Op0_shift) & 3)
#define sys_reg_Op1(r) (((r) >> Op1_shift) & 7)
#define sys_reg_CRn(r) (((r) >> CRn_shift) & 15)
#define sys_reg_CRm(r) (((r) >> CRm_shift) & 15)
#define sys_reg_Op2(r) (((r) >> Op2_shift) & 7)

#define SYS_MPIDR_EL1        sys_reg(3, 0, 0, 0, 5)
#define SYS_ID_AA64PFR0_EL1  sys_reg(3, 0, 0, 4, 0)
#define SYS_ID_AA64PFR1_EL1  sys_reg(3, 0, 0, 4, 1)
#define SYS_ID_AA64ZFR0_EL1  sys_reg(3, 0, 0, 4, 4)
#define SYS_ID_AA64SMFR0_EL1 sys_reg(3, 0, 0, 4, 5)
#define SYS_ID_AA64DFR0_EL1  sys_reg(3, 0, 0, 5, 0)
#define SYS_ID_AA64DFR1_EL1  sys_reg(3, 0, 0, 5, 1)
#define SYS_ID_AA64ISAR0_EL1 sys_reg(3, 0, 0, 6, 0)
#define SYS_ID_AA64ISAR1_EL1 sys_reg(3, 0, 0, 6, 1)
#define SYS_ID_AA64MMFR0_EL1 sys_reg(3, 0, 0, 7, 0)
#define SYS_ID_AA64MMFR1_EL1 sys_reg(3, 0, 0, 7, 1)
#define SYS_ID_AA64MMFR2_EL1 sys_reg(3, 0, 0, 7, 2)
#define SYS_ID_AA64MMFR3_EL1 sys_reg(3, 0, 0, 7, 3)
#define SYS_ID_AA64MMFR4_EL1 sys_reg(3, 0, 0, 7, 4)
#define SYS_CNTV_CTL_EL0     sys_reg(3, 3, 14, 3, 1)
#define SYS_CNTV_CVAL_EL0    sys_reg(3, 3, 14, 3, 2)
#define SYS_CNTP_CTL_EL0     sys_reg(3, 3, 14, 2, 1)
#define SYS_CNTP_CVAL_EL0    sys_reg(3, 3, 14, 2, 2)
#define SYS_CNTP_TVAL_EL0    sys_reg(3, 3, 14, 2, 0)
#define SYS_PMCR_EL0         sys_reg(3, 3, 9, 12, 0)
#define SYS_ICC_DIR_EL1      sys_reg(3, 0, 12, 11, 1)
#define SYS_ICC_SGI1R_EL1    sys_reg(3, 0, 12, 11, 5)
#define SYS_ICC_ASGI1R_EL1   sys_reg(3, 0, 12, 11, 6)
#define SYS_ICC_SGI0R_EL1    sys_reg(3, 0, 12, 11, 7)

#define ID_AA64DFR0_EL1_DebugVer_SHIFT  0
#define ID_AA64DFR0_EL1_DebugVer_MASK   GENMASK(3, 0)
#define ID_AA64DFR0_EL1_DebugVer_WIDTH  4
#define ID_AA64DFR0_EL1_PMUVer_SHIFT    8
#define ID_AA64DFR0_EL1_PMUVer_MASK     GENMASK(11, 8)
#define ID_AA64DFR0_EL1_PMUVer_WIDTH    4
#define ID_AA64DFR0_EL1_BRPs_SHIFT      12
#define ID_AA64DFR0_EL1_BRPs_MASK       GENMASK(15, 12)
#define ID_AA64DFR0_EL1_BRPs_WIDTH      4
#define ID_AA64DFR0_EL1_WRPs_SHIFT      20
#define ID_AA64DFR0_EL1_WRPs_MASK       GENMASK(23, 20)
#define ID_AA64DFR0_EL1_WRPs_WIDTH      4
#define ID_AA64DFR0_EL1_CTX_CMPs_SHIFT  28
#define ID_AA64DFR0_EL1_CTX_CMPs_MASK   GENMASK(31, 28)
#define ID_AA64DFR0_EL1_CTX_CMPs_WIDTH  4
#define ID_AA64DFR0_EL1_BRPs            ID_AA64DFR0_EL1_BRPs_MASK
#define ID_AA64DFR0_EL1_WRPs            ID_AA64DFR0_EL1_WRPs_MASK
#define ID_AA64DFR0_EL1_CTX_CMPs        ID_AA64DFR0_EL1_CTX_CMPs_MASK
#define ID_AA64PFR0_EL1_SVE_SHIFT       32
#define ID_AA64PFR0_EL1_SVE_MASK        GENMASK(35, 32)
#define ID_AA64PFR0_EL1_RME_SHIFT       52
#define ID_AA64PFR0_EL1_RME_MASK        GENMASK(55, 52)
#define ID_AA64PFR0_EL1_RME_WIDTH       4
#define ID_AA64PFR0_EL1_RME_IMP         1
#define ID_AA64MMFR0_EL1_PARANGE_SHIFT  0
#define ID_AA64MMFR0_EL1_PARANGE_MASK   GENMASK(3, 0)
#define ID_AA64MMFR0_EL1_TGRAN4_SHIFT   28
#define ID_AA64MMFR0_EL1_TGRAN4_2_SHIFT 40
#define ID_AA64MMFR1_EL1_VMIDBits_SHIFT 4
#define ID_AA64MMFR1_EL1_VMIDBits_MASK  GENMASK(7, 4)
#define ID_AA64MMFR1_EL1_VMIDBits_16    2
#define SYS_FIELD_GET(reg, field, v)    FIELD_GET(reg##_##field##_MASK, v)
#define SYS_FIELD_PREP(reg, field, v)   FIELD_PREP_CONST(reg##_##field##_MASK, v)
#define SYS_FIELD_PREP_ENUM(reg, f, v)  FIELD_PREP_CONST(reg##_##f##_MASK, reg##_##f##_##v)
#define SYS_FIELD_VALUE(reg, f, v)      reg##_##f##_##v

#define ICH_HCR_EL2_En            BIT(0)
#define ICH_HCR_EL2_UIE           BIT(1)
#define ICH_HCR_EL2_LRENPIE       BIT(2)
#define ICH_HCR_EL2_NPIE          BIT(3)
#define ICH_HCR_EL2_VGrp0EIE      BIT(4)
#define ICH_HCR_EL2_VGrp0DIE      BIT(5)
#define ICH_HCR_EL2_VGrp1EIE      BIT(6)
#define ICH_HCR_EL2_VGrp1DIE      BIT(7)
#define ICH_HCR_EL2_vSGIEOICount  BIT(8)
#define ICH_HCR_EL2_TC            BIT(10)
#define ICH_HCR_EL2_TALL0         BIT(11)
#define ICH_HCR_EL2_TALL1         BIT(12)
#define ICH_HCR_EL2_TSEI          BIT(13)
#define ICH_HCR_EL2_TDIR          BIT(14)
#define ICH_HCR_EL2_DVIM          BIT(15)
#define ICH_HCR_EL2_EOIcount      GENMASK(31, 27)
#define ICH_HCR_EL2_EOIcount_MASK GENMASK(31, 27)
#define ICH_HCR_EN                ICH_HCR_EL2_En
#define ICH_HCR_UIE               ICH_HCR_EL2_UIE
#define ICH_HCR_LRENPIE           ICH_HCR_EL2_LRENPIE
#define ICH_HCR_NPIE              ICH_HCR_EL2_NPIE
#define ICH_HCR_VGrp0EIE          ICH_HCR_EL2_VGrp0EIE
#define ICH_HCR_VGrp0DIE          ICH_HCR_EL2_VGrp0DIE
#define ICH_HCR_VGrp1EIE          ICH_HCR_EL2_VGrp1EIE
#define ICH_HCR_VGrp1DIE          ICH_HCR_EL2_VGrp1DIE
#define ICH_HCR_TC                ICH_HCR_EL2_TC
#define ICH_HCR_TDIR              ICH_HCR_EL2_TDIR
#define ICH_HCR_EOIcount_MASK     ICH_HCR_EL2_EOIcount
#define ICH_LR_STATE              GENMASK(63, 62)
#define ICH_VTR_EL2_ListRegs_MASK GENMASK(4, 0)

#define MPIDR_UP_BITMASK           (0x1 << 30)
#define MPIDR_MT_BITMASK           (0x1 << 24)
#define MPIDR_HWID_BITMASK         UL(0xff00ffffff)
#define MPIDR_LEVEL_BITS           8
#define MPIDR_LEVEL_MASK           ((1 << MPIDR_LEVEL_BITS) - 1)
#define MPIDR_LEVEL_SHIFT(l)       (((1 << (l)) >> 1) << 3)
#define MPIDR_AFFINITY_LEVEL(m, l) (((m) >> MPIDR_LEVEL_SHIFT(l)) & MPIDR_LEVEL_MASK)
#define INVALID_HWID               ULONG_MAX

#define DISR_EL1_IDS       (UL(1) << 24)
#define DISR_EL1_ESR_MASK  (GENMASK(12, 9) | GENMASK(5, 0))
#define PSR_MODE_EL1h      0x00000005
#define VTTBR_VMID_SHIFT   UL(48)
#define VTTBR_VMID_MASK(s) (_AT(u64, (1 << (s)) - 1) << VTTBR_VMID_SHIFT)

#endif
