/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_HIGHMEM_H
#define HSHIM_SHADOW_LINUX_HIGHMEM_H
#include <hshim/mm/alloc.h>
#endif
