/* SPDX-License-Identifier: BSD-3-Clause */
/* The tests that every host can have, without writing one; with HOST_FUZZER its fuzzer. */
#include <hshim/exercise.h>
#include <hshim/fuzz.h>
#include <asm/rmi_cmds.h>

static int request(struct hshim_vm *vm, u64 what, u64 base, u64 size)
{
	const struct kvm_realm_populate args = {.base = base, .size = size, .measure = 1};

	return hshim_enable_cap(vm, KVM_CAP_REALM, what, &args);
}

static int create(struct hshim_vm *vm, unsigned int aux_planes)
{
	const struct kvm_realm_create args = {.aux_planes = aux_planes};

	return hshim_enable_cap(vm, KVM_CAP_REALM, KVM_CAP_REALM_CREATE, &args);
}

static int ram(struct hshim_vm *vm, u64 base, u64 size)
{
	return request(vm, KVM_CAP_REALM_RAM, base, size);
}

static int populate(struct hshim_vm *vm, u64 base, u64 size)
{
	return request(vm, KVM_CAP_REALM_POPULATE, base, size);
}

static int activate(struct hshim_vm *vm)
{
	return hshim_enable_cap(vm, KVM_CAP_REALM, KVM_CAP_REALM_ACTIVATE, NULL);
}

static int boot(void)
{
	return kvm_init_rme();
}

static const struct hshim_config machine = {.boot = boot};

static const struct hshim_exercise host = {
	.create = create,
	.ram = ram,
	.populate = populate,
	.activate = activate,
	.aux_planes = 3,
};

HSHIM_EXERCISES(host)

#ifdef HOST_FUZZER
HSHIM_FUZZER(host, machine)
#else
int main(int argc, char **argv)
{
	return hshim_main(argc, argv, &machine);
}
#endif
