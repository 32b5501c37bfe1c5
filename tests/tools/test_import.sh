# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

logs=$RMMSIM_SOURCE_DIR/tests/logs

# Every printed call of the Host, with the numbers of the run that the log is of.
run 0 import "$logs/psci-01.log" -o "$scratch/psci.jsonl"
last "$scratch/psci.jsonl: 37 calls of the Host"
"$python" - "$scratch/psci.jsonl" "$logs/psci-01.json" "$logs/psci-01.jsonl.gz" <<'END' || fail "other calls than in the run"
import gzip, json, sys

made = [json.loads(line) for line in open(sys.argv[1])][1:]
lines = {row[0]: row[1] for row in json.load(open(sys.argv[2]))["lines"] if len(row) == 2}
run = {e["i"]: e for e in map(json.loads, list(gzip.open(sys.argv[3], "rt"))[1:]) if e["op"] == "smc"}

def words(values):
    values = [int(v, 16) for v in values]
    while values and not values[-1]:
        values.pop()
    return values

calls = [e for e in made if e["op"] == "smc"]
assert len(calls) == len(lines)
for call in calls:
    real = run[lines[int(call["src"].split()[1])]]
    assert call["fid"] == real["fid"] and words(call["x"]) == words(real.get("x", []))
    assert int(call["ret"][0], 16) == int(real["ret"][0], 16)
assert sum(e["op"] == "logged" for e in made) + len(calls) == 59
END

# It has holes, and says so; the standard input and output.
run 2 replay "$scratch/psci.jsonl"
has err 'psci.jsonl:1:1: calls are missing here: replay the console log'
gzip -c "$logs/psci-01.log" | "$rmmsim" import - >"$scratch/out"
cmp "$scratch/out" "$scratch/psci.jsonl" || fail "another recording on the standard output"

# What a kernel traced: whole calls, also those made while a REC ran.
for trace in ftrace bpftrace; do
	run 0 import "$logs/$trace.txt" -o "$scratch/$trace.jsonl"
	last "$scratch/$trace.jsonl: 3 calls of the Host"
	run 0 replay "$scratch/$trace.jsonl"
	last 'total: 3 calls, 0 mismatches'
	grep -q '"i":2,"op":"smc","cpu":1,"during":1,"fid":"0xc4000151"' "$scratch/$trace.jsonl" ||
		fail "$trace: the call during REC_ENTER"
done
cmp "$scratch/ftrace.jsonl" "$scratch/bpftrace.jsonl" || fail "the two traces of a kernel differ"

run 2 import
has err 'one LOG is needed'
run 2 import "$scratch/psci.jsonl"
has err 'this is no console log'
echo 'a letter' >"$scratch/letter"
run 2 import "$scratch/letter"
has err 'no call of an RMM is in it'
run 2 import "$scratch/absent"
has err 'No such file'
run 2 import "$logs/psci-01.log" -o "$scratch/absent/psci.jsonl"
has err 'absent/psci.jsonl: No such file'
finish
