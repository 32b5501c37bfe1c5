/* SPDX-License-Identifier: BSD-3-Clause */
#include <hshim/test.h>
#include <hshim/vm.h>

static int boot(void)
{
	kvm_init_rme(); /* returns nothing in some versions */
	return 0;
}

static const struct hshim_config machine = {.boot = boot};

HSHIM_TEST(a_machine_comes_and_goes)
{
	struct hshim_vm *vm = hshim_vm_create(&(struct hshim_vm_cfg){.ipa_bits = 40, .nvcpus = 1});

	HSHIM_ASSERT_TRUE(vm);
	hshim_vm_destroy(vm);
}

int main(int argc, char **argv)
{
	return hshim_main(argc, argv, &machine);
}
