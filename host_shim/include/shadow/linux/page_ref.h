/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_PAGE_REF_H
#define HSHIM_SHADOW_LINUX_PAGE_REF_H
#include <hshim/mm/alloc.h>
#endif
