/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_MEM_ENCRYPT_H
#define HSHIM_SHADOW_ASM_MEM_ENCRYPT_H
#include <hshim/mm/alloc.h>
#endif
