/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_LOG2_H
#define HSHIM_SHADOW_LINUX_LOG2_H
#include <hshim/base/bits.h>
#endif
