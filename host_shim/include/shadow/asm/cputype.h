/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_CPUTYPE_H
#define HSHIM_SHADOW_ASM_CPUTYPE_H
#include <hshim/arm64/sysreg.h>
#endif
