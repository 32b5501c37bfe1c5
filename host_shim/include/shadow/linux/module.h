/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_MODULE_H
#define HSHIM_SHADOW_LINUX_MODULE_H
#include <hshim/base/lib.h>
#endif
