#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# kslice takes out what it is asked for under each layout, and names what is missing. host-shim.md#13
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
kslice=$(dirname "$RMMSIM_COMMAND")/rmmsim-kslice
cat >"$work/in.c" <<'END'
#define MAKE(x) int x(void) { return 1; }
static int first(int a);
static int first(int a)
{
	/* a brace } in a comment, first( in one too */
	if (a) {
		char c = '}'; const char *s = "} first(";
		return c + s[0];
	}
	return second_fn(a, 0);
}

/* before second */
static inline int
second_fn(int a,
	  int (*fn)(int b, int c))
{
	return fn(a, a);
}

__attribute__((unused))
static long third(void)
{
	return first(3);
}

int unwanted(void)
{
	return 0;
}
END
"$kslice" "$work/in.c" "$work/out.c" -e first -e second_fn first second_fn third
grep -q '^ *int first(int a)' "$work/out.c"
! grep -q 'static int first' "$work/out.c"
grep -q '^static long third' "$work/out.c"
! grep -q unwanted "$work/out.c"
grep -q '#line 3 ' "$work/out.c"
gcc -w -c -x c "$work/out.c" -o "$work/out.o"
nm "$work/out.o" | grep ' T first' >/dev/null

# What they use comes along, once, and in the order of the file; not what is found elsewhere.
"$kslice" "$work/in.c" "$work/used.c" third -e third
[[ $(grep -c '^static int first(int a)$' "$work/used.c") -eq 2 ]] # declaration and definition
grep -q '^second_fn' "$work/used.c"
gcc -w -c -x c "$work/used.c" -o "$work/used.o"
"$kslice" "$work/in.c" "$work/some.c" third -e third -k second_fn
! grep -q '^second_fn' "$work/some.c"

if "$kslice" "$work/in.c" "$work/none.c" -p v10 absent 2>"$work/err"; then
	exit 1
fi
grep -q 'no function absent' "$work/err"
grep -q v10 "$work/err"
[[ ! -e $work/none.c ]]

"$kslice" --help >"$work/help"
grep '^usage: kslice INPUT OUTPUT' "$work/help" >/dev/null
