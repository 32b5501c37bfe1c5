#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# rmmsim_add_kernel_objects() and rmmsim_add_kernel_host(): trees of all kinds, and what the errors say.
# host-shim.md#10
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
example=$RMMSIM_SOURCE_DIR/examples/host-test/tree
sources="arch/arm64/kvm/rme.c arch/arm64/kvm/rme-exit.c"
planes="PROFILE v10-planes SOURCES $sources"

# One build directory: the compiler is looked at only once.
mkdir "$work/project"
cat >"$work/project/CMakeLists.txt" <<END
cmake_minimum_required(VERSION 3.20)
project(cases LANGUAGES C)
include("$RMMSIM_SOURCE_DIR/host_shim/cmake/RmmsimHostShim.cmake")
add_executable(rmmsim::kslice IMPORTED)
set_target_properties(rmmsim::kslice PROPERTIES IMPORTED_LOCATION "$(dirname "${RMMSIM_COMMAND:?}")/rmmsim-kslice")
include("$work/case.cmake")
message(STATUS "found: \${code_FOUND}, profile: \${code_PROFILE}")
END

fail() {
	printf 'test_cmake: %s\n' "$*" >&2
	cat "$work/log" >&2
	exit 1
}

configure() { # CALL
	printf '%s\n' "$1" >"$work/case.cmake"
	cmake -S "$work/project" -B "$work/a build" >"$work/log" 2>&1
}

good() { # WHAT CALL [TEXT]
	configure "$2" || fail "$1: not configured"
	grep -q -- "${3:-found: TRUE}" "$work/log" || fail "$1: no \"${3:-found: TRUE}\""
}

# Line breaks of messages are CMake's.
bad() { # WHAT CALL TEXT...
	configure "$2" && fail "$1: configured"
	tr -s ' \n' ' ' <"$work/log" >"$work/flat"
	for text in "${@:3}"; do
		grep -qF -- "$text" "$work/flat" || fail "$1: no \"$text\""
	done
}

compile() { # WHAT [TARGET]
	cmake --build "$work/a build" -j2 ${2:+--target "$2"} >"$work/log" 2>&1 || fail "$1: not compiled"
}

