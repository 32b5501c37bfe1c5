/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_PGTABLE_HWDEF_H
#define HSHIM_SHADOW_ASM_PGTABLE_HWDEF_H
#include <hshim/kvm/pgtable.h>
#endif
