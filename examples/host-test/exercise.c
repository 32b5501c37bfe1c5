/* SPDX-License-Identifier: BSD-3-Clause */
/* The tests that every host can have, without writing one. */
#include <hshim/exercise.h>

#include "examples/host-test/support.h"

static int ram(struct hshim_vm *vm, u64 base, u64 size)
{
	const struct kvm_realm_populate args = {.base = base, .size = size};

	return hshim_enable_cap(vm, KVM_CAP_REALM, KVM_CAP_REALM_RAM, &args);
}

static const struct hshim_exercise host = {
	.create = create,
	.ram = ram,
	.populate = populate,
	.activate = activate,
	.aux_planes = 3,
};

HSHIM_EXERCISES(host)

int main(int argc, char **argv)
{
	return hshim_main(argc, argv, &machine);
}
