/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_KVM_HYP_H
#define HSHIM_SHADOW_ASM_KVM_HYP_H
#include <hshim/kvm/emulate.h>
#endif
