/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_ERRNO_H
#define HSHIM_SHADOW_ASM_ERRNO_H
#include <hshim/base/errno.h>
#endif
