/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef EXAMPLES_HOST_TEST_SUPPORT_H
#define EXAMPLES_HOST_TEST_SUPPORT_H

#include <hshim/test.h>
#include <hshim/vm.h>
#include <asm/rmi_cmds.h>

#define RAM_BASE 0x40000000ul
#define RAM_SIZE 0x400000ul
#define IPA_BITS 40
#define HALF     BIT(IPA_BITS - 1)

extern const struct hshim_config machine;

/* A machine with RAM_SIZE of private and shared memory, and `aux_planes` auxiliary planes. */
struct hshim_vm *new_vm(unsigned int nvcpus);
int create(struct hshim_vm *vm, unsigned int aux_planes);
int populate(struct hshim_vm *vm, u64 base, u64 size);
int activate(struct hshim_vm *vm);
/* All of it: NULL when something failed on the way, and nothing is left then. */
struct hshim_vm *running_vm(unsigned int nvcpus, unsigned int aux_planes);
int fault(struct kvm_vcpu *vcpu, u64 ipa, bool write);

#endif
