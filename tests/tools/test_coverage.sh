# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

attest=$traces/attest-01.jsonl.gz

run 0 coverage "$attest"
has out '^RSI_ATTESTATION_TOKEN_CONTINUE$'
has out '^ +2  attest_state$'
has out '^ +not hit  rtt_walk$'
has out '^total: [0-9]+ of [0-9]+ conditions hit, [0-9]+ of commands that are not modelled$'

run 0 coverage --json "$attest" "$attest"
json '[r["hits"] for r in it["conditions"] if r["command"] == "ATTESTATION_TOKEN_CONTINUE" and
	r["condition"] == "attest_state"] == [4]'
json 'it["summary"]["hit"] > 0 and it["summary"]["hit"] < it["summary"]["implemented"]'

# Counts of an earlier run are added.
cp "$scratch/out" "$scratch/counts.json"
run 0 coverage --json --from "$scratch/counts.json" --from "$scratch/counts.json" "$attest"
json '[r["hits"] for r in it["conditions"] if r["command"] == "ATTESTATION_TOKEN_CONTINUE" and
	r["condition"] == "attest_state"] == [10]'
run 0 coverage --missing --from "$scratch/counts.json"
hasnt out '^ +[0-9]+  '
has out 'not hit  rtt_walk$'

# A recording that was made of a console log misses calls: the counts say so, also when they are added later.
hasnt out 'calls are missing'
run 0 coverage --json "$attest"
json 'it["recordings"] == {"read": 1, "with_holes": 0}'
run 0 import -o "$scratch/log.jsonl" "$RMMSIM_SOURCE_DIR/tests/logs/attest-01.log"
run 0 coverage "$attest" "$scratch/log.jsonl"
has out '^calls are missing in 1 of 2 recordings, which were made of console logs'
run 0 coverage --json "$scratch/log.jsonl"
json 'it["recordings"] == {"read": 1, "with_holes": 1}'
cp "$scratch/out" "$scratch/holes.json"
run 0 coverage --from "$scratch/holes.json"
has out '^calls are missing in 1 of 1 recordings'

echo '{"conditions":[{"interface":"RMI"}]}' >"$scratch/bad.json"
run 2 coverage --from "$scratch/bad.json"
has err 'not the counts of conditions'
echo '{' >"$scratch/bad.json"
run 2 coverage --from "$scratch/bad.json"
has err 'bad.json:[0-9]+:[0-9]+: '
run 2 coverage --from "$scratch/absent.json"
echo nonsense >"$scratch/bad.jsonl"
run 2 coverage "$scratch/bad.jsonl"
has err 'bad.jsonl:1:[0-9]+: '
has err 'this is no recording'
[ -s "$scratch/out" ] && fail "a table without anything to count"
[ "$(wc -l <"$scratch/err")" -eq 1 ] || fail "more than one line about one bad file"
run 2 coverage "$scratch/bad.jsonl" "$attest"
has out '^ +2  attest_state$'
"$rmmsim" coverage - <"$attest" >"$scratch/out" || fail "from a pipe"
has out '^ +2  attest_state$'
run 2 coverage
run 2 coverage --profile no-such "$attest"
finish