# The names that v12 gave to files and functions.
rename_tree() { # FROM TO
	cp -r "$1" "$2"
	mv "$2/arch/arm64/include/asm/kvm_rme.h" "$2/arch/arm64/include/asm/kvm_rmi.h"
	mv "$2/arch/arm64/kvm/rme.c" "$2/arch/arm64/kvm/rmi.c"
	mv "$2/arch/arm64/kvm/rme-exit.c" "$2/arch/arm64/kvm/rmi-exit.c"
	sed -i 's/kvm_rme\.h/kvm_rmi.h/' "$2"/arch/arm64/kvm/*.c "$2"/arch/arm64/include/asm/*.h
}

# --- trees ------------------------------------------------------------------------------------------

cp -r "$example" "$work/a tree"
chmod -R u+w "$work/a tree"
good "path with spaces" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" $planes)"
compile "path with spaces"

good "no tree" "rmmsim_add_kernel_host(code LINUX_TREE \"\" $planes)" "found: FALSE"
good "no tree, not quoted" "rmmsim_add_kernel_host(code LINUX_TREE \${NOTHING} $planes)" "found: FALSE"
bad "tree that is not there" "rmmsim_add_kernel_host(code LINUX_TREE /nowhere/linux $planes)" \
	"/nowhere/linux" "does not exist"
mkdir "$work/empty"
bad "no kernel tree" "rmmsim_add_kernel_objects(code TREE \"$work/empty\" PROFILE v10)" \
	"include/uapi/linux/kvm.h does not exist" "root of a kernel tree"
bad "no such file" \
	"rmmsim_add_kernel_objects(code TREE \"$work/a tree\" SOURCES arch/arm64/kvm/rme.c arch/arm64/kvm/none.c)" \
	"$work/a tree/arch/arm64/kvm/none.c does not exist"

# --- profiles ---------------------------------------------------------------------------------------

bad "no such profile" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" PROFILE v99 SOURCES $sources)" \
	"no profile v99" "v7 v10 v10-planes v12 v13 v14"
good "probed profile" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" SOURCES $sources)" \
	"profile: v10-planes"
good "AUTO" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" PROFILE AUTO SOURCES $sources)" \
	"profile: v10-planes"
for profile in v7 v10; do
	good "$profile" "rmmsim_add_kernel_host(code LINUX_TREE \"$work/a tree\" PROFILE $profile SOURCES $sources)" \
		"profile: $profile"
done
rename_tree "$work/a tree" "$work/rmi"
for profile in v12 v13 v14; do
	good "$profile" "rmmsim_add_kernel_host(code LINUX_TREE \"$work/rmi\" PROFILE $profile
		SOURCES arch/arm64/kvm/rmi.c arch/arm64/kvm/rmi-exit.c)" "profile: $profile"
done
compile "v14"
good "probed v12" "rmmsim_add_kernel_host(code LINUX_TREE \"$work/rmi\" SOURCES arch/arm64/kvm/rmi.c)" \
	"profile: v12"

# --- pages ------------------------------------------------------------------------------------------

cat >"$work/a tree/arch/arm64/kvm/pages.c" <<'END'
#include <linux/kvm_host.h>
#ifndef CONFIG_ARM64_16K_PAGES
#error "pages of 16 KiB are not configured"
#endif
static_assert(PAGE_SIZE == 0x4000 && PTRS_PER_PTE == 2048, "pages of 16 KiB");
END
good "pages of 16 KiB" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" PROFILE v10 PAGE_SHIFT 14
	SOURCES arch/arm64/kvm/pages.c)"
compile "pages of 16 KiB"
bad "pages of 8 KiB" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" PAGE_SHIFT 13 $planes)" \
	"PAGE_SHIFT is 12, 14 or 16, not 13"

# --- changes ----------------------------------------------------------------------------------------

object() { # the latest time of the object of rme.c
	find "$work/a build" -name 'rme.c.o' -exec stat -c %y {} +
}

# Only the files under test: what is compiled beside them was compiled above.
good "to be changed" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" $planes)"
compile "before a change" code
before=$(object)
compile "no change" code
[[ $(object) == "$before" ]] || fail "compiled again though nothing has changed"
sleep 1
echo '#define A_NEW_LINE 1' >>"$work/a tree/arch/arm64/include/asm/rmi_smc.h"
compile "a header of the tree has changed" code
[[ $(object) != "$before" ]] || fail "not compiled again after a header of the tree has changed"
before=$(object)
sleep 1
echo '/* changed */' >>"$work/a tree/arch/arm64/kvm/rme.c"
compile "a file under test has changed" code
[[ $(object) != "$before" ]] || fail "not compiled again after the file has changed"

# --- headers ----------------------------------------------------------------------------------------

sed -i '1i #include <linux/unheard.h>' "$work/a tree/arch/arm64/include/asm/kvm_rme.h"
bad "missing header in a header" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" $planes)" \
	"linux/unheard.h" "asm/kvm_rme.h" "EXTRA_SHADOW_HEADERS linux/unheard.h" "EXTRA_OVERLAY"
good "the remedy" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" $planes EXTRA_SHADOW_HEADERS linux/unheard.h)"
compile "the remedy"
mkdir -p "$work/a tree/include/linux"
echo '#define FROM_THE_TREE 1' >"$work/a tree/include/linux/unheard.h"
good "the other remedy" "rmmsim_add_kernel_objects(code TREE \"$work/a tree\" $planes
	EXTRA_OVERLAY include/linux/unheard.h=>linux/unheard.h)"
compile "the other remedy"

# --- types of the functions that are called ------------------------------------------------------------

rm -rf "$work/typed"
cp -r "$example" "$work/typed"
chmod -R u+w "$work/typed"
# As up to v7: without may_block.
sed -i 's/bool unmap_private, bool may_block/bool unmap_private/' "$work/typed/arch/arm64/include/asm/kvm_rme.h"
sed -i 's/bool unmap_private_half, bool may_block)/bool unmap_private_half)\n/; s/void kvm_realm_unmap_range(/&/' \
	"$work/typed/arch/arm64/kvm/rme.c"
sed -i 's/^{\n\tconst unsigned long half = BIT(kvm->arch.realm.ia_bits - 1);/&/; s/unmap_half(\(.*\), may_block);/unmap_half(\1, true);/' \
	"$work/typed/arch/arm64/kvm/rme.c"
