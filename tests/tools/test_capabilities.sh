# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

run 0 capabilities
json 'it["revisions"] == ["1.0", "1.1"]'
json '[p["name"] for p in it["profiles"]] == ["default", "tf-rmm-0.8"]'
json 'it["profiles"][0]["quirks"] == []'
json 'set(it["profiles"][1]["quirks"]) == {q["name"] for q in it["quirks"]}'
json '"script" in it["engines"]'
json 'any(c["interface"] == "RMI" and c["name"] == "RTT_FOLD" and c["implemented"] and
	c["since"] == "1.0" for c in it["commands"])'
json 'all(c["implemented"] for c in it["commands"] if not c["device"])'
cp "$scratch/out" "$scratch/first"
run 0 capabilities --json
cmp -s "$scratch/out" "$scratch/first" || fail '--json changes the output'
run 2 capabilities more
finish
