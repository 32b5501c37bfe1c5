/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_IO_H
#define HSHIM_SHADOW_ASM_IO_H
#include <hshim/base/bug.h>
#endif
