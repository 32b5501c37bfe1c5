#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The static library compiled with musl's headers, and programs that run on musl: the first program, and protection
# faults as failures of tests. mbedTLS and libcbor are the distribution's, which are made for glibc:
# compat/fortify.c has the few names that musl lacks.
set -euo pipefail

command -v musl-gcc >/dev/null || { echo "skipped: there is no musl-gcc (package musl-tools)"; exit 77; }
source=${RMMSIM_SOURCE_DIR:?}
here=$source/tests/musl/compat
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
	echo "FAILED: $*"
	cat "$scratch/out"
	exit 1
}

library() { # NAME
	cc -print-file-name="lib$1.so"
}

# Only the headers of the two, not those of glibc beside them.
mkdir "$scratch/include"
for header in mbedtls psa cbor cbor.h; do
	ln -s "/usr/include/$header" "$scratch/include"
done
musl-gcc -O2 -c "$here/fortify.c" -o "$scratch/fortify.o"
libraries=$(dirname "$(realpath "$(library cbor)")")
link="$scratch/fortify.o -rdynamic -Wl,--allow-shlib-undefined -Wl,-rpath,$libraries"

build() {
	cmake -S "$source" -B "$scratch/build" -G Ninja -DCMAKE_C_COMPILER=musl-gcc \
		-DCMAKE_BUILD_TYPE=Release -DCMAKE_COMPILE_WARNING_AS_ERROR=ON \
		-DMbedCrypto_INCLUDE_DIR="$scratch/include" -DMbedCrypto_LIBRARY="$(library mbedcrypto)" \
		-DLibcbor_INCLUDE_DIR="$scratch/include" -DLibcbor_LIBRARY="$(library cbor)" \
		-DRMMSIM_HASH=mbedtls -DRMMSIM_UNICORN=OFF -DRMMSIM_BUILD_TOOLS=OFF -DRMMSIM_BUILD_TESTS=OFF \
		-DRMMSIM_BUILD_EXAMPLES=ON "-DCMAKE_EXE_LINKER_FLAGS=$link"
	cmake --build "$scratch/build" -j 2 --target example_first
	read -ra options <<<"$link"
	musl-gcc -std=gnu11 -g -O1 -I"$source" -I"$source/include" "$source/tests/testing/programs/with_nothing.c" \
		"$scratch/build/librmmsim.a" "$(library mbedcrypto)" "$(library cbor)" "${options[@]}" \
		-o "$scratch/with_nothing"
}
set +e
(set -e; build) >"$scratch/out" 2>&1
status=$?
set -e
[[ $status -eq 0 ]] || fail "it does not build"

"$scratch/build/example_first" >"$scratch/out" 2>&1 || {
	! grep -q 'symbol not found' "$scratch/out" ||
		{ echo "skipped: the libraries of this distribution need more of glibc:"; cat "$scratch/out"; exit 77; }
	fail "the first program"
}
grep -q 'granule 0x80001000 is DELEGATED since call 1: GRANULE_DELEGATE' "$scratch/out" || fail "no explanation"

# The report and its line; where gcc's unwinder cannot be linked, the access alone.
line=$(grep -n '/\* a write \*/' "$source/tests/testing/programs/faulty.h" | cut -d: -f1)
status=0
"$scratch/with_nothing" >"$scratch/out" 2>&1 || status=$?
[[ $status -eq 2 ]] || fail "protection faults: exit status $status, expected 2"
grep -q "^FAIL writes host write to PA 0x80005008, .*: touch, faulty\.h:$line\$" "$scratch/out" || fail "no line"
grep -q "^rmmsim:     touch +0x[0-9a-f]* (faulty\.h:$line)\$" "$scratch/out" || fail "no report"
grep -q '^ok is_good' "$scratch/out" || fail "the test behind it"
