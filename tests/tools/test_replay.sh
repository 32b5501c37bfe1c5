# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

attest=$traces/attest-01.jsonl.gz
gzip -dc "$attest" >"$scratch/attest.jsonl"

run 0 replay "$attest" "$scratch/attest.jsonl"
has out "^$attest: 60 calls, 0 mismatches$"
last 'total: 120 calls, 0 mismatches'

# A mismatch: exit status 1, described.
sed 's/"ret":\["0x104"\]/"ret":["0x204"]/' "$scratch/attest.jsonl" >"$scratch/changed.jsonl"
run 1 replay "$scratch/changed.jsonl"
has out "^$scratch/changed.jsonl: 60 calls, 1 mismatches$"
has out 'line 5, call 3: RTT_INIT_RIPAS\(rd=0x880200000, base=0x0, top=0x10000\)'
has out 'X0 .* expected 0x204 \(RMI_ERROR_RTT, index 2\)  actual 0x104 \(RMI_ERROR_RTT, index 1\)'
has out 'why the model refused'
hasnt out $'\033'
last 'total: 60 calls, 1 mismatches'
run 1 replay --show 0 "$scratch/changed.jsonl"
hasnt out RTT_INIT_RIPAS

# Calls have the numbers of the recording, with their lines, wherever they are named: not those of
# the model, which counts what it was given.
{
	head -1 "$scratch/attest.jsonl"
	echo '{"i":2700,"op":"smc","fid":"0xc4000151","x":["0x88001000"],"ret":["0x0"]}'
	echo '{"i":2703,"op":"smc","fid":"0xc4000151","x":["0x88002000"],"ret":["0x0"]}'
	echo '{"i":2709,"op":"smc","fid":"0xc4000151","x":["0x88001000"],"ret":["0x0"]}'
} >"$scratch/numbers.jsonl"
run 1 replay "$scratch/numbers.jsonl"
has out 'line 4, call 2709: GRANULE_DELEGATE\(addr=0x88001000\)'
has out 'granule 0x88001000 is DELEGATED since call 2700 \(line 2\): GRANULE_DELEGATE\('
hasnt out 'call [1-3][^0-9]'
run 1 replay --json "$scratch/numbers.jsonl"
json 'it["files"][0]["shown"][0]["call"] == 2709'
json 'it["files"][0]["shown"][0]["explanation"].startswith("call 2709 (line 4): ")'
json '"since call 2700 (line 2): " in it["files"][0]["shown"][0]["explanation"]'

# Calls that are not modelled are counted apart; in strict mode they differ.
{
	cat "$scratch/attest.jsonl"
	echo '{"i":60,"op":"smc","fid":"0xc4000176","ret":["0x1234"]}'
} >"$scratch/pdev.jsonl"
if "$rmmsim" explain PDEV_CREATE | grep 'not modelled yet' >/dev/null; then
	run 0 replay "$scratch/pdev.jsonl"
	has out "pdev.jsonl: 61 calls, 0 mismatches, 1 not modelled$"
	last 'total: 61 calls, 0 mismatches, 1 not modelled'
	run 1 replay --strict "$scratch/pdev.jsonl"
	last 'total: 61 calls, 1 mismatches'
fi

# Attribution.
run 1 replay --profile default --attribute --show 0 "$attest"
has out '^ +2  token-399$'
last 'total: 60 calls, 2 mismatches, 0 unattributed'
run 0 replay --attribute "$attest"
last 'total: 60 calls, 0 mismatches, 0 unattributed'

# JSON.
run 0 replay --json "$attest"
json 'it["total"] == {"calls": 60, "mismatches": 0, "not_modelled": 0}'
json 'it["files"][0]["shown"] == []'
run 1 replay --json --profile default -a "$attest"
json 'it["total"]["attribution"] == [{"quirks": ["token-399"], "calls": 2}]'
json 'it["files"][0]["shown"][0]["command"].startswith("REC_ENTER(")'

# Malformed input: file, line and column; the other files are replayed all the same.
echo '{"i":60,"op":"smc","fid":17}' | cat "$scratch/attest.jsonl" - >"$scratch/bad.jsonl"
lines=$(wc -l <"$scratch/bad.jsonl")
run 2 replay "$scratch/bad.jsonl" "$attest"
has err "^$scratch/bad.jsonl:$lines:26: expected a hex string"
last 'total: 60 calls, 0 mismatches'
head -c 900 "$attest" >"$scratch/cut.jsonl.gz"
run 2 replay "$scratch/cut.jsonl.gz"
has err "^$scratch/cut.jsonl.gz:[0-9]+:[0-9]+: the compressed data end too early"
head -c 100000 "$rmmsim" >"$scratch/garbage"
run 2 replay "$scratch/garbage"
has err "^$scratch/garbage:1:[0-9]+: "
: >"$scratch/empty"
run 2 replay "$scratch/empty"
has err "^$scratch/empty:1:1: the file is empty"
run 2 replay "$scratch/absent"
has err "^$scratch/absent: No such file"
sed '1s/"cpus":4/"cpus":4,"extra":1/' "$scratch/attest.jsonl" >"$scratch/extra.jsonl"
run 0 replay "$scratch/extra.jsonl"
run 2 replay --strict "$scratch/extra.jsonl"
has err "extra.jsonl:1:[0-9]+: unknown key \"extra\""
sed '1s/"pa_bits":48/"pa_bits":7/' "$scratch/attest.jsonl" >"$scratch/machine.jsonl"
run 2 replay "$scratch/machine.jsonl"
has err "machine.jsonl:1:1: cannot build this machine"

