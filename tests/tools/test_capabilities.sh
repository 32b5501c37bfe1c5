# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

run 0 capabilities
json 'it["revisions"] == ["1.0", "1.1-alp14", "2.0-bet3"]'
json '[p["name"] for p in it["profiles"]] == ["default", "tf-rmm-0.8", "2.0-bet3", "tf-rmm-2026-07"]'
json 'it["profiles"][0]["quirks"] == []'
json 'set(it["profiles"][1]["quirks"]) | set(it["profiles"][3]["quirks"]) == {q["name"] for q in it["quirks"]}'
json 'it["profiles"][2]["quirks"] == []'
json '[p["revision"] for p in it["profiles"]] == ["1.1-alp14", "1.1-alp14", "2.0-bet3", "2.0-bet3"]'
json '"script" in it["engines"]'
if "$rmmsim" run --help >"$scratch/help" 2>&1; then
	json '"unicorn" in it["engines"]'
else
	json '"unicorn" not in it["engines"]'
fi
json 'any(c["interface"] == "RMI" and c["name"] == "RTT_FOLD" and c["implemented"] and
	c["since"] == "1.0" for c in it["commands"])'
json 'all(c["implemented"] for c in it["commands"] if not c["device"] and c["since"] != "2.0")'
cp "$scratch/out" "$scratch/first"
run 0 capabilities --json
cmp -s "$scratch/out" "$scratch/first" || fail '--json changes the output'
run 2 capabilities more
finish
