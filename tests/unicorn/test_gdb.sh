#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# `rmmsim run --gdb`: a real gdb-multiarch on small payloads, and a client that sends rubbish.
set -euo pipefail

rmmsim=$RMMSIM_COMMAND
source=$RMMSIM_SOURCE_DIR/tests/payload
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$rmmsim" run --help >/dev/null 2>&1 || { echo "skipped: built without Unicorn"; exit 77; }
command -v aarch64-linux-gnu-gcc >/dev/null || { echo "skipped: aarch64-linux-gnu-gcc is not installed"; exit 77; }
cd "$work"
failed=0

build() { # NAME
	aarch64-linux-gnu-gcc -g -O1 -fno-omit-frame-pointer -ffreestanding -nostdlib -static -fno-pic \
		-fno-stack-protector -fno-builtin -march=armv8.5-a -mno-outline-atomics \
		-Wl,-z,max-page-size=4096 -Wl,--no-warn-rwx-segments -Wl,--build-id=none \
		-Wl,-T,"$source/payload.ld" -o "$1" "$source/start.S" "$source/lib.c" "$source/$1.c"
}

for name in smp planes stuck; do
	build "$name"
done

# start STATUS-FILE OPTION... : in the background, until there is a socket
start() {
	rm -f sock
	(
		got=0
		timeout 100 "$rmmsim" run --gdb=./sock "$@" >out 2>err </dev/null || got=$?
		echo "$got" >status
	) &
	for _ in $(seq 3000); do
		[[ ! -S sock ]] || return 0
		sleep 0.02
	done
	echo "FAILED: no socket"
	cat err
	exit 1
}

# session PAYLOAD OPTION...: commands from standard input; what gdb says is in `said`
session() {
	local payload=$1

	shift
	cat >commands
	start "$@" "$payload"
	timeout 100 gdb-multiarch -batch -nx -iex "set pagination off" -iex "set confirm off" \
		-iex "set debuginfod enabled off" -ex "target remote ./sock" -x commands "$payload" >said 2>&1 || true
	wait
}

says() { # PATTERN...: lines, in this order
	local pattern at=1

	for pattern in "$@"; do
		line=$(tail -n +"$at" said | grep -nE -m1 -- "$pattern" | cut -d: -f1 || true)
		if [[ -z $line ]]; then
			echo "FAILED: gdb does not say \"$pattern\" from line $at on:"
			cat said err
			failed=1
			return
		fi
		at=$((at + line))
	done
}

ends() { # STATUS
	[[ $(cat status) == "$1" ]] && return
	echo "FAILED: the run ended with $(cat status), not $1"
	cat err
	failed=1
}

if command -v gdb-multiarch >/dev/null; then
	session smp --recs 3 <<-'END'
		break secondary_main
		continue
		info threads
		print context
		backtrace 2
		print $x0
		set $x0 = 2
		print $x0
		set $x0 = 1
		print/x $sctlr_el1 & 1
		stepi
		delete
		watch total
		continue
		print total
		set var total = total + 99
		print total
		monitor rtt
		monitor granule 0x100008000
		monitor explain
		monitor memory ipa
		x/1xw 0x80000000
		monitor memory va
		delete
		continue
	END
	says "Breakpoint 1, secondary_main" "Thread 1 \(REC 0 P0" "Thread 5 \(REC 1 P0" "^.1 = 1$" "secondary_entry" \
		"^.2 = 1$" "^.3 = 2$" "^.4 = 0x0$" "hit Hardware watchpoint 2: total" "^New value = 1$" "^.5 = 1$" \
		"^.6 = 100$" "level 3  ASSIGNED RAM -> 0001000" "^0x100008000: DATA, Realm PAS" "refused with PSCI_ALREADY_ON" \
		"^0x80000000 <_start>:.*0x58" "exited normally"
	ends 0
	# The same as without a debugger, but for what it changed: 2000 and 99 more.
	grep -q "^total 0x833$" out || { echo "FAILED: the payload counted otherwise"; cat out; failed=1; }

	session planes --planes 2 <<-'END'
		break *p1_start
		continue
		info threads
		print/x $pc == (unsigned long)&p1_start
		monitor rtt 1
		monitor rtt 0
		stepi
		stepi
		x/1i $pc
		thread 1
		backtrace 2
		x/1i $pc
		detach
	END
	says "Thread 2 hit Breakpoint 1" "Thread 1 \(REC 0 P0, has entered another Plane\)" "Thread 2 \(REC 0 P1\)" \
		"^.1 = 0x1$" "level 3  tree 0 r-xX -> 0001" "P0 is not entered in REC 0" "smc" "Switching to thread 1" \
		"smc_call" "=> 0x.*smc"
	ends 0
	diff "$source/planes.expected" out || failed=1

	# A Realm that gets stuck can be looked at before it ends.
	session stuck <<-'END'
		continue
		backtrace
		continue
	END
	says "SIGABRT" "outer \(" "payload_main" "exited with code 01"
	ends 1
