#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# "The first green test" of docs/host-testing.md as it stands there, for a user who has installed rmmsim, with
# and without a kernel tree.
set -euo pipefail

build=$(dirname "${RMMSIM_COMMAND:?}")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The first block of the language that the section has.
block() { # LANGUAGE
	awk -v fence="^\`\`\`$1\$" '/^### /{ exit } $0 ~ fence { on = 1; next } /^```$/ { if (on) exit } on' \
		"$RMMSIM_SOURCE_DIR/docs/host-testing.md"
}

quietly() { # COMMAND...
	"$@" >"$work/log" 2>&1 || {
		cat "$work/log" >&2
		exit 1
	}
}

# A sanitizer in the library has to be in the program, too; the page does not speak of that.
! grep -q '^RMMSIM_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt" || exit 77
quietly cmake --install "$build" --prefix "$work/prefix"
mkdir "$work/project"
block cmake >"$work/project/CMakeLists.txt"
block c >"$work/project/test_life.c"
grep -q rmmsim_add_kernel_objects "$work/project/CMakeLists.txt"
grep -q HSHIM_TEST "$work/project/test_life.c"

quietly cmake -S "$work/project" -B "$work/none" "-DCMAKE_PREFIX_PATH=$work/prefix"
quietly cmake --build "$work/none"
[[ ! -e $work/none/test_life ]]

quietly cmake -S "$work/project" -B "$work/b" "-DCMAKE_PREFIX_PATH=$work/prefix" \
	"-DKERNEL_TREE=$RMMSIM_SOURCE_DIR/examples/host-test/tree"
quietly cmake --build "$work/b"
"$work/b/test_life" | tee "$work/result"
grep -q '^1 of 1 tests passed' "$work/result"
