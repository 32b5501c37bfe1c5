# SPDX-License-Identifier: BSD-3-Clause
# Series v13: as v14.
set(profile_realm_header asm/kvm_rmi.h)
set(profile_defines)
set(profile_slice kvm_stage2_unmap_range kvm_free_stage2_pgd)
set(profile_slice_extra realm_map_ipa gmem_abort)
