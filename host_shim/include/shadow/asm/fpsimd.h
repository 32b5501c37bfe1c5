/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_FPSIMD_H
#define HSHIM_SHADOW_ASM_FPSIMD_H
#include <hshim/arm64/cpufeature.h>
#endif