good "four arguments" "rmmsim_add_kernel_objects(code TREE \"$work/typed\" PROFILE v7 SOURCES $sources)"
compile "four arguments"
sed -i 's/void kvm_destroy_realm(struct kvm \*kvm)/void kvm_destroy_realm(struct realm *realm)/' \
	"$work/typed/arch/arm64/include/asm/kvm_rme.h"
good "unknown type" "rmmsim_add_kernel_objects(code TREE \"$work/typed\" PROFILE v7 SOURCES arch/arm64/kvm/rme-exit.c)"
cmake --build "$work/a build" -j2 >"$work/log" 2>&1 && fail "unknown type: compiled"
grep -q "struct realm \*" "$work/log" || fail "unknown type: its type is not named"
grep -q "HSHIM_FN_DESTROY_VM" "$work/log" || fail "unknown type: the function is not named"

# Slices give the machine or the vCPU, according to the version.
slice_of() { # FIRST-ARGUMENT
	cat >"$work/typed/arch/arm64/kvm/mmu.c" <<END
#include <linux/kvm_host.h>
static int realm_map_ipa($1, phys_addr_t ipa, kvm_pfn_t pfn, unsigned long size,
			 enum kvm_pgtable_prot prot, struct kvm_mmu_memory_cache *memcache)
{
	return ipa && pfn && size && prot && memcache ? 0 : -EINVAL;
}
END
	good "slice: $1" "rmmsim_add_kernel_objects(code TREE \"$work/typed\" PROFILE v7
		SOURCES arch/arm64/kvm/mmu.c SLICE arch/arm64/kvm/mmu.c FUNCTIONS realm_map_ipa)"
}
cp "$example/arch/arm64/include/asm/kvm_rme.h" "$work/typed/arch/arm64/include/asm/kvm_rme.h"
for first in "struct kvm *kvm" "struct kvm_vcpu *vcpu"; do
	slice_of "$first"
	cmake --build "$work/a build" -j2 >"$work/log" 2>&1 || fail "slice: $first: not compiled"
done
slice_of "struct realm *realm"
cmake --build "$work/a build" -j2 >"$work/log" 2>&1 && fail "slice of an unknown type: compiled"
grep -q "realm_map_ipa" "$work/log" || fail "slice of an unknown type: the function is not named"

# --- versions -------------------------------------------------------------------------------------------

cp -r "$example" "$work/old"
chmod -R u+w "$work/old"
echo 'unsigned long roots(const struct kvm_pgtable *pgt) { return pgt->pgd_pages; }' >"$work/old/arch/arm64/kvm/roots.c"
bad "older" "rmmsim_add_kernel_objects(code TREE \"$work/old\" SOURCES arch/arm64/kvm/roots.c)" \
	"older than v7" "not supported" "arch/arm64/kvm/roots.c uses pgd_pages" "v7 v10"
# With its field it builds, and so does code that counts pages.
printf '#include <linux/kvm_host.h>\nstruct page *next(struct page *page) { return ++page; }\n' \
	>>"$work/old/arch/arm64/kvm/roots.c"
sed -i '1i #include <linux/kvm_host.h>' "$work/old/arch/arm64/kvm/roots.c"
echo '#define HSHIM_PGTABLE_EXTRA unsigned long pgd_pages;' >"$work/project/extra.h"
good "a field more" "rmmsim_add_kernel_objects(code TREE \"$work/old\" PROFILE v7 SOURCES arch/arm64/kvm/roots.c
	USER_HEADER \"$work/project/extra.h\")"
compile "a field more"
sed -i 's/roots(/missing_function(1) + roots(/' "$work/old/arch/arm64/kvm/roots.c"
printf 'int implicit(void) { return nobody_declares_this(); }\n' >>"$work/old/arch/arm64/kvm/roots.c"
cmake --build "$work/a build" -j2 >"$work/log" 2>&1 && fail "implicit declaration: compiled"
grep -q "nobody_declares_this\|missing_function" "$work/log" || fail "implicit declaration: not named"
cp -r "$example" "$work/new"
chmod -R u+w "$work/new"
mkdir -p "$work/new/include/linux"
: >"$work/new/include/linux/arm-rmi-cmds.h"
good "newer" "rmmsim_add_kernel_objects(code TREE \"$work/new\" SOURCES $sources)" "newer than any profile"
