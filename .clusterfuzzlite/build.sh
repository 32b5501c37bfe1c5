#!/bin/bash -eu
# SPDX-License-Identifier: BSD-3-Clause
# For ClusterFuzzLite and OSS-Fuzz: $CC, $CFLAGS, $LIB_FUZZING_ENGINE and $OUT come from their image.
cd "$(dirname "$(find . -maxdepth 2 -name CMakePresets.json | head -1)")"
mkdir -p "$WORK/build"
# The command first, without instrumentation: it makes the seeds.
CC=clang CFLAGS='' cmake -S . -B "$WORK/seeds" -G Ninja -DCMAKE_BUILD_TYPE=Release \
	-DRMMSIM_BUILD_TESTS=OFF
cmake --build "$WORK/seeds" --target rmmsim_cli
cmake -S . -B "$WORK/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_FLAGS_DEBUG="-g -O1" \
	-DRMMSIM_BUILD_TESTS=OFF -DRMMSIM_BUILD_TOOLS=OFF -DRMMSIM_BUILD_FUZZ=ON \
	-DRMMSIM_FUZZ_ENGINE="$LIB_FUZZING_ENGINE"
cmake --build "$WORK/build" --target fuzz_programs

for target in fuzz/fuzz_*.c; do
	target=$(basename "$target" .c)
	cp "$WORK/build/$target" "$OUT/"
	fuzz/seeds.sh "$WORK/seeds/rmmsim" "$target" "$WORK/$target"
	zip -qrj "$OUT/${target}_seed_corpus.zip" "$WORK/$target"
	[[ ! -e $WORK/$target.dict ]] || cp "$WORK/$target.dict" "$OUT/"
done
