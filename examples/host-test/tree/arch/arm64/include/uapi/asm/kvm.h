/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef TREE_UAPI_ASM_KVM_H
#define TREE_UAPI_ASM_KVM_H

#include <linux/psci.h>
#include <asm/ptrace.h>

#define KVM_ARM_VCPU_SVE    4
#define KVM_ARM_VCPU_PMU_V3 3
#define KVM_ARM_VCPU_REC    9

#endif
