/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_RSI_H
#define HSHIM_SHADOW_ASM_RSI_H
#include <hshim/base/bug.h>
#endif
