/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_BUILD_BUG_H
#define HSHIM_SHADOW_LINUX_BUILD_BUG_H
#include <hshim/base/kernel.h>
#endif
