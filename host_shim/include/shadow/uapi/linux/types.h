/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_UAPI_LINUX_TYPES_H
#define HSHIM_SHADOW_UAPI_LINUX_TYPES_H
#include <hshim/base/types.h>
#endif
