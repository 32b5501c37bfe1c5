/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The entry points of the code under test. The build finds out which of them the tree's headers declare,
 * and defines HSHIM_FN_<role> as the name; here their types are checked. host-shim.md#4.5
 */
#include <hshim/kvm/shapes.h>
#include <hshim/vm.h>

/* Declared, and perhaps in no file of SOURCES. */
#define WEAK_(fn) _Pragma(#fn)
#define WEAK(fn)  WEAK_(weak fn)

#ifdef HSHIM_FN_INIT_VM
WEAK(HSHIM_FN_INIT_VM)
HSHIM_ONLY_SHAPE(HSHIM_FN_INIT_VM, hshim_vm_fn);
#else
#define HSHIM_FN_INIT_VM NULL
#endif
#ifdef HSHIM_FN_ENABLE_CAP
WEAK(HSHIM_FN_ENABLE_CAP)
HSHIM_ONLY_SHAPE(HSHIM_FN_ENABLE_CAP, hshim_cap_fn);
#else
#define HSHIM_FN_ENABLE_CAP NULL
#endif
#ifdef HSHIM_FN_DESTROY_VM
WEAK(HSHIM_FN_DESTROY_VM)
HSHIM_ONLY_SHAPE(HSHIM_FN_DESTROY_VM, hshim_end_vm_fn);
#else
#define HSHIM_FN_DESTROY_VM NULL
#endif
#ifdef HSHIM_FN_CREATE_REC
WEAK(HSHIM_FN_CREATE_REC)
HSHIM_ONLY_SHAPE(HSHIM_FN_CREATE_REC, hshim_vcpu_fn);
#else
#define HSHIM_FN_CREATE_REC NULL
#endif
#ifdef HSHIM_FN_DESTROY_REC
WEAK(HSHIM_FN_DESTROY_REC)
HSHIM_ONLY_SHAPE(HSHIM_FN_DESTROY_REC, hshim_end_vcpu_fn);
#else
#define HSHIM_FN_DESTROY_REC NULL
#endif
#ifdef HSHIM_FN_PRE_ENTER
WEAK(HSHIM_FN_PRE_ENTER)
HSHIM_ONLY_SHAPE(HSHIM_FN_PRE_ENTER, hshim_vcpu_fn);
#else
#define HSHIM_FN_PRE_ENTER NULL
#endif
#ifdef HSHIM_FN_ENTER
WEAK(HSHIM_FN_ENTER)
HSHIM_ONLY_SHAPE(HSHIM_FN_ENTER, hshim_vcpu_fn);
#else
#define HSHIM_FN_ENTER NULL
#endif
#ifdef HSHIM_FN_HANDLE_EXIT
WEAK(HSHIM_FN_HANDLE_EXIT)
HSHIM_ONLY_SHAPE(HSHIM_FN_HANDLE_EXIT, hshim_exit_fn);
#else
#define HSHIM_FN_HANDLE_EXIT NULL
#endif
#ifdef HSHIM_FN_PSCI_COMPLETE
WEAK(HSHIM_FN_PSCI_COMPLETE)
HSHIM_ONLY_SHAPE(HSHIM_FN_PSCI_COMPLETE, hshim_psci_fn);
#else
#define HSHIM_FN_PSCI_COMPLETE NULL
#endif

#ifdef HSHIM_FN_UNMAP_RANGE
WEAK(HSHIM_FN_UNMAP_RANGE)
static void unmap_range(struct kvm *kvm, unsigned long start, unsigned long size, bool is_private,
			bool may_block)
{
	switch (HSHIM_SHAPE_OF(HSHIM_FN_UNMAP_RANGE, hshim_unmap_fn : 0, hshim_unmap64_fn : 1,
			       hshim_unmap4_fn : 2, hshim_unmap4_64_fn : 3)) {
	case 0:
		HSHIM_AS(hshim_unmap_fn, HSHIM_FN_UNMAP_RANGE)
		(kvm, start, size, is_private, may_block);
		break;
	case 1:
		HSHIM_AS(hshim_unmap64_fn, HSHIM_FN_UNMAP_RANGE)
		(kvm, start, size, is_private, may_block);
		break;
	case 2:
		HSHIM_AS(hshim_unmap4_fn, HSHIM_FN_UNMAP_RANGE)(kvm, start, size, is_private);
		break;
	default:
		HSHIM_AS(hshim_unmap4_64_fn, HSHIM_FN_UNMAP_RANGE)(kvm, start, size, is_private);
	}
}
#define UNMAP_RANGE (HSHIM_FN_UNMAP_RANGE ? unmap_range : NULL)
#else
#define UNMAP_RANGE NULL
#endif

#ifdef HSHIM_FN_DESTROY_RTTS
WEAK(HSHIM_FN_DESTROY_RTTS)
static void destroy_rtts(struct kvm *kvm, u32 ia_bits)
{
	if (HSHIM_SHAPE_OF(HSHIM_FN_DESTROY_RTTS, hshim_rtts_fn : 1, hshim_rtts1_fn : 0))
		HSHIM_AS(hshim_rtts_fn, HSHIM_FN_DESTROY_RTTS)(kvm, ia_bits);
	else
		HSHIM_AS(hshim_rtts1_fn, HSHIM_FN_DESTROY_RTTS)(kvm);
}
#define DESTROY_RTTS (HSHIM_FN_DESTROY_RTTS ? destroy_rtts : NULL)
#else
#define DESTROY_RTTS NULL
#endif

struct hshim_ops *hshim_ops(void)
{
	static struct hshim_ops ops;
	static bool filled;

	if (filled)
		return &ops;
	filled = true;
	ops = (struct hshim_ops){
		.init_vm = HSHIM_FN_INIT_VM,
		.enable_cap = HSHIM_FN_ENABLE_CAP,
		.destroy_vm = HSHIM_FN_DESTROY_VM,
		.create_rec = HSHIM_FN_CREATE_REC,
		.destroy_rec = HSHIM_FN_DESTROY_REC,
		.pre_enter = HSHIM_FN_PRE_ENTER,
		.enter = HSHIM_FN_ENTER,
		.handle_exit = HSHIM_FN_HANDLE_EXIT,
		.unmap_range = UNMAP_RANGE,
		.destroy_rtts = DESTROY_RTTS,
		.psci_complete = HSHIM_FN_PSCI_COMPLETE,
	};
	return &ops;
}

bool hshim_unmap_may_not_block(void)
{
#ifdef HSHIM_FN_UNMAP_RANGE
	return HSHIM_SHAPE_OF(HSHIM_FN_UNMAP_RANGE, hshim_unmap_fn : 1, hshim_unmap64_fn : 1,
			      hshim_unmap4_fn : 0, hshim_unmap4_64_fn : 0);
#else
	return false;
#endif
}