else
	echo "gdb-multiarch is not installed: the sessions with it are left out"
fi

# --- packets ------------------------------------------------------------------------------------------

cat >hostile.py <<'END'
import random, socket, sys

def frame(data):
    return b"$" + data + b"#%02x" % (sum(data) & 255)

class Link:
    def __init__(self):
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(30)
        self.socket.connect("sock")
        self.data = b""

    def byte(self):
        if not self.data:
            self.data = self.socket.recv(4096)
            if not self.data:
                raise EOFError
        c, self.data = self.data[:1], self.data[1:]
        return c

    def ask(self, packet, raw=False):
        self.socket.sendall(packet if raw else frame(packet))
        while self.byte() != b"$":
            pass
        body = b""
        while (c := self.byte()) != b"#":
            body += c
        self.byte(), self.byte()
        self.socket.sendall(b"+")
        return body

link = Link()
expected = [
    (b"qSupported:xmlRegisters=i386", lambda a: b"PacketSize=" in a),
    (b"?", lambda a: a.startswith(b"T05thread:1;")),
    (b"p20", lambda a: a == b"0000008000000000"),
    (b"p", lambda a: a[:1] == b"E"), (b"pffffffffffffffffff", lambda a: a[:1] == b"E"),
    (b"p3ff", lambda a: a[:1] == b"E"),
    (b"P20", lambda a: a[:1] == b"E"), (b"P20=12", lambda a: a[:1] == b"E"),
    (b"P21=c9030000", lambda a: a[:1] == b"E"), # EL2
    (b"P21=c5030000", lambda a: a == b"OK"),
    (b"g", lambda a: len(a) == 2 * (33 * 8 + 4 + 32 * 16 + 8)),
    (b"G00", lambda a: a[:1] == b"E"),
    (b"m80000000,4", lambda a: len(a) == 8),
    (b"m80000000,ffffffffffffffff", lambda a: len(a) % 2 == 0 and len(a) > 1000),
    (b"mffffffffffffffff,10", lambda a: a[:1] == b"E"), (b"m1,", lambda a: a[:1] == b"E"),
    (b"M80000000,ffffffff:00", lambda a: a[:1] == b"E"), (b"M80000000,4:zz000000", lambda a: a[:1] == b"E"),
    (b"X80000000,4:a", lambda a: a[:1] == b"E"), (b"X80000000,0:", lambda a: a == b"OK"),
    (b"Z0,80000001,4", lambda a: a[:1] == b"E"), (b"Z2,ffffffffffffffff,8", lambda a: a[:1] == b"E"),
    (b"Z2,80000000,0", lambda a: a[:1] == b"E"), (b"Z9,80000000,4", lambda a: a == b""),
    (b"z0,1234,4", lambda a: a == b"OK"),
    (b"Hg2", lambda a: a[:1] == b"E"), (b"Hgffffffffffffffff", lambda a: a[:1] == b"E"), (b"Hg-1", lambda a: a == b"OK"),
    (b"H", lambda a: a[:1] == b"E"), (b"T9999", lambda a: a[:1] == b"E"), (b"T1", lambda a: a == b"OK"),
    (b"vCont;s:99", lambda a: a[:1] == b"E"), (b"vCont", lambda a: a[:1] == b"E"), (b"vCont?", lambda a: b"c" in a),
    (b"qXfer:features:read:target.xml:0,10", lambda a: a.startswith(b"m<?xml")),
    (b"qXfer:features:read:target.xml:ffffff,10", lambda a: a[:1] == b"E"),
    (b"qXfer:features:read:../passwd:0,10", lambda a: a == b"E00"),
    (b"qRcmd,zz", lambda a: a[:1] == b"E"), (b"qRcmd," + b"41" * 3000, lambda a: a[:1] == b"E"),
    (b"qThreadExtraInfo,77", lambda a: a[:1] == b"E"), (b"qfThreadInfo", lambda a: a == b"m1"),
    (b"nonsense", lambda a: a == b""), (b"", lambda a: a == b""),
]
for packet, good in expected:
    answer = link.ask(packet)
    if not good(answer):
        sys.exit("FAILED: %r is answered by %r" % (packet[:40], answer[:80]))
