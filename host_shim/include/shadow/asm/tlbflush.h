/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_TLBFLUSH_H
#define HSHIM_SHADOW_ASM_TLBFLUSH_H
#include <hshim/kvm/pgtable.h>
#endif
