/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_LINUX_KVM_DIRTY_RING_H
#define HSHIM_SHADOW_LINUX_KVM_DIRTY_RING_H
#include <hshim/kvm/emulate.h>
#endif
