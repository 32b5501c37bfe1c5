# SPDX-License-Identifier: BSD-3-Clause
. "$(dirname "$0")/common.sh"

# Status words.
run 0 explain 0x304
has out '^0x304: RMI_ERROR_RTT, index 3$'
has out 'RMI_RTT_CREATE +rtt_walk +RMI_ERROR_RTT'
run 0 explain 7
has out '^0x7: RMI_ERROR_RTT_AUX, index 0$'
run 0 explain 1
has out '^0x1: RMI_ERROR_INPUT$'
has out '^0x1: RSI_ERROR_INPUT$'
run 0 explain 0xffffffffffffffff
has out 'NOT_SUPPORTED'
run 0 explain RSI_ERROR_STATE
has out 'RSI_ATTESTATION_TOKEN_CONTINUE +attest_state'

# Function numbers and names say the same.
for name in 0xc400015d 15d 15D RTT_CREATE rmi_rtt_create RMI_RTT_CREATE 3288334685; do
	run 0 explain "$name"
	has out '^RMI_RTT_CREATE \(0xc400015d\): '
	has out '^  since version 1\.0, implemented$'
	has out '^    X1  rd +PA of a Realm descriptor$'
	has out '^    rtt_walk +RMI_ERROR_RTT, index = level .*\[rmi-commands\.md#6\]$'
done
run 0 explain rsi_plane_enter
has out '^RSI_PLANE_ENTER \(0xc40001a3\)'
run 0 explain RTT_AUX_MAP_PROTECTED
has out '^    X1  state +one of RmiRttEntryState, on RMI_ERROR_RTT, RMI_ERROR_RTT_AUX$'
run 0 explain 0xc4000003
has out '^PSCI_CPU_ON \(0xc4000003, 0x84000003\)'
# What 1.1 has not, and what 2.0 has no more.
for name in 0xc40001f5 1f5 RTT_DATA_MAP rmi_rtt_data_map; do
	run 0 explain "$name"
	has out '^RMI_RTT_DATA_MAP \(0xc40001f5\): '
	has out '^  since version 2\.0, .*, a part of 2\.0, not of 1\.1$'
done
run 0 explain GRANULE_DELEGATE
has out '^  since version 1\.0, implemented, not in 2\.0$'
run 0 explain 153
has out '^RMI_DATA_CREATE '
has out '^RMI_RTT_DATA_MAP_INIT '
run 0 explain 0x10d
has out '^0x10d: RMI_INCOMPLETE, request DONATE$'
run 0 explain tf-rmm-2026-07
has out '^  bet0-functions '
# One name, three interfaces.
run 0 explain version
has out '^RMI_VERSION'
has out '^RSI_VERSION'
has out '^PSCI_VERSION'

run 0 explain rtt_walk
has out '^condition rtt_walk:$'
run 0 explain token-399
has out '^quirk token-399: '
run 0 explain tf-rmm-0.8
has out '^profile tf-rmm-0.8: '
has out '^  fold-full-table '

run 0 explain --json RTT_FOLD
json 'it[0]["is"] == "command" and it[0]["fid"] == "0xc4000166" and it[0]["implemented"]'
json '[i["name"] for i in it[0]["inputs"]] == ["rd", "ipa", "level"]'
json 'any(c["id"] == "rtt_walk" for c in it[0]["conditions"])'
run 0 explain --json 0x104 token-399 tf-rmm-0.8 rtt_walk
json '[i["is"] for i in it] == ["status", "quirk", "profile", "condition"]'

run 1 explain no-such-thing
has err '"no-such-thing" is not a status'
run 1 explain --json no-such-thing RTT_FOLD
json 'len(it) == 1'
run 2 explain
finish
