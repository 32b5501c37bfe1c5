/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_KVM_TYPES_H
#define HSHIM_SHADOW_LINUX_KVM_TYPES_H
/* For uapi/linux/kvm.h of newer kernels, which includes this file first. */
#define KVM_STATS_NAME_SIZE 48
#include <hshim/kvm/emulate.h>
#endif
