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

# Names as firmware and Linux print them.
same() { # NAME OTHER: they say the same
	run 0 explain "$1"
	cp "$scratch/out" "$scratch/first"
	run 0 explain "$2"
	cmp -s "$scratch/out" "$scratch/first" || fail "$1 and $2 say different things"
}
same RSI_ATTESTATION_TOKEN_INIT SMC_RSI_ATTEST_TOKEN_INIT
same RSI_ATTESTATION_TOKEN_CONTINUE SMC_RSI_ATTEST_TOKEN_CONTINUE
same RSI_ATTESTATION_TOKEN_CONTINUE SMC_RSI_ATTESTATION_TOKEN_CONTINUE
same RMI_REC_CREATE SMC_RMM_REC_CREATE
same RMI_REC_CREATE SMC_RMI_REC_CREATE
same RSI_VERSION SMC_RSI_ABI_VERSION
same RMI_RTT_AUX_MAP_PROTECTED SMC_RMI_RTT_AUX_MAP_PROT
same RMI_RTT_AUX_UNMAP_UNPROTECTED RTT_AUX_UNMAP_UNPROT
same PSCI_CPU_ON PSCI_c4000003
same PSCI_CPU_ON PSCI_0_2_FN64_CPU_ON
same PSCI_VERSION PSCI_84000000
same PSCI_SMCCC_VERSION SMC_80000000
same RMI_ERROR_RTT 'rmi_error_rtt,'
same RMI_EXIT_SYNC EXIT_SYNC
run 0 explain SYNC
has out "^RMI_EXIT_SYNC"
has out "^RSI_PLANE_EXIT_SYNC"
same RMI_RIPAS_RAM RMI_RAM
same RMI_RIPAS_DESTROYED RIPAS_DESTROYED
same RMI_RIPAS_EMPTY RSI_EMPTY
same RMI_RTT_ENTRY_ASSIGNED RMI_ASSIGNED
same PSCI_ON_PENDING PSCI_RET_ON_PENDING
same PSCI_CPU_ON PSCI_CPU_ON_AARCH64
same PSCI_CPU_OFF SMC32_PSCI_CPU_OFF
same PSCI_DENIED PSCI_E_DENIED
same RMI_ERROR_RTT ERROR_RTT
same inject_sea REC_ENTER_FLAG_INJECT_SEA
same emul_mmio REC_ENTER_FLAG_EMULATED_MMIO
run 0 explain enter.flags=0x11
has out '^enter.flags emul_mmio \(0x1\): '
has out '^enter.flags ripas_response \(0x10\): '
run 0 explain 'SMC_RSI_<unsupported>'
run 0 explain SMC_RMI_DEV_MAP
has out '^RMI_DEV_MAP \(number not known\): a command of TF-RMM v0\.6'
run 0 explain SMC_84000050
has out '^0x84000050: function 0x50 of the standard secure calls \(SMC32\)'

# Every name in the tables of what firmware prints.
sed -n '/^### RMI/,/^### RSI/s/^| \([A-Z0-9_]*\) .*/SMC_RMI_\1/p; /^### RSI/,/^## 6/s/^| \([A-Z0-9_]*\) .*/SMC_RSI_\1/p' \
	"$RMMSIM_SOURCE_DIR/docs/spec/tf-rmm-log.md" | sort -u >"$scratch/printed"
[ "$(wc -l <"$scratch/printed")" -gt 100 ] || fail "the sheet has too few names"
"$rmmsim" explain --json $(cat "$scratch/printed") >/dev/null 2>"$scratch/err" ||
	fail "not explained: $(grep -o '"[^"]*"' "$scratch/err")"

# Other revisions: a number has the name that they give it, and 1.1's own stays.
for name in 0xC40001F1 RMI_GRANULE_RANGE_DELEGATE SMC_RMI_GRANULE_RANGE_DELEGATE 1f1 0x1f1; do
	run 0 explain "$name"
	has out '^RMI_GRANULE_RANGE_DELEGATE \(0xc40001f1\): '
	has out '^  a command of RMM 2\.0, not of 1\.1 '
	has out '1\.1 has RMI_GRANULE_DELEGATE'
done
run 0 explain 0xc4000203
has out '^RMI_OP_CONTINUE '
has out '^  a command of RMM 2\.0, not of 1\.1 '
run 0 explain RTT_CREATE
hasnt out 'a command of RMM 2'
run 0 explain PLANE_REG_READ
has out '^RSI_PLANE_REG_READ .* RMM 1\.1-alp8'
run 0 explain RMI_BUSY
has out '^  a status of RMM 2\.0, not of 1\.1-alp14'
run 0 explain RMI_ERROR_RTT
hasnt out 'a status of RMM 2'
run 0 explain --json PLANE_REG_READ
json 'it[0]["is"] == "command of a draft" and it[0]["revision"] == "RMM 1.1-alp8"'

# Numbers whose meaning depends on where they stood.
run 0 explain esr 0x92000007
has out '^esr 0x92000007: data abort from a lower exception level$'
has out '^  IL +0x1'
has out '^  DFSC +0x7: translation fault, level 3$'
has out 'not emulatable'
same 'exit.esr=0x92000007' 'ESR_EL2=0x92000007'
run 0 explain esr 0x93c3804f esr=0x5e000000 esr=0x623a3056 esr=0x06000003 esr=0xbe000c11
has out '^  SAS +0x3: 8 bytes$'
has out '^  SRT +0x3$'
has out '^  WnR +0x1: a write$'
has out '^  DFSC +0xf: permission fault, level 3$'
has out '^esr 0x5e000000: SMC$'
has out '^  register +S3_0_C12_C11_5 ICC_SGI1R_EL1$'
has out '^  TI +0x3: WFET$'
has out '^esr 0xbe000c11: SError interrupt$'
has out '^  AET +0x3: UER: recoverable$'
run 0 explain --json esr 0x93c3804f
json 'it[0]["EC"] == 0x24 and it[0]["IL"] == 1'
json '{f["name"]: f["value"] for f in it[0]["fields"]} == {"ISV": 1, "SAS": 3, "SSE": 0, "SRT": 3,
	"SF": 1, "AR": 0, "SET": 0, "FnV": 0, "EA": 0, "CM": 0, "S1PTW": 0, "WnR": 1, "DFSC": 15}'
run 0 explain hpfar 0x40000010
has out 'page at IPA 0x4000001000$'
run 0 explain exit 4
has out '^RMI_EXIT_RIPAS_CHANGE \(4\): '
has out 'RMI_RTT_SET_RIPAS'
run 0 explain exit
[ "$(grep -c '^RMI_EXIT_' "$scratch/out")" -eq 11 ] || fail "not every exit reason is listed"
run 0 explain ripas 2 state 2 RTT_FOLD
has out '^RMI_RIPAS_DESTROYED'
has out '^RMI_RTT_ENTRY_TABLE'
has out '^RMI_RTT_FOLD'
run 1 explain esr
has err 'esr needs a number'
run 1 explain exit 77
run 1 explain 0x92000007
has err 'explain esr 0x92000007'

# What was nearly right.
run 1 explain RTT_CRAETE RMI_REALM_ACTIVTE rtt_wlak
has err 'Did you mean RTT_CREATE\?'
has err 'Did you mean RMI_REALM_ACTIVATE'
has err 'Did you mean rtt_walk'
run 1 explain zzzzzzzzzzzz
hasnt err 'Did you mean'

run 1 explain no-such-thing
has err '"no-such-thing" is not a status'
run 1 explain --json no-such-thing RTT_FOLD
json 'len(it) == 1'
run 2 explain
finish
