#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# `rmmsim run --kernel`: what a kernel finds, kernels that are none, and runs that a signal ends. The kernels here are a
# few instructions behind the header of the boot protocol.
set -euo pipefail
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
"${RMMSIM_COMMAND:?}" run --help >/dev/null 2>&1 || { echo "skipped: built without Unicorn"; exit 77; }
command -v python3 >/dev/null || { echo "skipped: python3 is not installed"; exit 77; }
cd "$scratch"

python3 -S - <<'END'
import gzip, struct

OFF = [0x52800100, 0x72b08000, 0xd4000003]           # PSCI SYSTEM_OFF
UART = [0xd2a12004, 0xf2c01004]                       # X4 = 0x8009000000

def image(name, code, size=0x10000, magic=b"ARM\x64", flags=2, offset=0, cut=None):
    header = struct.pack("<IIQQQQQQ4sI", 0x14000010, 0, offset, size, flags, 0, 0, 0, magic, 0)
    data = header + b"".join(struct.pack("<I", w) for w in code)
    open(name, "wb").write(data[:cut])
    return data

# The first word of the device tree, and of the initramfs that it names, would do; the tree's magic is printed as 4 bytes.
put = [0x39400005, 0xb9000085, 0x39400405, 0xb9000085, 0x39400805, 0xb9000085, 0x39400c05, 0xb9000085]
data = image("good", UART + put + OFF)
open("good.gz", "wb").write(gzip.compress(data, mtime=0))
open("cut.gz", "wb").write(gzip.compress(data + bytes(range(256)) * 64, mtime=0)[:100])
open("two.gz", "wb").write(gzip.compress(data[:80], mtime=0) + gzip.compress(data[80:], mtime=0))
image("no-magic", OFF, magic=b"RMA\x64")
image("big-endian", OFF, flags=1)
image("short", OFF, cut=60)
image("huge", OFF, size=1 << 40)
image("offset", OFF, offset=1 << 40)
image("fills", OFF, size=0xf000000)
# Prints A without a newline, and loops.
image("loops", UART + [0x52800825, 0xb9000085, 0x14000000])
# One that knows CCA, by the message that it would print.
image("cca", OFF + [int.from_bytes(b"Usin", "little"), int.from_bytes(b"g RS", "little"),
                    int.from_bytes(b"I ve", "little"), int.from_bytes(b"rsio", "little"), ord("n")])
# Writes 7 to the end register.
image("ends", [0xd2a12044, 0xf2c01004, 0x528000e5, 0xb9000085, 0x14000000])
# Polls the UART and prints what comes, until it is Q.
image("echo", UART + [0xb9401885, 0x3727ffe5, 0xb9400085, 0xb9000085, 0x710144bf, 0x54ffff61] + OFF)
END

failed=0

# ends STATUS OUT-PATTERN ERR-PATTERN ARGUMENT...; what is typed is in the file `typed`
: >typed
ends() {
	local status=0 wanted=$1 out=$2 err=$3

	shift 3
	timeout 60 "$RMMSIM_COMMAND" run "$@" <typed >out 2>err || status=$?
	[[ $status -eq $wanted ]] && grep -aqx -- "$out" <(cat out; echo) && grep -q -- "$err" <(cat err; echo) && return
	echo "FAILED: run $*: status $status, expected $wanted, '$out' and '$err'; it said:"
	cat out err
	failed=1
}

tree=$'\xd0\x0d\xfe\xed'
for kernel in good good.gz two.gz; do
	ends 0 "$tree" '' --kernel $kernel
done
ends 0 "$tree" '' --kernel good --recs 64 --ipa-width 40 --append 'console=ttyAMA0' --dump-dtb tree.dtb
dtc -q -I dtb tree.dtb >tree.dts || { echo "FAILED: dtc refuses the tree"; failed=1; }
for text in 'bootargs = "console=ttyAMA0"' 'cpu@30f {' 'stdout-path = "/serial@8009000000"'; do
	grep -qF "$text" tree.dts || { echo "FAILED: no '$text' in the tree"; failed=1; }
done
# Another seed, another tree; the same seed, the same.
for seed in 1 2 1; do
	"$RMMSIM_COMMAND" run --kernel good --seed $seed --dump-dtb tree >/dev/null
	md5sum <tree
