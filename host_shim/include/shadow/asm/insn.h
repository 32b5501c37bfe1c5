/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_INSN_H
#define HSHIM_SHADOW_ASM_INSN_H
#include <hshim/base/compiler.h>
#endif
