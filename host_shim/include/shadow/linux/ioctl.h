/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_IOCTL_H
#define HSHIM_SHADOW_LINUX_IOCTL_H
#include <hshim/base/ioctl.h>
#endif
