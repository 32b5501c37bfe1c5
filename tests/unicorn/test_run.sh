#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# `rmmsim run`: how a run ends, and payloads that are ELF files of every kind.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${RMMSIM_COMMAND:?}" run --help >/dev/null 2>&1 || { echo "skipped: built without Unicorn"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }

# ends PAYLOAD STATUS PATTERN OUTPUT
ends() {
	local status=0

	timeout 60 "$RMMSIM_COMMAND" run "$scratch/$1" >"$scratch/out" 2>"$scratch/err" || status=$?
	if [[ $status -eq $2 && $(cat "$scratch/out") == "$4" ]] &&
		grep -q -- "$3" <(echo; cat "$scratch/err"); then
		return
	fi
	echo "FAILED: $1 ends with $status, expected $2, '$3' and '$4'; it said:"
	cat "$scratch/out" "$scratch/err"
	exit 1
}

# Payloads. An ELF segment is (address, bytes, size in memory), where 0 is the size of the bytes.
python3 -S - "$scratch/" <<'END'
import struct, sys

SMC, LOOP = 0xd4000003, 0x14000000
HOST_CALL = [0xd2803320, 0xf2b88000, 0x100007c1, SMC]  # X1 is 0x100 from the start
SYSTEM_RESET = [0x52800120, 0x72b08000, SMC, LOOP]
SYSTEM_OFF = [0x52800100, 0x72b08000, SMC, LOOP]
SAY = [0x39400061, 0xb9000041] + SYSTEM_OFF  # the byte at X3, on the UART
RAM = 0x80000000

def words(*lists):
    return b"".join(struct.pack("<%dI" % len(l), *l) for l in lists)

def flat(name, content):
    open(sys.argv[1] + name, "wb").write(content)

def call(imm, value):
    return struct.pack("<QQ", imm, value % 2**64)

def elf(name, entry, *segments):
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", 2, 183, 1, entry, 64, 0, 0, 64, 56, len(segments), 64, 0, 0)
    table = data = b""
    for address, content, size in segments:
        at = 64 + 56 * len(segments) + len(data)
        table += struct.pack("<IIQQQQQQ", 1, 7, at, address, address, len(content), size or len(content), 1)
        data += content
    flat(name, header + table + data)

for value in 0, 42, 255, 256, -1:
    flat("call%d" % value, words(HOST_CALL, [LOOP]).ljust(0x100, b"\0") + call(0x100, value))
for imm in 0, 0xff, 0x101, 0xffff:
    flat("imm%d" % imm, words(HOST_CALL, SYSTEM_OFF).ljust(0x100, b"\0") + call(imm, 7))
flat("reset", words(SYSTEM_RESET))
flat("off", words(SYSTEM_OFF))
flat("badcall", words([0xd2803320, 0xf2b88000, 0xd2800081, SMC], SYSTEM_RESET))
flat("cpuoff", words([0x52800040, 0x72b08000, SMC]))

# Two bytes next to each other on the page of the code, the second one first; X3 is one of them.
for name, adr in ("shared0", 0x10fff983), ("shared1", 0x30fff983):
    elf(name, RAM + 0x200, (RAM + 0x131, b"B", 0), (RAM + 0x200, words([adr], SAY), 0), (RAM + 0x130, b"A", 0))
zero = [0x91404003, 0x39404063, 0x91010463, 0xb9000043]  # the byte at X0 + 0x10010, plus 'A'
elf("zero", RAM, (RAM, words(zero, SYSTEM_OFF), 0), (RAM + 0x10000, b"x", 0x2000))
code = words([0x10000803], SAY).ljust(0x100, b"\0") + b"C"
elf("same", RAM, (RAM, code, 0), (RAM + 0x100, b"C", 0))
elf("other", RAM, (RAM, code, 0), (RAM + 0x100, b"D", 0))
elf("over", RAM, (RAM, code, 0), (RAM, b"", 0x1000))
elf("odd", RAM + 2, (RAM, code, 0))
elf("outside", RAM + 0x100000, (RAM, code, 0))
elf("nowhere", 0x10, (RAM, code, 0))
elf("below", RAM, (RAM - 4, code, 0))
elf("wraps", RAM, (2**64 - 16, code, 0x1000))
elf("large", RAM, (RAM, code, 0x4000001))
elf("shrinks", RAM, (RAM, code, 4))
elf("nothing", RAM, (RAM, b"", 0x1000))
last = [0xd2800003 | 0xffff << 5, 0xf2b07fe3]  # X3 is the last byte of RAM
elf("last", RAM, (RAM, words(last, SAY), 0), (RAM + 0x3ffffff, b"Z", 0))
END

