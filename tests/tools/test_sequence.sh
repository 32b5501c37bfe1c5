# SPDX-License-Identifier: BSD-3-Clause
# sequence, shrink, to-test, fuzz-corpus and fuzz-stats.
. "$(dirname "$0")/common.sh"

cat >"$scratch/a.rmm" <<'END'
# Two Realms want the same VMID.
start active
times=3 RMI_GRANULE_DELEGATE addr=g60
fill pa=g64 RmiRealmParams s2sz=39 num_bps=1 num_wps=1 vmid=1 rtt_base=g61 rtt_level_start=1 rtt_num_start=1
RMI_REALM_CREATE rd=g60 params_ptr=g64
RMI_REC_ENTER rec_ptr=g20 run_ptr=g68
  RSI_VERSION req=0x10001
  hvc imm=7
END

# Both forms say the same.
run 0 sequence "$scratch/a.rmm"
cp "$scratch/out" "$scratch/script"
run 0 sequence -o "$scratch/a.bin" "$scratch/a.rmm"
run 0 sequence "$scratch/a.bin"
cmp -s "$scratch/out" "$scratch/script" || fail "the binary is another sequence"

run 0 sequence --results "$scratch/a.rmm"
has out '^# RMI_ERROR_INPUT: vmid_state$|^# RMI_ERROR_INPUT: .*vmid'
has out '^  hvc imm=7$'

# What --results prints is a script that is a test: outputs by name, exits of RECs, what a Realm got.
cat >"$scratch/exits.rmm" <<'END'
machine default
start active
RMI_REC_ENTER rec_ptr=g20 run_ptr=g68
  load ipa=0x4000 size=3
RMI_REC_ENTER rec_ptr=g20 run_ptr=g68
  store ipa=0x4000001000 size=3 value=5
  load ipa=0x4000 size=3
fill pa=g68 RmiRecRun enter.flags=1
RMI_REC_ENTER rec_ptr=g20 run_ptr=g68
  RSI_MEASUREMENT_READ index=0
  RSI_MEASUREMENT_READ index=9
  RSI_IPA_STATE_GET base=0 top=0x8000
  PSCI_FEATURES psci_func_id=0x84000002
  load ipa=0x3fffffe000 size=2
RMI_RTT_READ_ENTRY rd=g1 ipa=0x1000 level=3
RMI_DATA_DESTROY rd=g1 ipa=0x200000
times=3 RMI_GRANULE_DELEGATE addr=g60
smc x0=0xc4000fff x1=0 x2=0 x3=0 x4=0 x5=0 x6=0
END
run 0 sequence --results "$scratch/exits.rmm"
has out '^expect RMI_SUCCESS exit\.exit_reason=SYNC exit\.esr=0x9[13]c08047 exit\.far=0 exit\.hpfar=0x40000010 exit\.gprs\[0\]=5 exit\.plane=0$'
has out '^# passed over: load ipa=0x4000 size=3$'
has out '^  realm_expect RSI_SUCCESS value_0=0x[0-9a-f]+ value_1='
has out '^  realm_expect RSI_ERROR_INPUT$'
has out '^  realm_expect RSI_SUCCESS out_top=0x6000 ripas=RAM$'
has out '^  realm_expect x0=0$'
has out '^  realm_expect .*esr_el1=0x9'
has out '^expect RMI_SUCCESS walk_level=3 state=ASSIGNED desc=g[0-9]+ ripas=RAM$'
has out '^# RMI_ERROR_RTT, index 2: rtt_walk$'
has out '^expect RMI_ERROR_RTT index=2 top=0x40000000$'
has out '^expect x0=-1$'
cp "$scratch/out" "$scratch/test.rmm"
run 0 sequence --check "$scratch/test.rmm"
last "$scratch/test.rmm: $(grep -c expect "$scratch/test.rmm") expectations, 0 do not hold"
# The same steps but for those that did not happen.
run 0 sequence "$scratch/test.rmm"
grep -v '^  load ipa=0x4000 size=3' "$scratch/exits.rmm" | cmp -s - <(grep -v '^  load ipa=0x4000 size=3' "$scratch/out") ||
	fail "the printed script has other steps"

