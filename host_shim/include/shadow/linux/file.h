/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_FILE_H
#define HSHIM_SHADOW_LINUX_FILE_H
#include <hshim/mm/user.h>
#endif
