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

mkdir -p "$WORK/corpus"
"$WORK/seeds/rmmsim" fuzz-corpus -o "$WORK/corpus" -d "$WORK/sequence.dict" \
	tests/traces/*.jsonl.gz fuzz/seeds/*.rmm
for target in fuzz/fuzz_*.c; do
	target=$(basename "$target" .c)
	cp "$WORK/build/$target" "$OUT/"
	case $target in
	fuzz_sequence | fuzz_realm | fuzz_differential)
		(cd "$WORK/corpus" && zip -q "$OUT/${target}_seed_corpus.zip" ./*)
		cp "$WORK/sequence.dict" "$OUT/$target.dict"
		;;
	fuzz_trace_reader) zip -qj "$OUT/${target}_seed_corpus.zip" tests/traces/*.jsonl.gz ;;
	fuzz_state_file) zip -qj "$OUT/${target}_seed_corpus.zip" tests/state/*.rmmsim ;;
	*) [[ ! -d fuzz/seeds/$target ]] || zip -qrj "$OUT/${target}_seed_corpus.zip" "fuzz/seeds/$target" ;;
	esac
done
