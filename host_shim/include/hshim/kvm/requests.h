/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_KVM_REQUESTS_H
#define HSHIM_KVM_REQUESTS_H

/* What a VMM has asked for, to be asked again at another moment; and what the VMM may not write. */

#include <hshim/kvm/emulate.h>

struct hshim_request {
	u32 cap;
	u64 a0;
	unsigned long size; /* of what args[1] points to, as far as it was read */
	unsigned char data[256];
};

/* From now on, until false, every request that is new is kept; what was kept before is forgotten. */
void hshim_requests_keep(bool keep);
/* NULL past the last one. */
const struct hshim_request *hshim_request_kept(unsigned int n);
/* The code under test is about to see a request, and has seen it. */
void hshim_request_begin(const void *arg);
void hshim_request_end(u32 cap, u64 a0, const void *arg);

void hshim_canaries_set(struct kvm *kvm, struct kvm_vcpu *vcpu);
/* Reports "overrun". */
void hshim_canaries_check(const struct kvm *kvm);

#endif
