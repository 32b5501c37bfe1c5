# SPDX-License-Identifier: BSD-3-Clause
# rmmsim shrink with each predicate, on what fails and on what does not.
. "$(dirname "$0")/../tools/common.sh"
broken=$(dirname "$rmmsim")/broken
seeds=$RMMSIM_SOURCE_DIR/fuzz/seeds
[ -x "$broken/rmmsim" ] || { echo "skipped: built without RMMSIM_MUTANTS"; exit 77; }

# variant NAME PROGRAM: what `run` runs
variant() {
	export RMMSIM_FUZZ_MUTANT=$1
	rmmsim=$broken/$2
}

# small LINES: that many steps are left, in a script of small.rmm
small() {
	has err "^$1 steps are left, [0-9]+ calls of the Host, after [0-9]+ attempts$"
	[ "$(wc -l <"$scratch/small.rmm")" -eq $(($1 + 2)) ] || fail "small.rmm: $(cat "$scratch/small.rmm")"
}

# shrinks STEPS PREDICATE FILE
shrinks() {
	run 0 shrink --predicate "$2" -o "$scratch/small.rmm" "$3"
	small "$1"
}

# refused STATUS PATTERN PREDICATE FILE [DIRECTORY/]: it cannot be shrunk, and nothing is written
refused() {
	rm -f "$scratch/none"
	run "$1" shrink --predicate "$3" -o "$scratch/${5:-}none" "$4"
	has err "$2"
	[ ! -e "$scratch/none" ] || fail "$3: there is a result"
}

# Each oracle is one of "invariant": those of rmmsim_check() and the others.
variant rec_destroy_keeps_aux rmmsim
shrinks 1 invariant "$seeds/teardown.rmm"
run 1 sequence --results "$scratch/small.rmm"
has out '^# FOUND: .*rec_aux_once'
variant undelegate_keeps_content rmmsim
shrinks 3 invariant "$seeds/leak.rmm"
run 1 sequence --results "$scratch/small.rmm"
has out '^# FOUND: relation leak'
variant set_ripas_revives rmmsim
shrinks 4 invariant "$RMMSIM_SOURCE_DIR/tests/broken/revives.rmm"

# A command: here a target, which gets the binary.
shrinks 4 "'$broken/fuzz_sequence'" "$RMMSIM_SOURCE_DIR/tests/broken/revives.rmm"
variant emulation_never_extends rmmsim
shrinks 4 "$broken/fuzz_differential" "$RMMSIM_SOURCE_DIR/tests/broken/loads.rmm"
has err ', 2 calls of the Host'

# A violated invariant is a crash of this program; its results end at the crash.
variant rec_destroy_keeps_aux rmmsim_checked
shrinks 1 crash "$seeds/teardown.rmm"
run 134 sequence --results "$scratch/small.rmm"
has err 'rec_aux_once'

# Recordings. The first difference stays what it was: without the variant nothing differs in what is left.
variant rec_destroy_keeps_count rmmsim
run 0 shrink --predicate invariant -o "$scratch/small.jsonl" "$traces/life-01.jsonl.gz"
has err '^[0-9]+ calls are left$'
mv "$scratch/small.jsonl" "$scratch/violates.jsonl"
variant rec_destroy_keeps_aux rmmsim_checked
run 0 shrink --predicate crash -o "$scratch/small.jsonl" "$traces/life-01.jsonl.gz"
run 134 replay "$scratch/small.jsonl"
variant skip_one_short rmmsim
run 0 shrink --predicate mismatch -o "$scratch/small.jsonl" "$traces/ripas-01.jsonl.gz"
run 1 replay "$scratch/small.jsonl"

variant '' rmmsim
run 0 replay "$scratch/small.jsonl"
last "total: $(grep -c '"op":"smc"' "$scratch/small.jsonl") calls, 0 mismatches"
[ "$(wc -l <"$scratch/violates.jsonl")" -lt 40 ] || fail "the recording is not small"

