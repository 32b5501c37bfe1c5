/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_WORKQUEUE_H
#define HSHIM_SHADOW_LINUX_WORKQUEUE_H
#include <hshim/base/lock.h>
#endif
