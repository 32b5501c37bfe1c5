/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_RATELIMIT_H
#define HSHIM_SHADOW_LINUX_RATELIMIT_H
#include <hshim/base/bug.h>
#endif
