#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""No object of the library has a variable that outlives a call: an instance owns all state.

usage: check_globals.py --objdump OBJDUMP --objects LIST | --self-test

LIST is a file with one object per line, as CMake names them (.../target.dir/room/file.c.o). Exceptions
stand in globals.allow, one a line: file, symbol, reason.
"""

import argparse
import pathlib
import re
import subprocess
import sys
import tempfile

ALLOW = pathlib.Path(__file__).with_name("globals.allow")
# .data.rel.ro is constant after relocation: tables with pointers.
WRITABLE = re.compile(r"^(?:\.data(?!\.rel\.ro)|\.bss|\.tdata|\.tbss|\*COM\*)")
SYMBOL = re.compile(r"^[0-9a-f]+ (.{7}) (\S+)\s+([0-9a-f]+) (?:\.hidden )?(\S+)$")


def variables(objdump, paths):
    """(object, name) of each writable variable of the object files."""
    table = subprocess.run([objdump, "--syms", *map(str, paths)], check=True, capture_output=True,
                           text=True)
    path = None
    for line in table.stdout.splitlines():
        path = line.split(":     file format")[0] if ":     file format" in line else path
        match = SYMBOL.match(line)
        # Flag d: the symbol of the section itself. Thread-local variables are not marked as objects.
        if match and "d" not in match[1] and WRITABLE.match(match[2]) and int(match[3], 16):
            yield path, re.sub(r"\.\d+$", "", match[4])


def source(path):
    """room/file.c of an object named by CMake."""
    name = re.sub(r"^(?:.*\.dir/)?(?:\./)?", "", str(path))
    return re.sub(r"\.o(?:bj)?$", "", name)


def read_allowed(text):
    allowed = set()
    for line in text.splitlines():
        fields = line.split(None, 2)
        if not fields or line.startswith("#"):
            continue
        if len(fields) < 3:
            raise ValueError(f"globals.allow: no reason given: {line}")
        allowed.add((fields[0], fields[1]))
    return allowed


def check(objdump, objects, allowed):
    findings, used = [], set()
    for path, name in variables(objdump, objects):
        key = (source(path), name)
        used.add(key)
        if key not in allowed:
            findings.append(f"{key[0]}: variable `{name}` outlives a call: give it to the instance")
    findings += [f"globals.allow: {f}: `{s}` does not exist" for f, s in sorted(allowed - used)]
    return findings


def compile_sample(directory, text):
    path = pathlib.Path(directory) / "sample.c"
    path.write_text(text)
    output = path.with_suffix(".c.o")
    subprocess.run(["cc", "-fPIC", "-c", str(path), "-o", str(output)], check=True)
    return output


def self_test():
    samples = [
        ("const int a = 1; const char *const b[] = {\"x\"}; int f(int n); int f(int n) { return n; }", 0),
        ("int a = 1;", 1),
        ("static int a; int f(void); int f(void) { static int b = 2; return a++ + b++; }", 2),
        ("const char *a = \"x\";", 1),
        ("static _Thread_local int a; int *f(void); int *f(void) { return &a; }", 1),
    ]
    failures = 0
    with tempfile.TemporaryDirectory() as directory:
        for text, expected in samples:
            found = check("objdump", [compile_sample(directory, text)], set())
            if len(found) != expected:
                failures += 1
                print(f"self test: expected {expected} findings in {text}, got {found}")
        good = compile_sample(directory, "int a = 1;")
        if check("objdump", [good], {(source(good), "a")}) or \
                len(check("objdump", [good], {(source(good), "a"), ("x.c", "b")})) != 1:
            failures += 1
            print("self test: the list of exceptions is not honoured")
    print(f"{len(samples) + 1 - failures} passed, {failures} failed")
    return 1 if failures else 0


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--self-test", action="store_true")
    parser.add_argument("--objdump", default="objdump")
    parser.add_argument("--objects")
    arguments = parser.parse_args()
    if arguments.self_test:
        return self_test()
    objects = pathlib.Path(arguments.objects).read_text().split("\n")
    findings = check(arguments.objdump, [o for o in objects if o],
                     read_allowed(ALLOW.read_text()))
    print("\n".join(findings) if findings else "no writable variables but the allowed ones")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main())
