/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_CPUFEATURE_H
#define HSHIM_SHADOW_LINUX_CPUFEATURE_H
#include <hshim/arm64/cpufeature.h>
#endif
