/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_UAPI_ASM_TYPES_H
#define HSHIM_SHADOW_UAPI_ASM_TYPES_H
#include <hshim/base/types.h>
#endif
