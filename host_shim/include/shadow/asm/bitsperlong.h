/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_BITSPERLONG_H
#define HSHIM_SHADOW_ASM_BITSPERLONG_H
#include <hshim/base/types.h>
#endif
