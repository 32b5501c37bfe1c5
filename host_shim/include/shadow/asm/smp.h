/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_SMP_H
#define HSHIM_SHADOW_ASM_SMP_H
#include <hshim/base/lib.h>
#endif
