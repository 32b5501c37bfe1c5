/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_ARM_SMCCC_H
#define HSHIM_SHADOW_LINUX_ARM_SMCCC_H
#include <hshim/smccc.h>
#endif
