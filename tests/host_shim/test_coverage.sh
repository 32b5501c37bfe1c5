#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# COVERAGE ON counts what the runs of a sweep reach, together and apart.
set -euo pipefail

build=$(dirname "${RMMSIM_COMMAND:?}")
! grep -q '^RMMSIM_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt" || exit 77
command -v gcov >/dev/null || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

quietly() { # COMMAND...
	"$@" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		exit 1
	}
}

quietly cmake --install "$build" --prefix "$work/prefix"
mkdir -p "$work/project/arch/arm64/kvm"
tree=$work/tree
cp -r "$RMMSIM_SOURCE_DIR/examples/host-test/tree" "$tree"
chmod -R u+w "$tree"
cat >"$tree/arch/arm64/kvm/counted.c" <<'END'
#include <linux/kvm_host.h>
#include <linux/slab.h>

int counted(void);
int counted(void)
{
	void *a = kmalloc(16, GFP_KERNEL), *b;
	int ret = -ENOMEM;

	if (!a)
		return -EINVAL; /* first */
	b = kmalloc(16, GFP_KERNEL);
	if (!b)
		goto out; /* second */
	ret = 0;
	kfree(b);
out:
	kfree(a);
	return ret; /* every run but one */
}
END
cat >"$work/project/CMakeLists.txt" <<'END'
cmake_minimum_required(VERSION 3.20)
project(counted C)
find_package(rmmsim REQUIRED COMPONENTS host_shim)
rmmsim_add_kernel_objects(code TREE ${KERNEL_TREE} PROFILE v10-planes SOURCES arch/arm64/kvm/counted.c COVERAGE ON)
add_executable(counted main.c)
target_link_libraries(counted PRIVATE code rmmsim::host_shim)
END
cat >"$work/project/main.c" <<'END'
#include <hshim/env.h>

int counted(void);

static void test(void)
{
	counted();
}

int main(int argc, char **argv)
{
	struct hshim_sweep sweep = {.apart = argc > 1};

	(void)argv;
	hshim_open(NULL);
	return (int)hshim_sweep_alloc_kinds(test, HSHIM_ALLOC_ANY, &sweep);
}
END
quietly cmake -S "$work/project" -B "$work/b" -DCMAKE_C_COMPILER=gcc "-DCMAKE_PREFIX_PATH=$work/prefix" \
	"-DKERNEL_TREE=$tree"
quietly cmake --build "$work/b"

count_of() { # COMMENT
	sed -n "s|^ *\([0-9#]*\)\*\{0,1\}: *[0-9]*:.*/\* $1 \*/.*|\1|p" "$work/gcov/counted.c.gcov"
}

for option in "" apart; do
	find "$work/b" -name '*.gcda' -delete
	"$work/b/counted" $option
	mkdir -p "$work/gcov"
	(cd "$work/gcov" && gcov "$(find "$work/b" -name 'counted.c.gcda')" >/dev/null)
	for line in "first 1" "second 1" "every run but one 2"; do
		[[ $(count_of "${line% *}") == "${line##* }" ]] && continue
		echo "${option:-together}: \"${line% *}\" was counted $(count_of "${line% *}") times"
		exit 1
	done
done
