/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_REFCOUNT_H
#define HSHIM_SHADOW_LINUX_REFCOUNT_H
#include <hshim/base/list.h>
#endif