done >sums
[[ $(sort -u sums | wc -l) -eq 2 ]] || { echo "FAILED: seeds"; failed=1; }
# Where the devices are, a kernel that knows CCA finds by itself.
for kernel in good:serial@8009000000 cca:serial@9000000; do
	"$RMMSIM_COMMAND" run --kernel ${kernel%:*} --dump-dtb tree >/dev/null
	grep -aqx ".*${kernel#*:}" <(tr '\0' '\n' <tree) || { echo "FAILED: $kernel"; failed=1; }
done
ends 7 '' '' --kernel ends
# Disks, and what the tree says of them.
head -c 1000 /dev/zero >disk
: >nothing-in-it
ends 0 "$tree" '' --kernel good --disk disk --disk disk,rw --rng --virtio-console --dump-dtb tree
[[ $(tr '\0' '\n' <tree | grep -ac 'virtio_mmio@800b000[0-9a-f]*$') -eq 4 ]] || { echo "FAILED: virtio in the tree"; failed=1; }
ends 2 '' '--disk missing: No such file' --kernel good --disk missing
ends 2 '' '--disk nothing-in-it: is empty' --kernel good --disk nothing-in-it
ends 2 '' '--disk .: is empty, or no file\|Is a directory' --kernel good --disk .
ends 2 '' '--disk cannot be .disk.: it takes a file, 4 times' --kernel good $(printf -- '--disk disk %.0s' 1 2 3 4 5)
# The RIM depends on what is measured, and on nothing else.
for append in a a b; do
	"$RMMSIM_COMMAND" run --kernel good --append $append --rim 2>&1 >/dev/null
done >rims
[[ $(grep -cE '^rmmsim run: RIM [0-9a-f]{64}$' rims) -eq 3 && $(uniq -c rims | awk '{ printf $1 }') == 21 ]] ||
	{ echo "FAILED: RIMs"; cat rims; failed=1; }
printf 'xyzQ' >typed
ends 0 'xyzQ' '' --kernel echo
: >typed

# The tree of a run is one that can be given to another, and changed on the way.
ends 0 "$tree" '' --kernel good --dtb tree.dtb --append other --dump-dtb again.dtb
grep -aq other again.dtb || { echo "FAILED: --append is not in the tree"; failed=1; }
head -c 100 tree.dtb >damaged
ends 2 '' 'damaged: is no good device tree' --kernel good --dtb damaged
ends 2 '' 'good: is no good device tree' --kernel good --dtb good
head -c 3000000 /dev/zero >large
ends 2 '' 'large: has more than 2097152 bytes' --kernel good --dtb large
ends 2 '' 'No such file' --kernel good --dtb nothing
ends 2 '' 'could not be written' --kernel good --dump-dtb /nowhere/tree

ends 2 '' 'no magic number' --kernel no-magic
ends 2 '' 'big-endian' --kernel big-endian
ends 2 '' 'shorter than the header' --kernel short
ends 2 '' 'needs more than --ram' --kernel huge
ends 2 '' 'needs more than --ram' --kernel offset
ends 2 '' 'damaged or truncated' --kernel cut.gz
ends 2 '' 'is empty' --kernel typed
ends 2 '' 'No such file' --kernel nothing
ends 0 "$tree" '' --kernel good --initrd large
ends 2 '' 'large: does not fit behind the kernel: use --ram of 0x' --kernel good --initrd large --ram 6M
ends 2 '' 'needs --ram of 0x' --kernel fills --ram 0xf100000
ends 2 '' 'not both' --kernel good good
ends 2 '' 'are for --kernel' --append x good
ends 2 '' 'are for --kernel' --initrd good good

# What was printed is there, and the place where the Realm stands.
for signal in INT TERM HUP; do
	status=0
	# The shell lets what runs in the background ignore SIGINT.
	env --default-signal=INT "$RMMSIM_COMMAND" run --kernel loops </dev/null >out 2>err &
	for _ in $(seq 600); do
		[[ -s out ]] && break
		sleep 0.1
	done
	kill -$signal $!
	wait $! 2>/dev/null || status=$?
	[[ $(cat out) == A && $status -eq $((128 + $(kill -l $signal))) ]] && grep -q 'EL1 at 0x8' err && continue
	echo "FAILED: SIG$signal: status $status"
	cat out err
	failed=1
done
[[ $failed -eq 0 ]] && echo "kernels are treated as they should be"
exit $failed
