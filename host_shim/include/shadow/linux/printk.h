/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_PRINTK_H
#define HSHIM_SHADOW_LINUX_PRINTK_H
#include <hshim/base/bug.h>
#endif
