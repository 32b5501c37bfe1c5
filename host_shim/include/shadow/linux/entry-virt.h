/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_ENTRY_VIRT_H
#define HSHIM_SHADOW_LINUX_ENTRY_VIRT_H
#include <hshim/base/lib.h>
#endif