# Every kind of expectation that does not hold is named, with its line.
wrong() { # LINE-OF-TEST SED-EXPRESSION MESSAGE
	sed "$1$2" "$scratch/test.rmm" >"$scratch/wrong.rmm"
	cmp -s "$scratch/test.rmm" "$scratch/wrong.rmm" && fail "nothing was changed by $2"
	run 1 sequence --check "$scratch/wrong.rmm"
	has err "wrong.rmm:[0-9]+: $3"
	run 1 sequence --results "$scratch/wrong.rmm"
}
wrong '/walk_level/' 's/walk_level=3/walk_level=2/' 'walk_level: expected 2, actual 3'
wrong '/walk_level/' 's/RAM/EMPTY/' 'ripas: expected EMPTY, actual RAM'
wrong '/walk_level/' 's/walk_level/level/' 'level: expected 3, actual no such output'
wrong '/out_top/' 's/0x6000/0x7000/' 'out_top: expected 0x7000, actual 0x6000'
wrong '/exit_reason=SYNC/' 's/=SYNC/=PSCI/' 'exit.exit_reason: expected PSCI, actual SYNC'
wrong '/hpfar=0x/' 's/0x40000010/0x40000020/' 'exit.hpfar: expected 0x40000020, actual 0x40000010'
wrong '/RMI_ERROR_RTT/' 's/RMI_ERROR_RTT/RMI_ERROR_INPUT/' 'status: expected RMI_ERROR_INPUT, actual RMI_ERROR_RTT'
wrong '/RSI_ERROR_INPUT/' 's/RSI_ERROR_INPUT/RSI_ERROR_STATE/' 'status: expected RSI_ERROR_STATE'
wrong '/expect x0=-1/' 's/-1/0/' 'x0: expected 0, actual -1'
sed 's/# passed over: \(.*\)/\1\n  realm_expect x0=7/' "$scratch/test.rmm" >"$scratch/wrong.rmm"
run 1 sequence --check "$scratch/wrong.rmm"
has err 'did not happen'

# Fields that are not printed can be asked for; an expectation needs a step, and a form.
cat >"$scratch/more.rmm" <<'END'
start active
RMI_REC_ENTER rec_ptr=g20 run_ptr=g68
  RSI_VERSION req=0x10001
  realm_expect rsi_success x1=0x10001 lower=0x10001
expect exit.gicv3_misr=0 exit.cntv_ctl=0
END
run 0 sequence --check "$scratch/more.rmm"
has out ': 2 expectations, 0 do not hold$'
echo 'expect RMI_SUCCESS' >"$scratch/bad.rmm"
run 2 sequence "$scratch/bad.rmm"
has err 'bad.rmm:1:1: there is no call of the Host above'
printf 'RMI_VERSION req=0x10001\nexpect\n' >"$scratch/bad.rmm"
run 2 sequence "$scratch/bad.rmm"
has err 'bad.rmm:2:1: what is expected'
printf 'RMI_VERSION req=0x10001\nexpect RMI_SUCCESS lower\n' >"$scratch/bad.rmm"
run 2 sequence "$scratch/bad.rmm"
has err '"lower" is not NAME=VALUE'
printf 'RMI_VERSION req=0x10001\nrealm_expect x0=0\n' >"$scratch/bad.rmm"
run 2 sequence "$scratch/bad.rmm"
has err 'no step of a Realm'

