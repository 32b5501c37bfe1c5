/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_COMPILER_ATTRIBUTES_H
#define HSHIM_SHADOW_LINUX_COMPILER_ATTRIBUTES_H
#include <hshim/base/compiler.h>
#endif
