/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_GENERATED_ASM_OFFSETS_H
#define HSHIM_SHADOW_GENERATED_ASM_OFFSETS_H
#include <hshim/base/types.h>
#endif
