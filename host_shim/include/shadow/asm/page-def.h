/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_PAGE_DEF_H
#define HSHIM_SHADOW_ASM_PAGE_DEF_H
#include <hshim/mm/alloc.h>
#endif
