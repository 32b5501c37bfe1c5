/* SPDX-License-Identifier: BSD-3-Clause */
#ifndef HSHIM_KVM_RELEASE_H
#define HSHIM_KVM_RELEASE_H

/* Private memory that the host is asked to release: that all of it goes, and no other. */

#include <hshim/kvm/emulate.h>

struct hshim_release {
	struct kvm *kvm;
	u64 gpa, size;
	gfn_t first, end; /* empty: only shared memory goes */
	unsigned long in,
		all; /* private pages that the monitor maps: of the range, of all machines */
};

struct hshim_release hshim_release_begin(struct kvm *kvm, u64 gpa, u64 size, bool is_private);
/* Reports "ripas.order". Says nothing once something was made to fail, or if other CPUs may have run. */
void hshim_release_end(const struct hshim_release *release);

#endif
