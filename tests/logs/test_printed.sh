# SPDX-License-Identifier: BSD-3-Clause
# Recordings printed as logs, with the holes that each release has: nothing of them is wrong.
. "${RMMSIM_SOURCE_DIR:?}/tests/tools/common.sh"

logs=$RMMSIM_SOURCE_DIR/tests/logs
print() {
	"$python" "$logs/print_log.py" "$1" "$2" || fail "print_log.py $1 $2"
}

# The printer prints what the firmware printed, but for notes and the banner's first line.
for name in kvm-01 random-01 planes-01; do
	print "$logs/$name.jsonl.gz" 0.8 | sed 1d >"$scratch/printed"
	sed 1d "$logs/$name.log" | grep -v '^Inject \|^Unhandled ' >"$scratch/real"
	cmp "$scratch/printed" "$scratch/real" || fail "$name is printed differently"
done

files=
for name in life-01 life-05 multi-01 neg-03 planes-02 psci-01 psci-02 random-02 random-09 ripas-01 \
	s2ap-02 smp-01 teardown-01 mec-01 geometry-01 dev-01; do
	print "$traces/$name.jsonl.gz" 0.8 >"$scratch/$name-0.8.log"
	files="$files $scratch/$name-0.8.log"
done
for release in 0.6 0.7; do
	print "$traces/random-03.jsonl.gz" $release >"$scratch/random-03-$release.log"
	print "$traces/life-02.jsonl.gz" $release >"$scratch/life-02-$release.log"
	files="$files $scratch/random-03-$release.log $scratch/life-02-$release.log"
done
for release in 0.5 0.7; do
	print "$logs/kvm-v10-01.jsonl.gz" $release >"$scratch/kvm-v10-$release.log"
	files="$files $scratch/kvm-v10-$release.log"
done
# shellcheck disable=SC2086
run 0 replay $files
has out '^logs: [0-9]{4,} lines explained, 0 wrong, '
has out 'kvm-v10-0.5.log: console log of TF-RMM v0.5.0: '
has out 'life-01-0.8.log: console log of TF-RMM v0.8.0: '

# Logs of other set-ups: one UART for all, a multiplexer, a few lines of v0.5.
run 0 replay --verbose "$logs/board-one-uart.log" "$logs/fvp-prefixed.log" "$logs/v0.5-tutorial.log"
hasnt out '^ +[0-9]+ (lost|wrong) '
has out 'board-one-uart.log: console log: [0-9]+ lines explained, 0 wrong, [0-9]+ unknown, 11 passed over'
has out 'fvp-prefixed.log: console log of TF-RMM v0.8.0: '
has out 'v0.5-tutorial.log: console log of TF-RMM v0.5.0: 2 lines explained, 0 wrong, 0 unknown, 0 passed over'
finish
