/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_SET_MEMORY_H
#define HSHIM_SHADOW_ASM_SET_MEMORY_H
#include <hshim/mm/alloc.h>
#endif