# So are the scripts of the fuzzers.
for script in "$RMMSIM_SOURCE_DIR"/fuzz/seeds/*.rmm; do
	run 0 sequence --results "$script"
	cp "$scratch/out" "$scratch/test.rmm"
	run 0 sequence --check "$scratch/test.rmm"
done

echo 'RMI_GRANULE_DELEGATE addr=nowhere' >"$scratch/bad.rmm"
run 2 sequence "$scratch/bad.rmm"
has err 'bad.rmm:1:22: '
run 2 sequence
run 2 sequence "$scratch/absent"

# Anything is a sequence, but for a script.
head -c 500 /dev/urandom >"$scratch/noise"
run 0 sequence "$scratch/noise"

# Shrinking: the command fails while the file, as a script, has an HVC.
cat >"$scratch/fails" <<END
#!/bin/sh
! "$rmmsim" sequence "\$1" | grep -q hvc
END
chmod +x "$scratch/fails"
run 0 shrink --predicate "$scratch/fails" "$scratch/a.rmm"
has out '^  hvc imm=0$'
[ "$(wc -l <"$scratch/out")" -eq 3 ] || fail "more is left than an HVC"
has err '^1 steps are left, 0 calls of the Host'
run 1 shrink --predicate invariant "$scratch/a.rmm"
has err 'does not fail'
run 1 shrink --predicate crash "$scratch/a.rmm"
run 2 shrink "$scratch/a.rmm"
run 2 shrink --predicate mismatch --profile no-such "$scratch/a.rmm"

# The two profiles: RTT_INIT_RIPAS of an address that is not aligned.
cat >"$scratch/b.rmm" <<'END'
start new
RMI_VERSION req=0x10001
RMI_RTT_INIT_RIPAS rd=g1 base=0x6001 top=0x8000
RMI_FEATURES index=0
END
run 0 shrink --predicate mismatch -o "$scratch/small.rmm" "$scratch/b.rmm"
run 0 sequence "$scratch/small.rmm"
has out '^RMI_RTT_INIT_RIPAS rd=g1 '
hasnt out 'VERSION|FEATURES'

# A recording that the default profile answers differently.
run 0 shrink --predicate mismatch --profile default -o "$scratch/small.jsonl" "$traces/mmio-01.jsonl.gz"
has err 'under the profile that made the recording they answer as recorded'
run 1 replay --profile default "$scratch/small.jsonl"
has out 'exit.esr .*expected 0x90000007  actual 0x92000007$'
run 0 replay "$scratch/small.jsonl"

# No call is removed that another one's expectation needs: here the one that maps what is read.
run 0 shrink --predicate mismatch --profile default -o "$scratch/small.jsonl" "$traces/dev-01.jsonl.gz"
run 0 replay "$scratch/small.jsonl"

# Where the model cannot answer the recording under any profile, what the call depends on stays.
{
	gzip -dc "$traces/attest-01.jsonl.gz" | head -1
	for call in 4:151:88001000 5:151:88002000 7:152:88001000 8:151:88003000 9:152:88001000; do
		IFS=: read -r i fid pa <<<"$call"
		echo "{\"i\":$i,\"op\":\"smc\",\"fid\":\"0xc4000$fid\",\"x\":[\"0x$pa\"],\"ret\":[\"0x0\"]}"
	done
} >"$scratch/twice.jsonl"
run 0 shrink --predicate mismatch -o "$scratch/small.jsonl" "$scratch/twice.jsonl"
has err '^3 calls are left$'
has err '^3 of them stay because call 9 may depend on them'
run 1 replay "$scratch/small.jsonl"
has out 'since call 7 \(line 3\): GRANULE_UNDELEGATE'
run 1 shrink --predicate mismatch "$traces/mmio-01.jsonl.gz"

run 0 to-test "$scratch/a.rmm"
has out 'assert_sequence_is_clean\(script\)'
has out 'RMI_REALM_CREATE rd=g60 params_ptr=g64'
if command -v cc >/dev/null; then
	cp "$scratch/out" "$scratch/test.c"
	cc -std=gnu11 -Wall -Wextra -Werror -fsyntax-only -I"$RMMSIM_SOURCE_DIR" \
		-I"$RMMSIM_SOURCE_DIR/include" "$scratch/test.c" || fail "the test does not compile"
fi

run 0 to-test "$scratch/more.rmm"
has out "realm_expect rsi_success x1=0x10001 lower=0x10001"

run 0 to-test "$scratch/small.jsonl"
has out 'assert_recording_is_answered\(recording\)'
head -n 3 "$scratch/small.jsonl" | sed 's/"op"/op/' >"$scratch/bad.jsonl"
run 2 to-test "$scratch/bad.jsonl"
has err 'bad\.jsonl:2:'
run 2 to-test "$scratch/absent"

mkdir "$scratch/seeds"
run 0 fuzz-corpus -o "$scratch/seeds" -d "$scratch/dictionary" "$traces/life-01.jsonl.gz" \
	"$scratch/a.rmm"
[ -s "$scratch/seeds/life-01-0" ] && [ -s "$scratch/seeds/a-0" ] || fail "there are no seeds"
grep -q '^RMI_RTT_CREATE="\\x' "$scratch/dictionary" || fail "the dictionary has no commands"
run 2 fuzz-corpus "$traces/life-01.jsonl.gz"

run 0 fuzz-stats --all --missing "$scratch/seeds"
has out '^failure conditions +[0-9]+ of [0-9]+$'
has out '^  not reached: RMI_'
has out 'RMI_REALM_CREATE '
run 2 fuzz-stats

# Everything that is refused in one stay of a Realm counts, not only the last of it.
mkdir "$scratch/realm"
run 0 fuzz-corpus -o "$scratch/realm" "$RMMSIM_SOURCE_DIR/fuzz/seeds/refused-realm.rmm"
run 0 fuzz-stats --missing "$scratch/realm"
hasnt out 'RSI_MEASUREMENT_READ index_bound|RSI_HOST_CALL addr_align|PSCI_CPU_ON target_valid'
finish
