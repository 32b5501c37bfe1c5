# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

gzip -dc "$traces/life-01.jsonl.gz" >"$scratch/a.jsonl"
calls=$(grep -c '"op":"smc"' "$scratch/a.jsonl")

run 0 diff "$scratch/a.jsonl" "$traces/life-01.jsonl.gz"
last "$calls calls the same, 0 with other answers, 0 only in A, 0 only in B"

# One other answer, one call less and one more.
"$python" - "$scratch/a.jsonl" "$scratch/b.jsonl" <<'END'
import json, sys

lines = open(sys.argv[1]).read().splitlines()
smc = [n for n, line in enumerate(lines) if '"op":"smc"' in line and '"during"' not in line]
changed = json.loads(lines[smc[3]])
changed["ret"] = ["0x1"]
lines[smc[3]] = json.dumps(changed)
lines.insert(smc[6] + 1, '{"i":900000,"op":"smc","fid":"0xc4000165","x":["0x7"],"ret":["0x0"]}')
del lines[smc[5]]
open(sys.argv[2], "w").write("\n".join(lines) + "\n")
END
run 1 diff "$scratch/a.jsonl" "$scratch/b.jsonl"
last "$((calls - 2)) calls the same, 1 with other answers, 1 only in A, 1 only in B"
has out '^    A line 5: RMI_SUCCESS '
has out '^    B line 5: RMI_ERROR_INPUT '
has out "only in $scratch/a.jsonl: line 7: "
has out "only in $scratch/b.jsonl: line 8: FEATURES\(index=7\)"
run 1 diff --show 1 "$scratch/a.jsonl" "$scratch/b.jsonl"
has out 'and 2 more'
run 1 diff --json "$scratch/a.jsonl" "$scratch/b.jsonl"
json 'it["answers"] == 1 and it["only_a"] == 1 and it["only_b"] == 1 and not it["coarse"]'
json '[row["kind"] for row in it["differences"]] == ["answer", "only_a", "only_b"]'
json 'it["differences"][0]["b"]["ret"][0] == "0x1"'

# What a Realm did counts, too.
sed 's/"fid":"0xc4000190","x":\["0x10001"\]/"fid":"0xc4000190","x":["0x10000"]/' "$scratch/a.jsonl" >"$scratch/c.jsonl"
cmp -s "$scratch/a.jsonl" "$scratch/c.jsonl" && fail "the sample has no such call"
run 1 diff "$scratch/a.jsonl" "$scratch/c.jsonl"
last "$((calls - 1)) calls the same, 1 with other answers, 0 only in A, 0 only in B"

# Turned around; nothing in common.
run 1 diff "$scratch/b.jsonl" "$scratch/a.jsonl"
last "$((calls - 2)) calls the same, 1 with other answers, 1 only in A, 1 only in B"
run 1 diff "$scratch/a.jsonl" "$traces/neg-01.jsonl.gz"
has out 'only in B$'
head -n 1 "$scratch/a.jsonl" >"$scratch/none.jsonl"
run 1 diff "$scratch/none.jsonl" "$scratch/a.jsonl"
last "0 calls the same, 0 with other answers, 0 only in A, $calls only in B"

run 2 diff "$scratch/a.jsonl"
has err 'two recordings are needed'
run 2 diff "$scratch/a.jsonl" "$scratch/absent"
has err 'absent: No such file'
run 2 diff --show x "$scratch/a.jsonl" "$scratch/a.jsonl"
finish
