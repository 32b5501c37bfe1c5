/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_SYSREG_H
#define HSHIM_SHADOW_ASM_SYSREG_H
#include <hshim/arm64/sysreg.h>
#endif
