/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_ATOMIC_H
#define HSHIM_SHADOW_LINUX_ATOMIC_H
#include <hshim/base/list.h>
#endif
