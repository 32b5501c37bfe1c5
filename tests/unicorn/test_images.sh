#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# `rmmsim run`: position independent payloads, and what the Host answers to host calls.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
rmmsim=${RMMSIM_COMMAND:?}
payloads=${RMMSIM_SOURCE_DIR:?}/tests/payload
"$rmmsim" run --help >/dev/null 2>&1 || { echo "skipped: built without Unicorn"; exit 77; }
command -v aarch64-linux-gnu-gcc >/dev/null || { echo "skipped: aarch64-linux-gnu-gcc is not installed"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
cd "$scratch"
failed=0

# ends STATUS OUT ERR-PATTERN ARGUMENT...
ends() {
	local status=0 wanted=$1 out=$2 err=$3

	shift 3
	timeout 60 "$rmmsim" run "$@" >out 2>err </dev/null || status=$?
	[[ $status -eq $wanted && $(cat out) == "$out" ]] && grep -q -- "$err" <(cat err; echo) && return
	echo "FAILED: run $*: status $status, expected $wanted, '$out' and '$err'; it said:"
	cat out err
	failed=1
}

# --- position independent ------------------------------------------------------------------------------------

aarch64-linux-gnu-gcc -nostdlib -static-pie -Wl,-z,notext -o pie "$payloads/pie.S"
ends 0 'position independent =' '' pie
ends 0 'position independent =' '' --load 0x80200000 pie
ends 0 'position independent !' '' --no-relocate pie
ends 2 '' 'is aligned to 0x10000: --load 0x80201000' --load 0x80201000 pie
ends 2 '' 'outside of RAM' --load 0x1000000 pie
ends 2 '' 'outside of RAM' --ram 64K pie

# Each file prints the byte that the pointer at 0x1000 leads to: X at 0x2000, if the pointer is relocated.
python3 -S - <<'END'
import struct

RELATIVE, ABS64, GLOB_DAT = 1027, 257, 1025
# adr x3, 0x1000; ldr x3, [x3]; ldrb w1, [x3]; str w1, [x2]; SYSTEM_OFF
CODE = struct.pack("<8I", 0x10008003, 0xf9400063, 0x39400061, 0xb9000041, 0x52800100, 0x72b08000, 0xd4000003, 0x14000000)

def elf(name, pointer, dynamic, tables, kind=3, base=0):
    content = bytearray(0x4000)
    content[0:len(CODE)] = CODE
    content[0x1000:0x1008] = struct.pack("<Q", pointer)
    content[0x2000:0x2001] = b"X"
    at = 0x3800
    for tag, value in dynamic + [(0, 0)]:
        content[at:at + 16] = struct.pack("<qQ", tag, value)
        at += 16
    for at, data in tables:
        content[at:at + len(data)] = data
    header = b"\x7fELF\x02\x01\x01" + bytes(9) + struct.pack(
        "<HHIQQQIHHHHHH", kind, 183, 1, base, 64, 0, 0, 64, 56, 2, 64, 0, 0)
    load = struct.pack("<IIQQQQQQ", 1, 7, 0x1000, base, base, len(content), len(content), 0x1000)
    dyn = struct.pack("<IIQQQQQQ", 2, 6, 0x4800, base + 0x3800, base + 0x3800, 0x100, 0x100, 8)
    open(name, "wb").write((header + load + dyn).ljust(0x1000, b"\0") + content)

def rela(*entries):
    return b"".join(struct.pack("<QQq", at, symbol << 32 | kind, addend) for at, symbol, kind, addend in entries)

def one(name, *entry, symbols=b"", size=None):
    data = rela(entry)
    elf(name, 0, [(7, 0x3000), (8, size or len(data)), (9, 24), (6, 0x3400)], [(0x3000, data), (0x3400, symbols)])

def symbol(section, value, bind=1):
    return struct.pack("<IBBHQQ", 0, bind << 4, 0, section, value, 0)

one("relative", 0x1000, 0, RELATIVE, 0x2000)
one("abs64", 0x1000, 1, ABS64, 0x800, symbols=symbol(0, 0, 0) + symbol(1, 0x1800))
one("undefined", 0x1000, 1, GLOB_DAT, 0, symbols=symbol(0, 0, 0) + symbol(0, 0))
one("unknown", 0x1000, 0, 1030, 0)
one("outside", 0x100000, 0, RELATIVE, 0)
one("far-symbol", 0x1000, 1 << 20, ABS64, 0)
one("endless", 0x1000, 0, RELATIVE, 0x2000, size=1 << 40)
# An address, then bits for the words behind it: the pointer is the third.
packed = struct.pack("<QQ", 0xff0, 0b101)
elf("packed", 0x2000, [(36, 0x3000), (35, 16), (37, 8)], [(0x3000, packed)])
# Linked for its place in RAM: its physical addresses count, nothing is relocated.
elf("placed", 0x80002000, [], [], base=0x80000000)
END

for file in relative abs64 packed placed; do
	ends 0 X '' $file
done
ends 0 X '' --load 0x80123000 relative
ends 0 X '' --load 0x80123000 packed
ends 2 '' 'needs a symbol of another file (number 1)' undefined
ends 2 '' 'relocation of type 1030' unknown
ends 2 '' 'relocation of 0x100000, where nothing is loaded' outside
ends 2 '' 'symbol that is not loaded' far-symbol
ends 2 '' 'endless: has' endless
gzip -k relative
ends 0 X '' relative.gz

# --- host calls -----------------------------------------------------------------------------------------------

aarch64-linux-gnu-gcc -O2 -ffreestanding -nostdlib -static -fno-pic -fno-stack-protector -fno-builtin -march=armv8.5-a \
	-mno-outline-atomics -Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -Wl,--build-id=none \
	-Wl,-T,"$payloads/payload.ld" -o ask "$payloads/start.S" "$payloads/lib.c" "$payloads/hostcall.c"
expected=$(cat "$payloads/hostcall.expected")
echo 'U+0x80000000, 2' >answers
ends 0 "$expected" 'host call 0x1 from P0' --host-call 1=U+0x80000000 ask
ends 0 "$expected" '' --host-call 2=7 --host-call 1=0x8080000000,3 ask
ends 0 "$expected" '' --host-call 1=@answers ask
ends 0 "$expected" '' --ipa-width 40 --on-host-call 'read call; echo "{\"gprs\": [\"0x8080000000\"]}"' ask
ends 17 '' '' --on-host-call 'grep -q "\"imm\":1,\"plane\":0,\"rec\":0" && true; echo "{\"exit\": 17}"' ask
ends 9 $'status 0x0\nanswer 0x0\nnot so: the host answered' '' ask
ends 2 '' 'ended without an answer' --on-host-call 'exit 0' ask
ends 2 '' 'answered with what is no' --on-host-call 'echo hello; cat >/dev/null' ask
ends 2 '' 'N=VALUE, N=@FILE' --host-call 1 ask
ends 2 '' 'a value is a number' --host-call 1=V ask
ends 2 '' 'a value is a number' --host-call 1=1,,2 ask
ends 2 '' 'No such file' --host-call 1=@nothing ask
echo '7, x' >bad
ends 2 '' 'bad: line 1 is no list' --host-call 1=@bad ask

# A Realm that prints what the Host put into shared memory, by host call 5, and ends by host call 6.
python3 -S - <<'END'
import struct
HOST_CALL = 0xc4000199
def call(at, base):  # X1 is the structure at `at`; base: address of the first instruction
    return [0x10000001 | ((at - base) // 4 << 5 & 0xffffe0), 0xd2800000 | (HOST_CALL & 0xffff) << 5,
            0xf2a00000 | HOST_CALL >> 16 << 5, 0xd4000003]
# ldrb of shared memory maps it: X3 is U.
touch = [0xd2b00004, 0x8b040064, 0x39400085]
words = touch + call(0x100, 12) + call(0x200, 28) + [0x14000000]
data = struct.pack("<%dI" % len(words), *words).ljust(0x100, b"\0")
data += struct.pack("<QQ", 5, 0x8080000003).ljust(0x100, b"\0") + struct.pack("<QQ", 6, 33)
open("prints", "wb").write(data)
open("text", "wb").write(b"shared text\n")
END
ends 33 'shared text' '' --shared text@3 --host-call 5=print --host-call 6=exit prints
ends 33 'red text' '' --shared text --host-call 5=print --host-call 6=exit prints
ends 2 '' 'does not fit into shared memory' --shared text@0xfffff prints
ends 2 '' 'No such file' --shared nothing prints
[[ $failed -eq 0 ]] && echo "images and answers are as they should be"
exit $failed
