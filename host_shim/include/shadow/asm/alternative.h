/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_ALTERNATIVE_H
#define HSHIM_SHADOW_ASM_ALTERNATIVE_H
#include <hshim/base/compiler.h>
#endif
