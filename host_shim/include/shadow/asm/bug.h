/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_BUG_H
#define HSHIM_SHADOW_ASM_BUG_H
#include <hshim/base/bug.h>
#endif
