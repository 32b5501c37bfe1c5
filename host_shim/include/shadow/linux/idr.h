/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_IDR_H
#define HSHIM_SHADOW_LINUX_IDR_H
#include <hshim/base/lock.h>
#include <hshim/base/lib.h>
#endif
