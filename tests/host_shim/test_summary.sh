#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# The end of a run: each distinct finding once, with the shortest way to see it again, as text, JSON, JUnit and KTAP;
# how a process died. host-shim.md#8.4
set -euo pipefail

build=$(dirname "${RMMSIM_COMMAND:?}")
! grep -q '^RMMSIM_SANITIZE:[A-Z]*=.' "$build/CMakeCache.txt" || exit 77
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/arch/arm64/kvm"

# Code under test: a file of a kernel tree by its name.
cat >"$work/arch/arm64/kvm/host.c" <<'END'
#include <hshim/kvm/emulate.h>
void host_warns(int n);
void host_loses_a_page(void);
int host_overruns(unsigned int n);
void host_visits(void);
unsigned int seen[4];
void host_warns(int n)
{
	WARN(n, "%d is not 0", n);
}
void host_loses_a_page(void)
{
	if (!__get_free_page(GFP_KERNEL))
		free_page(0);
}
int host_overruns(unsigned int n)
{
	return (int)(seen[n] = n);
}
void host_visits(void)
{
	unsigned long a = __get_free_page(GFP_KERNEL), b = __get_free_page(GFP_KERNEL);

	free_page(b);
	if (!b) /* the first is lost when the second cannot be had */
		return;
	free_page(a);
}
END
cat >"$work/t.c" <<'END'
#include <hshim/test.h>
#include <stdlib.h>
#include <string.h>
void host_warns(int n);
void host_loses_a_page(void);
int host_overruns(unsigned int n);
void host_visits(void);
HSHIM_TEST(good) { hshim_report(HSHIM_O_CHOICE, "this is left to the host"); }
HSHIM_TEST(warns_often)
{
	hshim_doing("counting");
	for (int i = 1; i < 8; i++)
		host_warns(i);
}
HSHIM_TEST(warns_once) { host_warns(1); }
HSHIM_TEST(loses) { host_loses_a_page(); }
HSHIM_TEST(overruns) { host_overruns((unsigned int)rand() % 1 + 9); }
HSHIM_TEST(aborts) { abort(); }
HSHIM_TEST(sweeps) { hshim_sweep_alloc(host_visits); }
HSHIM_TEST(provoked) { hshim_allow("warn", 1); host_warns(1); }
int main(int argc, char **argv) { return hshim_main(argc, argv, NULL); }
END

flags="-std=gnu11 -g -O1 -fno-omit-frame-pointer -DHSHIM_WITH_LIBC -DHSHIM_PAGE_SHIFT=12 -I$RMMSIM_SOURCE_DIR/host_shim/include
	-I$RMMSIM_SOURCE_DIR/include"
tree=$RMMSIM_SOURCE_DIR/examples/host-test/tree
include="-I$RMMSIM_SOURCE_DIR/host_shim/include/shadow -I$tree/include/uapi -I$tree/include -I$tree/arch/arm64/include
	-I$tree/arch/arm64/include/uapi"
cd "$work"
# shellcheck disable=SC2086
cc $flags $include -fdebug-prefix-map="$work/=" -fmacro-prefix-map="$work/=" -fsanitize=bounds \
	-fsanitize-undefined-trap-on-error -c "$work/arch/arm64/kvm/host.c" -o host.o
# shellcheck disable=SC2086
cc $flags -c t.c -o t.o
cc -o t t.o host.o "$build/librmmsim_host_shim_kit.a" "$build/librmmsim.a" -lmbedcrypto -lcbor -lpthread -lm

fail() {
	printf 'test_summary: %s\n' "$*" >&2
	cat out >&2
	exit 1
}

has() { # TEXT...
	for text in "$@"; do
		grep -qF -- "$text" out || fail "no \"$text\""
	done
}

count() { # NUMBER REGEX
	[[ $(grep -c -- "$2" out) == "$1" ]] || fail "not $1 times: $2"
}

status=0
./t --json=out.json --junit=out.xml >out 2>err || status=$?
[[ $status == 1 ]] || fail "status $status"
[[ $(wc -l <out) -lt 50 ]] || fail "more than a screen"
count 1 '^FAIL warn in host_warns'
has "FAIL warn in host_warns (arch/arm64/kvm/host.c:9)  (8 times in 2 tests)" "./t warns_often" \
	"leak.page in arch/arm64/kvm/host.c:13  (once)" "./t loses" \
	"overrun in host_overruns (arch/arm64/kvm/host.c:19)" "an index is beyond the end of its array" \
	"the process of aborts was ended by signal 6" "./t aborts" \
	"allocation 2 fails" "./t sweeps --run=1.2" "note: this is left to the host" "2 of 8 tests passed"
count 0 'provoked.*(once'
[[ $(grep -c '"oracle"' out.json) -ge 6 ]] || fail "findings are missing in the JSON"
python3 - <<'END'
import json, xml.dom.minidom
lines = [json.loads(line) for line in open("out.json")]
warn = [x for x in lines if x["oracle"] == "warn"]
assert len(warn) == 1 and warn[0]["count"] == 8 and warn[0]["tests"] == ["warns_often", "warns_once"], warn
assert warn[0]["reproduce"].endswith("t warns_often") and warn[0]["site"] == "host_warns (arch/arm64/kvm/host.c:9)"
cases = xml.dom.minidom.parse("out.xml").getElementsByTagName("testcase")
assert len(cases) == 8
failed = [c.getAttribute("name") for c in cases if c.getElementsByTagName("failure")]
assert failed == ["warns_often", "warns_once", "loses", "overruns", "aborts", "sweeps"], failed
END

# The command that is named shows it, and only that: whole, with the calls before it.
./t sweeps --run=1.2 >out 2>&1 && fail "passes alone"
has "leak.page" "allocation 2 fails" "0 of 1 tests passed"
./t warns_often >out 2>&1 && fail "passes"
count 1 'host_shim: FAIL warn:'
has "while counting"
./t --all warns_often >out 2>&1 && fail "passes"
count 7 'host_shim: FAIL warn:'

./t --ktap >out 2>err && fail "passes"
has "KTAP version 1" "1..8" "ok 1 good" "not ok 3 warns_once" "# warn: host_warns (arch/arm64/kvm/host.c:9): WARN"
count 0 '^FAIL'
cp out first
./t --ktap >out 2>err || true
cmp -s out first || fail "not the same twice"
./t --json=/nowhere/x >out 2>&1 && fail "a file that cannot be written"
has "/nowhere/x"
