/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_ESR_H
#define HSHIM_SHADOW_ASM_ESR_H
#include <hshim/arm64/esr.h>
#endif
