/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef RMM_SYNDROME_H
#define RMM_SYNDROME_H

/* Fields of ESR_ELx, HPFAR_EL2 and PSTATE as far as the monitor looks at them. */

#include <stdint.h>

#define ESR_EC_SHIFT   26
#define ESR_EC(value)  ((uint64_t)(value) << ESR_EC_SHIFT)
#define ESR_EC_OF(esr) ((esr) >> ESR_EC_SHIFT & 0x3f)
#define ESR_EC_MASK    ESR_EC(0x3f)
#define ESR_IL         (UINT64_C(1) << 25)

enum esr_class {
	EC_WFX = 0x01,
	EC_SIMD = 0x07,
	EC_HVC64 = 0x16,
	EC_SMC64 = 0x17,
	EC_SYSREG = 0x18,
	EC_SVE = 0x19,
	EC_SME = 0x1d,
	EC_INST_ABORT = 0x20, /* from a lower exception level */
	EC_DATA_ABORT = 0x24,
	EC_SERROR = 0x2f,
};

/* ISS of aborts. */
#define ESR_ISV            (UINT64_C(1) << 24)
#define ESR_SAS(esr)       ((unsigned int)((esr) >> 22 & 3)) /* log2 of the size */
#define ESR_SSE            (UINT64_C(1) << 21)
#define ESR_SRT(esr)       ((unsigned int)((esr) >> 16 & 0x1f))
#define ESR_SF             (UINT64_C(1) << 15)
#define ESR_SET(esr)       ((unsigned int)((esr) >> 11 & 3))
#define ESR_FNV            (UINT64_C(1) << 10)
#define ESR_EA             (UINT64_C(1) << 9)
#define ESR_S1PTW          (UINT64_C(1) << 7)
#define ESR_WNR            (UINT64_C(1) << 6)
#define ESR_FSC_MASK       UINT64_C(0x3f)
#define ESR_SET_UER        0 /* recoverable: the Plane sees it too */
#define FSC_TRANSLATION    0x04
#define FSC_TRANSLATION_M1 0x2b /* level -1 */
#define FSC_PERMISSION     0x0c
#define FSC_EXTERNAL       0x10
#define FSC_GPF            0x28

/* ISS of WFx, SError and MSR/MRS. */
#define ESR_WFX_TI          UINT64_C(3) /* WFI, WFE, WFIT, WFET */
#define ESR_WFX_TI_EVENT    UINT64_C(1)
#define ESR_WFX_TI_TIMEOUT  UINT64_C(2)
#define ESR_WFX_RV          (UINT64_C(1) << 2) /* Rn is valid */
#define ESR_WFX_RN(esr)     ((unsigned int)((esr) >> 5 & 0x1f))
#define ESR_AET(esr)        ((unsigned int)((esr) >> 10 & 7))
#define ESR_IDS             (UINT64_C(1) << 24)
#define ESR_SYSREG_READ     UINT64_C(1)
#define ESR_SYSREG_RT_MASK  (UINT64_C(0x1f) << 5)
#define ESR_SYSREG_RT(esr)  ((unsigned int)((esr) >> 5 & 0x1f))
#define ESR_SYSREG_RT_MASK  (UINT64_C(0x1f) << 5)
#define ESR_SYSREG_OP2(esr) ((unsigned int)((esr) >> 17 & 7))
#define ESR_SYSREG_OP1(esr) ((unsigned int)((esr) >> 14 & 7))
#define ESR_SYSREG_CRN(esr) ((unsigned int)((esr) >> 10 & 0xf))
#define ESR_SYSREG_CRM(esr) ((unsigned int)((esr) >> 1 & 0xf))
#define ESR_SYSREG_OP0(esr) ((unsigned int)((esr) >> 20 & 3))

#define HPFAR_FIPA_MASK  UINT64_C(0x00000ffffffffff0)
#define HPFAR_FIPA_SHIFT 8 /* HPFAR field -> IPA */

#define PSTATE_AARCH32 (UINT64_C(1) << 4)
#define PSTATE_EL_MASK UINT64_C(0xc)

#endif
