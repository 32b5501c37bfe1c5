# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

# The story is complete: what it promises to show is there.
export LC_ALL=C.UTF-8
run 0 demo
last 'Invariants checked after every call: 0 violated. Pages leaked: 0 of 65536.'
has out 'REALM_CREATE .*SUCCESS$'
has out 'DATA_CREATE .*SUCCESS$'
has out 'REALM_ACTIVATE .*SUCCESS$'
has out 'exit: fetch at 0x40000000: nothing mapped at level 1 of tree 1'
has out 'RTT_AUX_MAP_PROTECTED .*ERROR_RTT_AUX 1$'
has out 'RTT_AUX_MAP_UNPROTECTED .*SUCCESS$'
has out 'RTT_SET_S2AP .*tree 2 ERROR_RTT_AUX 1$'
has out 'P0  RSI_PLANE_ENTER  plane 1 '
has out 'P0  RSI_PLANE_ENTER  plane 2 '
has out 'P0  plane 1 may not read 0x40004000'
has out 'P0  plane 2 may not write 0x40003000'
has out 'exit: host call 1 of plane 0'
has out 'exit: RIPAS change to EMPTY'
has out 'RTT_SET_RIPAS .*ERROR_RTT_AUX 0$'
has out 'REALM_DESTROY .*SUCCESS$'
has out '^Plane 0: tree 1, root'
has out '^Plane 1: tree 2, root'
has out '^Plane 2: tree 0 \(the primary tree\), root'

# One line per call, numbered without a gap.
sed -n 's/^ *\([0-9]\{1,\}\)  [A-Z_]\{6,\}.*/\1/p' "$scratch/out" >"$scratch/numbers"
seq "$(wc -l <"$scratch/numbers")" | cmp -s - "$scratch/numbers" || fail "calls are not numbered 1, 2, 3, ..."

# Deterministic, at most 100 columns, ASCII where the locale has no more.
"$rmmsim" demo | cmp -s - "$scratch/out" || fail "two runs differ"
wide=$(grep -cE '^.{101,}$' "$scratch/out")
[ "$wide" -eq 0 ] || fail "$wide lines are wider than 100 columns"
LC_ALL=C "$rmmsim" demo >"$scratch/ascii"
LC_ALL=C grep -q '[^ -~]' "$scratch/ascii" && fail "LC_ALL=C: not ASCII"
wide=$(grep -cE '^.{101,}$' "$scratch/ascii")
[ "$wide" -eq 0 ] || fail "LC_ALL=C: $wide lines are wider than 100 columns"

# The story of a device.
export LC_ALL=C.UTF-8
run 0 demo --device
last 'Invariants checked after every call: 0 violated. Pages leaked: 0 of 65536.'
has out 'to the device: KEY_EXCHANGE'
has out 'the host keeps [0-9]* bytes: certificates'
has out 'PDEV_GET_STATE .*READY *SUCCESS$'
has out 'VDEV_GET_STATE .*STARTED *SUCCESS$'
has out 'exit: DEV_MEM_MAP'
has out 'P0  the identification register is 0x7467646167'
has out 'P0  the device may not write to memory yet'
has out 'P0  it wrote "from the device"'
has out 'VDEV_DMA_ENABLE .*ERROR_DEVICE$'
has out 'P0  the measurement is another one: the device is not trusted'
has out 'P0  the device cannot write any more'
has out 'stopped at 0x40002000: the Realm has not enabled DMA'
"$rmmsim" demo --device | cmp -s - "$scratch/out" || fail "two runs of --device differ"
wide=$(grep -cE '^.{101,}$' "$scratch/out")
[ "$wide" -eq 0 ] || fail "--device: $wide lines are wider than 100 columns"

run 2 demo something
has err 'unexpected argument'
finish
