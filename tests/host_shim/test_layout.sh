#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Structures are the same in kernel and in libc mode: host-shim.md#4.2
set -euo pipefail
cd "$RMMSIM_SOURCE_DIR"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
tree=$PWD/examples/host-test/tree
mkdir -p "$work/overlay/asm" "$work/overlay/linux" "$work/overlay/uapi/linux"
ln -s "$tree/include/uapi/linux/kvm.h" "$work/overlay/linux/kvm.h"
ln -s "$tree/include/uapi/linux/kvm.h" "$work/overlay/uapi/linux/kvm.h"
ln -s "$tree"/arch/arm64/include/uapi/asm/*.h "$tree"/arch/arm64/include/asm/*.h "$work/overlay/asm/"
printf '#define HSHIM_REALM_HEADER <asm/kvm_rme.h>\n' >"$work/overlay/hshim_profile.h"
cat >"$work/table.c" <<'END'
#include <hshim/prelude.h>
#define S(t) sizeof(t)
#define O(t, m) offsetof(t, m)
const unsigned long table[] = {
	S(struct kvm), S(struct kvm_vcpu), S(struct kvm_arch), S(struct kvm_vcpu_arch), S(struct kvm_s2_mmu),
	S(struct kvm_memory_slot), S(struct kvm_mmu_memory_cache), S(struct vm_area_struct), S(struct mutex),
	S(rwlock_t), S(struct srcu_struct), S(struct xarray), S(struct kvm_pgtable), S(struct kvm_gfn_range),
	S(struct task_struct), S(struct hshim_region), S(struct file), S(struct static_key_false), S(u64), S(gpa_t),
	O(struct kvm, arch), O(struct kvm, srcu), O(struct kvm, default_private), O(struct kvm_vcpu, arch),
	O(struct kvm_vcpu, run), O(struct kvm_arch, realm), O(struct kvm_vcpu_arch, rec), O(struct kvm_vcpu_arch, fault),
};
END
builtin=$(gcc -print-file-name=include)
includes=(-Ihost_shim/include/shadow -Ihost_shim/include "-I$work/overlay")
gcc -std=gnu11 -nostdinc -isystem "$builtin" -ffreestanding "${includes[@]}" -c "$work/table.c" -o "$work/kernel.o"
gcc -std=gnu11 -DHSHIM_WITH_LIBC "${includes[@]}" -c "$work/table.c" -o "$work/libc.o"
for mode in kernel libc; do
	objcopy -O binary -j .rodata "$work/$mode.o" "$work/$mode.bin"
done
cmp "$work/kernel.bin" "$work/libc.bin"
