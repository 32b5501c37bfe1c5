#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# ./dev fuzz goes on after a finding: the target with a broken variant inside fails at once, the next one
# runs, the table has both, and the exit status is 1. Nothing is built: cmake and clang do nothing here, and
# what stands for the libFuzzer targets runs the inputs that it is given with those of this build.
set -euo pipefail

build=$(dirname "${RMMSIM_COMMAND:?}")
source=${RMMSIM_SOURCE_DIR:?}
[[ -x $build/broken/fuzz_sequence && -x $build/fuzz_token ]] ||
	{ echo "skipped: built without RMMSIM_MUTANTS or RMMSIM_BUILD_FUZZ"; exit 77; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

fail() {
	echo "FAILED: $*"
	cat "$scratch/out" "$scratch/err"
	exit 1
}

says() { # FILE PATTERN
	grep -qE -- "$2" "$scratch/$1" || fail "$1 has no line like '$2'"
}

# target NAME PROGRAM: libFuzzer as far as ./dev knows it
target() {
	cat >"$scratch/build-fuzz/$1" <<-END
	#!/usr/bin/env bash
	echo "\$*" >>"$scratch/options-$1"
	runs=0
	for argument; do
		case \$argument in
		-artifact_prefix=*) prefix=\${argument#*=} ;;
		-*) ;;
		*) inputs+=("\$argument") ;;
		esac
	done
	while read -r file; do
		runs=\$((runs + 1))
		"$2" "\$file" >&2 && continue
		[[ \${prefix:-} ]] && cp "\$file" "\${prefix}crash-\$runs"
		echo "stat::number_of_executed_units: \$runs"
		exit 77
	done < <(find "\${inputs[@]}" -type f | sort -r)
	echo "stat::number_of_executed_units: \$runs"
	END
	chmod +x "$scratch/build-fuzz/$1"
}

mkdir "$scratch/bin" "$scratch/build-fuzz"
for name in cmake clang apt-get sudo; do
	printf '#!/bin/sh\necho "%s $*" >>"%s/built"\n' "$name" "$scratch" >"$scratch/bin/$name"
	chmod +x "$scratch/bin/$name"
done
ln -s "$source/fuzz" "$source/tests" "$source/smc" "$scratch"
ln -s "$RMMSIM_COMMAND" "$scratch/build-fuzz/rmmsim"
cp "$source/dev" "$scratch"
target fuzz_sequence "$build/broken/fuzz_sequence"
target fuzz_token "$build/fuzz_token"

# dev STATUS ARGUMENT...
dev() {
	local expected=$1 status=0

	shift
	PATH=$scratch/bin:$PATH RMMSIM_FUZZ_MUTANT=$variant "$scratch/dev" fuzz "$@" >"$scratch/out" \
		2>"$scratch/err" </dev/null || status=$?
	[[ $status -eq $expected ]] || fail "./dev fuzz $*: exit status $status, expected $expected"
}

variant=rec_destroy_keeps_aux
dev 1 fuzz_sequence fuzz_token --time 3 --jobs 2
says built 'cmake --build --preset fuzz .*rmmsim_cli fuzz_sequence fuzz_token'
says options-fuzz_sequence '-max_total_time=3 .*-dict=build-fuzz/seeds-fuzz_sequence.dict .*-fork=2 '
says out 'rec_aux_once'
says out '^fuzz_sequence found something: build-fuzz/found-fuzz_sequence\. Next:$'
says out '^=== fuzz_token, 3 s, 2 processes$'
says out '^\| fuzz_sequence +\| +[0-9]+ \| +[0-9]+ \| +1 \| [0-9]+/[0-9]+ conditions, [0-9]+ granule states, '
says out '^\| fuzz_token +\| +[0-9]+ \| +[0-9]+ \| +0 \| - \|$'
says err '^dev: fuzz: found something: fuzz_sequence$'

# What it says is next works.
RMMSIM_FUZZ_MUTANT=$variant bash -c "cd '$scratch' && $(sed -n \
	's/crash-\.\.\./crash-*/; s/^  \(build-fuzz.rmmsim shrink .*\)/\1/p' "$scratch/out")" 2>"$scratch/err"
says err '^1 steps are left, 1 calls of the Host'
grep -qx 'RMI_REC_DESTROY rec_ptr=g20' "$scratch/small.rmm" || fail "$(cat "$scratch/small.rmm")"

variant=
rm -r "$scratch/build-fuzz/found-fuzz_sequence"
dev 0 fuzz_token --time 1
says out '^\| fuzz_token +\| +[0-9]+ \| +[0-9]+ \| +0 \| - \|$'
[[ ! -s $scratch/err ]] || fail "a run without finding complains"
dev 1 fuzz_nothing
says err 'there is no fuzz/fuzz_nothing\.c'
dev 1 fuzz_token --time 0
says err '--time needs a number from 1 on'

# Interrupted: what there is stays, nothing is said to be found, and no other target runs.
echo kept >"$scratch/build-fuzz/corpus-fuzz_token/kept"
printf '#!/bin/sh\nexit 72\n' >"$scratch/build-fuzz/fuzz_token"
dev 130 fuzz_token fuzz_sequence --time 1
says out '^fuzz_token was interrupted; build-fuzz/corpus-fuzz_token and build-fuzz/found-fuzz_token stay$'
! grep -q 'found something\|=== fuzz_sequence' "$scratch/out" "$scratch/err" || fail "an interruption is a finding"
[[ -e $scratch/build-fuzz/corpus-fuzz_token/kept ]] || fail "the corpus is gone"
