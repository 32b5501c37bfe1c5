/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_BITOPS_H
#define HSHIM_SHADOW_LINUX_BITOPS_H
#include <hshim/base/bits.h>
#endif
