/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_IRQCHIP_ARM_GIC_V3_H
#define HSHIM_SHADOW_LINUX_IRQCHIP_ARM_GIC_V3_H
#include <hshim/base/lib.h>
#endif
