/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_KVM_ARM_HYPERCALLS_H
#define HSHIM_SHADOW_KVM_ARM_HYPERCALLS_H
#include <hshim/kvm/emulate.h>
#endif
