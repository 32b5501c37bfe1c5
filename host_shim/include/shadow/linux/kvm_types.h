/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_KVM_TYPES_H
#define HSHIM_SHADOW_LINUX_KVM_TYPES_H
#include <hshim/kvm/emulate.h>
#endif