# --- the end -----------------------------------------------------------------------------------------

for value in 0 42 255 256 -1; do
	ends "call$value" $((value & 255)) 'host call 0x100 from P0' ''
done
# Another number is printed, and the Realm goes on.
for imm in 0 255 257 65535; do
	ends "imm$imm" 0 "host call 0x$(printf %x "$imm") from P0: 0x7" ''
done
ends reset 4 '' ''
ends off 0 '' ''
# The host call of an address that is not aligned: the Realm sees the error, and resets.
ends badcall 4 '' ''
ends cpuoff 1 'every REC is off' ''

# --- ELF -----------------------------------------------------------------------------------------------

ends shared0 0 '' A
ends shared1 0 '' B
ends zero 0 '' A
# The same bytes twice are no contradiction; others are.
ends same 0 '' C
ends other 2 'different bytes at the same address' ''
# A segment without bytes over one that has them takes nothing away.
ends over 0 '' C
ends odd 1 'exceptions lead to themselves' ''
ends outside 1 'exceptions lead to themselves' ''
ends nowhere 1 'exceptions lead to themselves' ''
ends below 2 'outside of RAM' ''
ends wraps 2 'outside of RAM' ''
ends large 2 'outside of RAM' ''
ends shrinks 2 'larger in the file' ''
ends nothing 2 'nothing to load' ''
ends last 0 '' Z
# An image that leaves little of the RAM.
"$RMMSIM_COMMAND" run --ram 17M <(cat "$scratch/off" && head -c 16M /dev/zero | tr '\0' '\1') || {
	echo "FAILED: an image of 16 MiB"
	exit 1
}

# --- the command line -------------------------------------------------------------------------------------

# refused PATTERN ARGUMENT...: status 2, and the message says what would do
refused() {
	local pattern=$1 status=0

	shift
	timeout 60 "$RMMSIM_COMMAND" run "$@" >"$scratch/out" 2>"$scratch/err" || status=$?
	[[ $status -eq 2 && ! -s $scratch/out ]] && grep -qF -- "$pattern" "$scratch/err" && return
	echo "FAILED: run $*: status $status, expected 2 and '$pattern'; it said:"
	cat "$scratch/err"
	exit 1
}

refused "'5': it takes 1 to 4 Planes" --planes 5 "$scratch/off"
refused "'0': it takes 1 to 64" --recs 0 "$scratch/off"
refused "'45': it takes 33 to 44" --ipa-width 45 "$scratch/off"
refused "'md5': it takes sha256 or sha512" --hash md5 "$scratch/off"
refused "'0': it takes at least 1" --max-insns 0 "$scratch/off"
refused "' -1': it takes a number" --load ' -1' "$scratch/off"
# 2^34 + 1 GiB are 1 GiB in 64 bits.
for ram in 17179869185G 18446744073709551615K 1.5G 8MB 5000 0; do
	refused "'$ram': it takes 4K to 256G" --ram "$ram" "$scratch/off"
done
refused 'a payload is needed' --planes 2
refused "what is 'second'?" "$scratch/off" second
refused 'Is a directory' "$scratch"
# No file of the simulator becomes the standard output that is closed.
status=0
"$RMMSIM_COMMAND" run --trace "$scratch/trace" "$scratch/same" >&- 2>"$scratch/err" || status=$?
if [[ $status -ne 3 ]] || [[ $(head -c 1 "$scratch/trace") != "{" ]] || ! grep -q 'standard output' "$scratch/err"; then
	echo "FAILED: closed standard output, status $status"
	exit 1
fi
echo "all runs end as they should"
