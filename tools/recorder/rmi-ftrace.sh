#!/bin/sh
# SPDX-License-Identifier: BSD-3-Clause
# SMCs that a Linux host issues through arm_smccc_1_2_smc(), as text for `rmmsim import`, with nothing but
# the kernel's own tracing (6.10 or later: arguments at the exit of a function). As root:
#
#	./rmi-ftrace.sh on; ...; ./rmi-ftrace.sh off > rmi.txt
#	rmmsim import rmi.txt -o rmi.jsonl
#
# docs/traces.md says which calls go that way.
set -eu
tracing=${TRACING:-/sys/kernel/tracing}

words() { # NUMBER ARGUMENT: x0=+0($argN):x64 x1=+8($argN):x64 ...
	n=0
	while [ "$n" -lt "$1" ]; do
		printf ' x%d=+%d($arg%d):x64' "$n" $((n * 8)) "$2"
		n=$((n + 1))
	done
}

case ${1:-} in
on)
	echo "f:rmi/rmi_call arm_smccc_1_2_smc$(words 7 1)" >>"$tracing/dynamic_events"
	echo "f:rmi/rmi_return arm_smccc_1_2_smc%return$(words 5 2)" >>"$tracing/dynamic_events"
	echo >"$tracing/trace"
	echo 1 >"$tracing/events/rmi/enable"
	;;
off)
	echo 0 >"$tracing/events/rmi/enable"
	cat "$tracing/trace"
	echo '-:rmi/rmi_call' >>"$tracing/dynamic_events"
	echo '-:rmi/rmi_return' >>"$tracing/dynamic_events"
	;;
*)
	echo "usage: $0 on|off" >&2
	exit 2
	;;
esac
