# SPDX-License-Identifier: BSD-3-Clause
# What `rmmsim to-test` prints fails as long as the cause is there, says why, and passes afterwards.
. "$(dirname "$0")/../tools/common.sh"
broken=$(dirname "$rmmsim")/broken
[ -x "$broken/printed_sequence" ] || { echo "skipped: built without RMMSIM_MUTANTS"; exit 77; }

# fails PROGRAM CAUSE TEST PATTERN...: with the cause, for the reason of the patterns
fails() {
	local program=$1 cause=$2 name=$3 pattern

	shift 3
	RMMSIM_FUZZ_MUTANT=$cause "$broken/$program" >"$scratch/out" 2>"$scratch/err" &&
		fail "$program passes with its cause"
	has out "\\[  FAILED  \\] $name"
	has err "$program\\.c:[0-9]+: error"
	for pattern; do
		has err "$pattern"
	done
	for cause in '' realm_destroy_keeps_vmid; do
		RMMSIM_FUZZ_MUTANT=$cause "$broken/$program" >"$scratch/out" 2>"$scratch/err" ||
			fail "$program fails without its cause"
		has out "\\[       OK \\] $name"
	done
}

fails printed_sequence set_ripas_revives nothing_is_found \
	'relation ripas: DESTROYED became RAM and no Realm had allowed it$'
fails printed_recording mec_keeps_member it_is_answered_as_recorded \
	'line [0-9]+, call [0-9]+: REALM_CREATE\(' 'X0 +expected 0x0 \(RMI_SUCCESS\) +actual 0x1 \(RMI_ERROR_INPUT\)' \
	'1 of 60 calls are answered differently'
finish
