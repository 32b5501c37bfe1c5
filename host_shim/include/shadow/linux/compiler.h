/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_COMPILER_H
#define HSHIM_SHADOW_LINUX_COMPILER_H
#include <hshim/base/compiler.h>
#endif
