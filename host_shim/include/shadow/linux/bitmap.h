/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_BITMAP_H
#define HSHIM_SHADOW_LINUX_BITMAP_H
#include <hshim/base/lib.h>
#endif
