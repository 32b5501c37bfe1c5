# SPDX-License-Identifier: BSD-3-Clause
# The page of `rmmsim report`: its data, and in a browser the state that it shows at a call.
. "$(dirname "$0")/common.sh"

source_dir=$RMMSIM_SOURCE_DIR
page=$scratch/page.html

run 0 report "$traces/planes-01.jsonl.gz" -o "$page"
calls=$(gzip -dc "$traces/planes-01.jsonl.gz" | grep -c '"op":"smc"')
"$python" "$source_dir/tests/tools/report_page.py" data "$page" "$calls" >"$scratch/data" ||
	fail "the data of the page"
grep -qE '(src|href)=["'\'']|https?:' "$page" && fail "the page wants other files"

# A refused call has its explanation; a script and a log make a page, too.
"$python" - "$page" <<'EOF' || fail "no explanation"
import json, re, sys
data = json.loads(re.search(r'id="data">(.*?)</script>', open(sys.argv[1]).read(), re.S)[1])
refused = [c for c in data["calls"] if c["flag"] == 1]
assert refused and all("refused with" in c["why"] for c in refused if "why" in c)
assert any("why" in c for c in refused)
EOF
run 0 report "$source_dir/fuzz/seeds/fold.rmm" -o "$scratch/script.html"
grep -q '"kind":"sequence"' "$scratch/script.html" || fail "the page of a script"
run 0 report "$source_dir/fuzz/seeds/planes.rmm" -o "$scratch/script.html"
grep -q '"steps":\[\[0,' "$scratch/script.html" || fail "steps of a Realm of a script"
run 0 report "$source_dir/tests/logs/planes-01.log" -o "$scratch/log.html"
grep -q '"kind":"log"' "$scratch/log.html" || fail "the page of a log"

# What a recording says can not end the page's data.
gzip -dc "$traces/life-01.jsonl.gz" |
	sed '1s/"rmm":"[^"]*"/"rmm":"<\/script><script>alert(1)<\/script><!--"/' >"$scratch/hostile.jsonl"
run 0 report "$scratch/hostile.jsonl" -o "$scratch/hostile.html"
[ "$(grep -c '</script>' "$scratch/hostile.html")" -eq "$(grep -c '</script>' "$page")" ] ||
	fail "a recording writes into the page"

# Errors leave no page behind.
run 2 report "$scratch/absent" -o "$scratch/none.html"
has err 'absent: No such file'
[ -e "$scratch/none.html" ] && fail "a page of nothing"
echo '{"format":"rmm-trace/2"}' >"$scratch/bad.jsonl"
run 2 report "$scratch/bad.jsonl" -o "$scratch/none.html"
[ -e "$scratch/none.html" ] && fail "a page of a bad file"
run 2 report "$page"
has err 'where to write'
run 2 report -o "$scratch/none.html"
run 2 report "$traces/life-01.jsonl.gz" -o "$scratch/no/such/page.html"
run 2 report --profile none "$traces/life-01.jsonl.gz" -o "$scratch/none.html"
has err 'no profile'

# A trace of Perfetto: packets of known fields, slices that begin and end.
run 0 report "$traces/planes-01.jsonl.gz" --perfetto "$scratch/out.pftrace"
"$python" "$source_dir/tests/tools/report_page.py" perfetto "$scratch/out.pftrace" "$calls" || fail "the trace"
run 0 report "$source_dir/fuzz/seeds/planes.rmm" --perfetto "$scratch/out.pftrace"
run 2 report "$source_dir/tests/logs/planes-01.log" --perfetto "$scratch/log.pftrace"
has err 'does not have all calls'
[ -e "$scratch/log.pftrace" ] && fail "a trace of a log"
run 2 report "$traces/planes-01.jsonl.gz" -o "$scratch/a" --perfetto "$scratch/b"
has err 'one output'

browser=$(command -v chromium || command -v chromium-browser) || {
	echo "SKIPPED: the page in a browser: there is no chromium"
	finish
}
gzip -dc "$traces/planes-01.jsonl.gz" >"$scratch/recording.jsonl"
for call in $((calls / 3)) $((calls * 3 / 4)); do
	timeout 100 "$browser" --headless --no-sandbox --disable-gpu --user-data-dir="$scratch/profile" \
		--enable-logging=stderr --virtual-time-budget=5000 --dump-dom "file://$page#call-$call" \
		>"$scratch/dom" 2>"$scratch/console" || fail "the browser ends with an error"
	grep 'CONSOLE' "$scratch/console" && fail "the page has errors"
	"$python" "$source_dir/tests/tools/report_page.py" dom "$scratch/dom" "$scratch/recording.jsonl" "$call" ||
		fail "the state at call $call"
done
finish
