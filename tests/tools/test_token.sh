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
has out '^form +FAILED: this is no CCA token'
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
