#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Every shadow header compiles with -nostdinc, alone and after and before all others.
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

(cd host_shim/include/shadow && find . -name '*.h' | sed 's|^\./||' | sort) >"$work/list"
sed 's|.*|#include <&>|' "$work/list" >"$work/forward.c"
tac "$work/forward.c" >"$work/backward.c"
# Each in a unit of its own, without the others.
while read -r header; do
	printf '#include <%s>\nint unit_%d;\n' "$header" "$RANDOM" >"$work/alone-${header//\//_}.c"
done <"$work/list"

for compiler in gcc clang; do
	command -v "$compiler" >/dev/null || continue
	# Alone with one compiler is enough: what is missing does not depend on it.
	[[ $compiler == gcc ]] || rm "$work"/alone-*.c
	builtin=$("$compiler" -print-file-name=include)
	"$compiler" -std=gnu11 -nostdinc -isystem "$builtin" -ffreestanding -fno-strict-aliasing \
		-fsyntax-only -Wall -Wextra -Werror -Wno-unused-function \
		-Ihost_shim/include/shadow -Ihost_shim/include -I"$work/overlay" "$work"/*.c
done
echo "$(wc -l <"$work/list") headers"