# Console logs: recognised, also compressed and on the standard input.
log=$RMMSIM_SOURCE_DIR/tests/logs/life-01.log
run 0 replay "$log"
last "$log: console log of TF-RMM v0.8.0: 53 lines explained, 0 wrong, 0 unknown, 9 passed over (100 % of the calls checked)"
gzip -c "$log" >"$scratch/life.log.gz"
run 0 replay "$scratch/life.log.gz"
has out ': 53 lines explained, 0 wrong'
run 0 replay --verbose "$log"
has out '^ +6 explained +SMC_RMI_VERSION '
has out '^ +1 boot +Booting RMM '
sed '13s/RMI_SUCCESS/RMI_ERROR_REALM/' "$log" >"$scratch/wrong.log"
run 1 replay "$scratch/wrong.log" "$attest"
has out 'line 13: SMC_RMI_REALM_ACTIVATE '
has out 'REALM_ACTIVATE cannot end with RMI_ERROR_REALM'
has out 'because of line 7$'
last 'total: 60 calls, 0 mismatches'
"$rmmsim" replay --json - <"$scratch/wrong.log" >"$scratch/out"
json 'it["lines"]["wrong"] == len(it["wrong"]) and it["files"][0]["lines"] == it["lines"]'
json 'it["wrong"][0]["line"] == 13 and it["wrong"][0]["condition"] == "realm_state"'
json 'it["wrong"][0]["because_of_lines"] == [7]'
# JUnit XML: each file is a test case.
run 2 replay --junit "$scratch/junit.xml" "$attest" "$scratch/changed.jsonl" "$scratch/wrong.log" "$scratch/a<b&c"
"$python" - "$scratch/junit.xml" <<'END' || fail "other JUnit results"
import sys, xml.etree.ElementTree as tree

suite = tree.parse(sys.argv[1]).getroot()[0]
assert suite.attrib["tests"] == "4" and suite.attrib["failures"] == "2" and suite.attrib["errors"] == "1"
assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["failure"], ["error"]]
assert suite[1][0].attrib["message"] == "1 mismatches, 0 wrong lines"
assert suite[3].attrib["name"].endswith("a<b&c")
END
run 2 replay --junit "$scratch/absent/junit.xml" "$attest"
has err 'absent/junit.xml: No such file'

echo 'a letter' >"$scratch/letter"
run 2 replay "$scratch/letter"
has err 'neither a recording .* nor a console log'
hasnt out '^total'

# Standard input, compressed or not; a name says nothing about the content.
"$rmmsim" replay - <"$attest" >"$scratch/out" || fail "from a pipe, compressed"
last 'total: 60 calls, 0 mismatches'
"$rmmsim" replay - <"$scratch/attest.jsonl" >"$scratch/out" || fail "from a pipe"
has out '^-: 60 calls, 0 mismatches$'
cp "$scratch/attest.jsonl" "$scratch/plain.jsonl.gz"
run 0 replay "$scratch/plain.jsonl.gz"
cp "$attest" "$scratch/packed.jsonl"
run 0 replay "$scratch/packed.jsonl"
echo nonsense | "$rmmsim" replay - >"$scratch/out" 2>"$scratch/err"
has err '^-:.*neither a recording'
hasnt out '^total'

# Other compressions are named, with what to do.
for packer in xz zstd bzip2 lz4; do
	case $packer in
	xz) printf '\3757zXZ\0\0\4\346\326\264F' ;;
	zstd) printf '\50\265\57\375\44\0\1\0\0' ;;
	bzip2) printf 'BZh91AY&SY' ;;
	lz4) printf '\4\42\115\30\144\100\247' ;;
	esac >"$scratch/packed"
	run 2 replay "$scratch/packed"
	has err "packed: is compressed with $packer: give it to .$packer -dc"
	hasnt out '^total'
done
run 2 coverage "$scratch/packed"
has err 'is compressed with lz4'

run 2 replay
has err 'which FILE'
run 2 replay --profile no-such "$attest"
has err 'there is no profile "no-such"'
run 2 replay --show many "$attest"
finish
