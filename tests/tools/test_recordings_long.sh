# SPDX-License-Identifier: BSD-3-Clause
# The main job: the model answers every recording of the real monitor identically; under the default
# profile every difference is that of a named quirk.
. "$(dirname "$0")/common.sh"

run 0 replay "$traces"/*.jsonl.gz
has out '^total: 63294 calls, 0 mismatches(, [0-9]+ not modelled)?$'
run 1 replay --profile default --attribute --show 0 "$traces"/*.jsonl.gz
has out '^total: 63294 calls, [0-9]+ mismatches, 0 unattributed$'

# Strict: the model reads the Non-secure pages that the recorded monitor read, and no others.
run 1 replay --strict --json --show 100000 "$traces"/*.jsonl.gz
json 'all(d["text"].endswith("is not modelled") for f in it["files"] for m in f["shown"]
	for d in m["differences"])'
finish
