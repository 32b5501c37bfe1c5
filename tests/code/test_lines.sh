#!/usr/bin/env bash
# SPDX-License-Identifier: BSD-3-Clause
# Files and lines of backtraces: each version of DWARF, from each compiler, and no debug information at all.
set -euo pipefail

directory=$(mktemp -d)
trap 'rm -rf "$directory"' EXIT
cat >"$directory/place.c" <<'END'
#include <elf.h>
#include <link.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include "code/line.h"

extern char __executable_start;

static uint8_t *file;

static struct code_section section(const char *name)
{
	const ElfW(Ehdr) *head = (void *)file;
	const ElfW(Shdr) *all = (void *)(file + head->e_shoff);

	for (int i = 0; i < head->e_shnum; i++)
		if (!strcmp((char *)file + all[head->e_shstrndx].sh_offset + all[i].sh_name, name))
			return (struct code_section){file + all[i].sh_offset, all[i].sh_size};
	return (struct code_section){0};
}

__attribute__((noinline)) static void *here(void)
{
	return (char *)__builtin_return_address(0) - 1;
}

int main(int argc, char **argv)
{
	struct code_tables tables;
	const char *name = "none";
	unsigned int found = 0;
	ElfW(Ehdr) *head;
	void *at;
	FILE *f = fopen(argv[0], "r");

	file = calloc(1, 1 << 22);
	if (fread(file, 1, 1 << 22, f) == 0)
		return 1;
	head = (void *)file;
	tables = (struct code_tables){section(".debug_line"), section(".debug_str"), section(".debug_line_str")};
	at = here(); int line = __LINE__;
	code_line_of(&tables, (uintptr_t)at - (head->e_type == ET_DYN ? (uintptr_t)&__executable_start : 0), &name, &found);
	printf("%s:%u %d\n", name, found, line);
	/* It ends on each cut and each wrong byte. */
	for (size_t n = 0; n < tables.line.size; n += 7) {
		struct code_tables cut = tables;

		cut.line.size = n;
		code_line_of(&cut, (uintptr_t)at, &name, &found);
		((uint8_t *)tables.line.at)[n] ^= (uint8_t)(n * 37);
		code_line_of(&tables, (uintptr_t)at - 1, &name, &found);
	}
	return 0;
}
END
line=$(grep -n 'at = here' "$directory/place.c" | cut -d: -f1)

try() { # COMPILER OPTION...
	"$1" -std=gnu11 -w -O1 "${@:2}" -I"$RMMSIM_SOURCE_DIR" "$directory/place.c" \
		"$RMMSIM_SOURCE_DIR/code/line.c" -o "$directory/place"
	"$directory/place"
}

for compiler in gcc clang; do
	command -v "$compiler" >/dev/null || continue
	for version in 2 3 4 5; do
		result=$(try "$compiler" -g -gdwarf-$version)
		[[ $result == "place.c:$line $line" ]] || {
			echo "$compiler, DWARF $version: $result"
			exit 1
		}
	done
	[[ $(try "$compiler" -g -no-pie) == "place.c:$line $line" ]]
	[[ $(try "$compiler" -g0) == "none:0 $line" ]]
done

# The reports of the example, whose kernel files are compiled with debug information.
program=$(dirname "${RMMSIM_COMMAND:-/}")/examples/host-test/test_LEAK
[[ ! -x $program ]] || {
	"$program" every_command >"$directory/report" 2>&1 || true
	grep -q 'kvm_realm_enable_cap +0x[0-9a-f]* ([a-z0-9/]*rme\.c:[0-9]*)' "$directory/report"
}