# 256 points, no more.
for i in range(300):
    answer = link.ask(b"Z0,%x,4" % (0x1000 + 4 * i))
    if (answer == b"OK") != (i < 256):
        sys.exit("FAILED: point %d is answered by %r" % (i, answer))
link.ask(b"Z0,80000000,4")
# A packet longer than is promised, a wrong checksum, escapes at the end, rubbish between packets.
link.ask(b"m" + b"0" * 100000)
link.socket.sendall(b"$g#00$}#7d\x03\x03garbage+++---")
if not link.ask(b"qC").startswith((b"", b"QC")):
    sys.exit("FAILED: nothing works after rubbish")
if sys.argv[1] == "0":
    sys.exit()
seed = random.Random(int(sys.argv[1]))
alphabet = b"gGpPmMXZzHTqQv?0123456789abcdef,;:=-#$}"
try:
    for i in range(5000):
        body = bytes(seed.choice(alphabet) for _ in range(seed.randrange(1, 30)))
        if i % 3:
            body = seed.choice([b"P%x=", b"M%x,4:", b"Z2,%x,8", b"m%x,", b"vCont;s:%x", b"Hg%x", b"X%x,3:", b"qRcmd,%x"]) \
                % seed.choice([seed.randrange(130), 0x80000000 + seed.randrange(1 << 16), seed.randrange(1 << 64)]) + body
        link.socket.sendall(frame(body) if seed.randrange(20) else body)
        if i % 20 == 0:
            link.ask(b"qC")
        if i % 50 == 0:
            link.data = b""
except (BrokenPipeError, ConnectionResetError, EOFError):
    pass # the Realm ended
END
if command -v python3 >/dev/null; then
	start --recs 2 smp
	python3 -S hostile.py 0 || failed=1
	wait
	ends 0
	# What rubbish makes of the Realm is its own affair.
	for seed in 1 2 3; do
		start --recs 2 --max-insns 10M smp
		python3 -S hostile.py $seed || failed=1
		wait
		[[ $(cat status) -lt 124 && $(cat status) -ne 3 ]] || {
			echo "FAILED: after rubbish of seed $seed the run ended with $(cat status)"
			cat err
			failed=1
		}
	done
fi

# --- what cannot be listened on -----------------------------------------------------------------------

: >taken
for where in ./taken ./no/such/directory 65536 "$(printf 'x%.0s' {1..200})"; do
	got=0
	timeout 20 "$rmmsim" run --gdb="$where" smp >out 2>err || got=$?
	[[ $got -eq 2 ]] && grep -q -- "--gdb ${where:0:20}" err && continue
	echo "FAILED ($got): --gdb=$where"
	cat err
	failed=1
done

[[ $failed -eq 0 ]] && echo "debuggers see what they should"
exit $failed
