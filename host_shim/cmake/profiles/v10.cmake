# SPDX-License-Identifier: BSD-3-Clause
# Series v8 to v11: rme.c, accounting of tables, may_block.
set(profile_realm_header asm/kvm_rme.h)
set(profile_defines)
set(profile_slice kvm_stage2_unmap_range kvm_free_stage2_pgd)
set(profile_slice_extra realm_map_ipa private_memslot_fault)
