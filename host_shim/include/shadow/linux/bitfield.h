/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_BITFIELD_H
#define HSHIM_SHADOW_LINUX_BITFIELD_H
#include <hshim/base/bits.h>
#endif
