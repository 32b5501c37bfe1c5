/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_RBTREE_H
#define HSHIM_SHADOW_LINUX_RBTREE_H
#include <hshim/base/list.h>
#endif
