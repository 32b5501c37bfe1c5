#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Both libraries define exactly the functions that the public headers declare.

usage: exported_symbols.py NM INCLUDE_DIR SHARED STATIC
"""

import pathlib
import re
import subprocess
import sys

# Headers of other libraries.
FOREIGN = {"unicorn.h"}
DECLARATION = re.compile(r"^RMMSIM_API\b[^;]*?\b(rmmsim_\w+)\s*\(", re.MULTILINE)


def declared(include_dir):
    names = set()
    for header in sorted(pathlib.Path(include_dir).rglob("*.h")):
        if header.name in FOREIGN:
            continue
        names |= set(DECLARATION.findall(header.read_text()))
    return names


def defined(nm, *arguments):
    output = subprocess.run(
        [nm, "--defined-only", "--format=posix", *arguments],
        check=True, capture_output=True, text=True).stdout
    fields = [line.split() for line in output.splitlines()]
    # "A" is the name of the version node itself.
    return {f[0].split("@")[0] for f in fields if len(f) >= 2 and f[1] not in "A"}


def main():
    nm, include_dir, shared, static = sys.argv[1:]
    wanted = declared(include_dir)
    if not wanted:
        print("no declaration found in", include_dir)
        return 1
    failures = 0
    for name, found in (("shared", defined(nm, "-D", shared)), ("static", defined(nm, "-g", static))):
        for symbol in sorted(wanted - found):
            print(f"{name} library: {symbol} is declared and not defined")
            failures += 1
        for symbol in sorted(found - wanted):
            print(f"{name} library: {symbol} is visible and not in a public header")
            failures += 1
    return 1 if failures else 0


sys.exit(main())
