# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

seeds=${RMMSIM_SOURCE_DIR:?}/fuzz/seeds/fuzz_token

# Signed with the test key of seed 0; the other one was not.
run 0 token verify "$seeds/907-sha-256"
for check in form 'platform signature' 'platform claims' 'realm claims' 'realm signature' binding; do
	has out "^$check +ok$"
done
run 1 token verify "$seeds/399-sha-256"
has out '^platform signature +FAILED: '
has out '^realm signature +ok$'
has err '399-sha-256: platform signature: '

# With a key.
cat >"$scratch/key.pem" <<'END'
-----BEGIN PUBLIC KEY-----
MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAECNmZBXuj0tlpJgBFxVuX8IkCWVmm9DTW
UdIH0Z+5bp5P4Ohuvg5k+FuWqcdSld9hjoDx+lsbPO23v+jf/W26dLJ12HW8bMQ+
kE5QXyVqtCVf/UPpTTniLWFQHnAKlA6A
-----END PUBLIC KEY-----
END
run 1 token verify --platform-key "$scratch/key.pem" "$seeds/907-sha-256"
has out '^platform signature +FAILED'
run 2 token verify --platform-key "$scratch/none.pem" "$seeds/907-sha-256"
has err 'none.pem: No such file'
run 2 token verify --platform-key "$seeds/realm" "$seeds/907-sha-256"
has err 'not a public key in PEM'

# What is no token.
run 1 token verify "$seeds/realm"
has out '^form +FAILED: this is a realm token without a platform token'
has out '^realm signature +ok$'
has out '^platform claims +not checked$'
has out '^binding +not checked$'
run 1 token verify /dev/null
head -c 1000 "$seeds/907-sha-256" >"$scratch/short"
run 1 token verify "$scratch/short"
has out '^form +FAILED'
(cat "$seeds/907-sha-256" && echo) >"$scratch/long"
run 1 token verify "$scratch/long"
has out '^form +FAILED: 1 trailing bytes'
head -c 70000 /dev/zero >"$scratch/huge"
run 2 token show "$scratch/huge"
has err 'too long'
run 2 token show "$scratch/none"
has err 'none: No such file'

# Tokens that were made by others: tests/attest/outside/README.md.
outside=${RMMSIM_SOURCE_DIR:?}/tests/attest/outside
verify() { # STATUS KEY FILE
	run "$1" token verify --platform-key "$outside/$2.pem" "$outside/$3"
}
ok() { # CHECK...: these passed
	for check in "$@"; do
		has out "^$check +ok$"
	done
}
all_ok() {
	ok form 'platform signature' 'platform claims' 'realm claims' 'realm signature' binding
}
for token in good-399.cbor good-907.cbor good-399.b64 good-399.b64url good-399.hex; do
	verify 0 platform-p384 $token
	all_ok
done
has out '^read as +hexadecimal text$'
run 0 token show "$outside/good-399.b64"
has out '^/ from base64 text /$'
has out '^399\(\{$'

# The older profile is named; everything is checked by its rules.
for token in legacy-399 legacy-fvp-907; do
	verify 0 platform-p384 $token.cbor
	all_ok
	has out 'note: older profile http://arm.com/CCA-SSD/1.0.0'
	has out 'note: .*raw point'
done
verify 1 platform-p384 legacy-wrong-binding.cbor
ok form 'platform signature' 'platform claims' 'realm claims' 'realm signature'
has out '^binding +FAILED: the challenge'
has err ': binding: the challenge'

# The algorithm follows the key; without the right one all that does not need it is checked.
verify 1 platform-p256 es256-platform.cbor
ok form 'platform signature' 'platform claims' 'realm signature' binding
has out '^realm claims +FAILED: initial measurement \(44238\) has not 32 bytes'
verify 1 platform-p384 es256-platform.cbor
has out '^platform signature +FAILED: the platform token is signed with ES256 \(-7\), but the key is on P-384'
ok form 'platform claims' 'realm signature' binding

