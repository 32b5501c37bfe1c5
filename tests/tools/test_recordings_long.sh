# SPDX-License-Identifier: BSD-3-Clause
# The main job: the model answers every recording of the real monitor identically; under the default
# profile every difference is that of a named quirk.
. "$(dirname "$0")/common.sh"

SECONDS=0
run 0 replay "$traces"/*.jsonl.gz
has out '^total: 66983 calls, 0 mismatches(, [0-9]+ not modelled)?$'

# The monitor of July 2026, which speaks 2.0.
run 0 replay "$traces"-2.0/*.jsonl.gz
has out '^total: 11844 calls, 0 mismatches$'
run 1 replay --profile 2.0-bet3 --attribute --show 0 "$traces"-2.0/{boot,gran,sro,neg,life,planes}-01.jsonl.gz
has out '^total: [0-9]+ calls, [1-9][0-9]* mismatches, 0 unattributed$'

# Attribution replays many times. Where every call is followed by a check of all invariants the rest
# gets a sample: other builds do everything.
sample=("$traces"/*.jsonl.gz)
[ $SECONDS -lt 20 ] || sample=("$traces"/{attest,life,planes,psci,s2ap}-01.jsonl.gz)
run 1 replay --profile default --attribute --show 0 "${sample[@]}"
has out '^total: [0-9]+ calls, [1-9][0-9]* mismatches, 0 unattributed$'

# Strict: the model reads the Non-secure pages that the recorded monitor read, and no others.
"$rmmsim" replay --strict --json --show 100000 "${sample[@]}" >"$scratch/out"
json 'all(d["text"].endswith("is not modelled") for f in it["files"] for m in f["shown"]
	for d in m["differences"])'
finish
