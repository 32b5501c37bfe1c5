/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_SHADOW_ASM_KVM_PTRAUTH_H
#define HSHIM_SHADOW_ASM_KVM_PTRAUTH_H
#include <hshim/kvm/emulate.h>
#endif