verify 0 platform-p384 realm-2.0.cbor
all_ok
has out 'note: realm token of RMM 2.0'
verify 0 own-platform claim-with-text-key.cbor
all_ok
has out 'note: unknown claim "vendor"'
verify 0 own-platform binding-sha512.cbor
all_ok
verify 1 platform-p384 realm-key-with-more.cbor
ok form 'platform signature' 'platform claims' 'realm signature' binding
has out '^realm claims +FAILED: public key \(44237\) has the private key in it'
run 0 token show "$outside/realm-key-with-more.cbor"
has out '/ d, the private key / -4: h'

# Parts of tokens.
verify 1 platform-p384 good-399-padded.cbor
has out '^form +FAILED: 1972 trailing bytes, all of them zero'
ok 'platform signature' 'platform claims' 'realm claims' 'realm signature' binding
verify 1 platform-p384 platform-alone.cbor
has out '^form +FAILED: this is a platform token without a realm token$'
ok 'platform signature' 'platform claims'
has out '^binding +not checked$'
verify 1 platform-p384 realm-claims-no-challenge.cbor
has out '^form +FAILED: these are claims of a realm token without a signature$'
has out '^realm claims +FAILED: challenge \(10\) is missing$'
run 0 token show "$outside/realm-claims-no-challenge.cbor"
has out '/ public key hash algorithm / 44240: "sha-256"'

# Text in the ways that people hand it on; what it says is the same.
"$rmmsim" token show "$outside/good-399.cbor" >"$scratch/text"
decoded() { # ENCODING: $scratch/coded is the token
	run 0 token show "$scratch/coded"
	[ "$(head -n 1 "$scratch/out")" = "/ from $1 text /" ] || fail "$(head -n 1 "$scratch/out")"
	tail -n +2 "$scratch/out" | cmp -s - "$scratch/text" || fail "$1: another token"
}
base64 -w 0 "$outside/good-399.cbor" >"$scratch/coded"
decoded base64
sed 's/^/   /; s/$/\r/' "$outside/good-399.b64" >"$scratch/coded"
decoded base64
base64 -w 76 "$outside/good-399.cbor" | tr -d = | tr '+/' '-_' >"$scratch/coded"
decoded base64url
od -An -tx1 -v "$outside/good-399.cbor" >"$scratch/coded"
decoded hexadecimal
od -An -tx1 -v "$outside/good-399.cbor" | sed 's/ \([0-9a-f][0-9a-f]\)/ 0x\1,/g' >"$scratch/coded"
decoded hexadecimal
od -An -tx1 -v "$outside/good-399.cbor" | tr -d ' \n' | tr a-f A-F | sed 's/../&:/g; s/:$//' >"$scratch/coded"
decoded hexadecimal
echo 'this is no token, nor text of one.' >"$scratch/coded"
run 1 token verify "$scratch/coded"
has out '^form +FAILED: this is text, not CBOR'

# JSON.
run 1 token verify --json --platform-key "$outside/platform-p384.pem" "$outside/legacy-wrong-binding.cbor"
json 'it["good"] is False and {c["check"]: c["result"] for c in it["checks"]} == {"form": "ok",
	"platform signature": "ok", "platform claims": "ok", "realm claims": "ok",
	"realm signature": "ok", "binding": "failed"}'
json '"older profile" in it["checks"][2]["note"] and "challenge" in it["checks"][5]["text"]'
run 0 token verify --json --platform-key "$outside/platform-p384.pem" "$outside/good-399.b64"
json 'it["good"] is True and it["encoding"] == "base64"'
run 0 token show --json "$outside/good-907.cbor"
json 'it["token"]["tag"] == 907 and it["token"]["value"]["realm token"][0] == 263'
json 'it["token"]["value"]["realm token"][1]["value"]["payload"]["MEC policy"] == "private"'
json 'it["token"]["value"]["platform token"][1]["value"]["protected"] == {"alg": "ES384"}'
run 1 token show --json "$scratch/short"
has err 'byte [0-9]+: not well-formed'

