/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_MEMFD_H
#define HSHIM_SHADOW_LINUX_MEMFD_H
#include <hshim/mm/user.h>
#endif