# What does not fail.
refused 1 'teardown\.rmm does not fail: no invariant is violated' invariant "$seeds/teardown.rmm"
refused 1 'teardown\.rmm does not fail: it runs to its end' crash "$seeds/teardown.rmm"
refused 1 'teardown\.rmm does not fail: both answer the same' mismatch "$seeds/teardown.rmm"
refused 1 'teardown\.rmm does not fail: the exit status of the command is 0' true "$seeds/teardown.rmm"
refused 1 'life-01\.jsonl\.gz does not fail: both answer the same' mismatch "$traces/life-01.jsonl.gz"
refused 1 'life-01\.jsonl\.gz does not fail: no invariant' invariant "$traces/life-01.jsonl.gz"
refused 1 'life-01\.jsonl\.gz does not fail: it runs to its end' crash "$traces/life-01.jsonl.gz"

# Interrupted: what is left by then is written, and an attempt that the signal ended is no failure.
cat >"$scratch/slow" <<'END'
#!/bin/sh
# The first attempt takes its time to be interrupted.
[ -e "$0.done" ] && { echo $$ >"$0.pid"; exec sleep 30; }
touch "$0.done"
exit 1
END
chmod +x "$scratch/slow"
"$rmmsim" shrink --predicate "$scratch/slow" -o "$scratch/cut.rmm" "$seeds/teardown.rmm" 2>"$scratch/err" &
shrinking=$!
for ((i = 0; i < 100; i++)); do
	[ -s "$scratch/slow.pid" ] && break
	sleep 0.1
done
sleep 0.5
kill -TERM "$shrinking" "$(cat "$scratch/slow.pid")"
status=0
wait "$shrinking" || status=$?
[ "$status" -eq 130 ] || fail "interrupted: exit status $status"
has err '^rmmsim shrink: interrupted; this is what was left$'
"$rmmsim" sequence "$seeds/teardown.rmm" >"$scratch/whole.rmm"
cmp -s "$scratch/whole.rmm" "$scratch/cut.rmm" || fail "interrupted: $(cat "$scratch/cut.rmm")"

# Files that cannot be written are told before anything is tried, or as what they are.
refused 3 'cannot write .*/nowhere/none: No such file' invariant "$seeds/teardown.rmm" nowhere/
mkdir "$scratch/directory"
run 3 shrink --predicate true -o "$scratch/directory" "$seeds/teardown.rmm"
has err 'cannot write .*/directory: Is a directory'
TMPDIR=$scratch/nowhere run 3 shrink --predicate false "$seeds/teardown.rmm"
has err 'ended early, a file for the attempt: No such file'
TMPDIR=$scratch/nowhere run 3 shrink --predicate mismatch "$traces/ripas-01.jsonl.gz"
has err 'ended early, a file for the attempt: No such file'

# As many attempts as were asked for, of recordings too.
variant rec_destroy_keeps_count rmmsim
run 0 shrink --predicate invariant --attempts 1 -o "$scratch/one.jsonl" "$traces/life-01.jsonl.gz"
[ "$(wc -l <"$scratch/one.jsonl")" -gt 100 ] || fail "--attempts is not heeded"
variant '' rmmsim
run 2 shrink --predicate false --attempts many "$seeds/teardown.rmm"
has err '--attempts needs a number from 1 on'

# What is no question.
refused 2 'cannot run "./nowhere"' ./nowhere "$seeds/teardown.rmm"
refused 2 'cannot run "./nowhere"' ./nowhere "$traces/life-01.jsonl.gz"
echo 'RMI_NOTHING' >"$scratch/bad.rmm"
refused 2 'bad.rmm:1:' invariant "$scratch/bad.rmm"
echo '{"format":"none"}' >"$scratch/bad.jsonl"
refused 2 'bad.jsonl:1:' mismatch "$scratch/bad.jsonl"
refused 2 'absent.jsonl' mismatch "$scratch/absent.jsonl"
finish