# Tokens to order: good ones, old ones, and with one thing wrong. All defects: attest.test_make.
check_made() { # STATUS DIR [ARGUMENT]...
	local expected=$1 directory=$2
	shift 2
	run "$expected" token verify --platform-key "$directory/platform-key.pem" "$@" "$directory/token.cbor"
}
for profile in 1.1 tf-rmm-0.8 1.0 2.0 old; do
	run 0 token make --profile $profile --output "$scratch/made"
	check_made 0 "$scratch/made" --reference "$scratch/made/reference.json"
	all_ok
	has out '^reference values +ok$'
done
has out 'note: older profile'
run 0 token make --algorithm ES256 --hash sha-512 --seed 9 --challenge c0ffee --output "$scratch/es256"
check_made 0 "$scratch/es256" --reference "$scratch/es256/reference.json"
run 0 token show "$scratch/es256/token.cbor"
has out '/ alg / 1: -7 / ES256 /$'
has out "/ challenge / 10: h'c0ffee0000"
check_made 1 "$scratch/es256" --reference "$scratch/made/reference.json"
has out '^reference values +FAILED: challenge of the realm is another'
has err 'reference values: challenge'
ok binding

run 0 token make --list
has out '^  old  '
has out '^  realm-signature +realm signature +'
run 0 token make --list --json
json '{"1.1", "2.0", "old"} <= {p["name"] for p in it["profiles"]} and len(it["defects"]) > 60'
"$python" -c '
import json, sys
for defect in json.load(open(sys.argv[1]))["defects"]:
    if defect["name"] in ("other-tag", "realm-der", "binding-point", "realm-no-rim", "mec-text") or \
       defect["caught_by"] == "reference values":
        print(defect["name"], defect["caught_by"], sep="\t")' "$scratch/out" >"$scratch/defects"
while IFS=$'\t' read -r defect check; do
	"$rmmsim" token make --break "$defect" --output "$scratch/broken" >/dev/null 2>&1 ||
		run 0 token make --break "$defect" --profile 2.0 --output "$scratch/broken"
	check_made 1 "$scratch/broken" --reference "$scratch/broken/reference.json"
	has out "^$check +FAILED: "
done <"$scratch/defects"
run 2 token make
has err 'needs --output'
run 2 token make --profile 7 --output "$scratch/made"
has err 'no profile "7"'
run 2 token make --break ugly --output "$scratch/made"
has err 'no defect "ugly"'
run 2 token make --profile 1.0 --break content-format --output "$scratch/made"
run 2 token make --challenge xy --output "$scratch/made"
run 2 token make --all --profile 1.0 --output "$scratch/made"
echo '{}' >"$scratch/reference.json"
check_made 2 "$scratch/made" --reference "$scratch/reference.json"
check_made 2 "$scratch/made" --reference "$scratch/absent.json"

# Text: the whole, a part, from a pipe.
run 0 token show "$seeds/907-sha-256"
has out '^907\(\{$'
has out '/ platform token / 44234: \[$'
has out '/ type / 1: "RMM"'
has out '/ MEC policy / 44243: "shared"'
run 0 token show "$seeds/realm"
has out '^18\(\[$'
"$rmmsim" token show - <"$seeds/907-sha-256" >"$scratch/piped" || fail "from a pipe"
"$rmmsim" token show "$seeds/907-sha-256" | cmp - "$scratch/piped" || fail "a pipe gives another text"
run 1 token show "$scratch/short"
has err 'byte [0-9]+: not well-formed'

# Usage.
run 0 token --help
has out '^usage: rmmsim token show FILE'
run 2 token
run 2 token show
run 2 token show a b
run 2 token eat "$seeds/realm"
has err 'no action "eat"'
run 2 token show --platform-key x "$seeds/realm"
has err 'option of verify'
run 2 token --nonsense

finish
