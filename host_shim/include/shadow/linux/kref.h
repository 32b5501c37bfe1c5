/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_KREF_H
#define HSHIM_SHADOW_LINUX_KREF_H
#include <hshim/base/list.h>
#endif
