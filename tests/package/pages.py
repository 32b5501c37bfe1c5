#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Manual pages and completion, as they are installed: without a warning, and about all that there is.

usage: pages.py COMMAND SOURCE_DIR PAGES_DIR
"""

import pathlib
import re
import shutil
import subprocess
import sys

COMPLETIONS = [
    (["rmmsim", "rep"], "replay"),
    (["rmmsim", "replay", "--stri"], "--strict"),
    (["rmmsim", "help", "cov"], "coverage"),
    (["rmmsim", "token", "ver"], "verify"),
    (["rmmsim", "replay", "--profile", "tf-rmm-0"], "tf-rmm-0.8"),
]


def run(*command, **options):
    return subprocess.run(command, capture_output=True, text=True, **options)


def lint(pages):
    """Complaints of mandoc, but for references to pages that are not installed on this machine."""
    if not shutil.which("mandoc"):
        print("the pages are not judged: there is no mandoc")
        return
    for page in sorted(pages.glob("man/man*/*")):
        if page.read_text().startswith(".so "):
            continue
        said = run("mandoc", "-T", "lint", "-W", "style", str(page)).stdout
        yield from (line for line in said.splitlines() if "referenced manual not found" not in line)


def commands(command):
    text = run(command, "--help").stdout
    return [line.split()[0] for line in text.split("commands:\n")[1].split("\n\n")[0].splitlines()]


def undocumented(command, source, pages):
    for name in commands(command):
        if not (pages / f"man/man1/rmmsim-{name}.1").exists():
            yield f"no page of rmmsim {name}"
    for header in (source / "include/rmmsim").glob("*.h"):
        for function in re.findall(r"^RMMSIM_API\s[^;]*?\b(rmmsim_\w+)\(", header.read_text(), re.M):
            if not (pages / f"man/man3/{function}.3").exists():
                yield f"no page of {function}()"


def options(command, source):
    """What --help lists is accepted, and what is accepted is listed."""
    listed = {}
    for name in commands(command):
        text = run(command, name, "--help").stdout
        for option, argument in re.findall(r"^ {2,6}(?:-\w, )?(--[\w-]+)([ =]\S+)?", text, re.M):
            listed.setdefault(option, name)
            said = run(command, name, option + ("=1" if argument else ""), "--help", stdin=subprocess.DEVNULL,
                       cwd="/").stderr
            if re.search("unrecognized option|ambiguous|doesn't allow an argument|requires an argument", said):
                yield f"rmmsim {name} --help lists {option}: {said.splitlines()[0]}"
    for file in sorted((source / "tools").glob("*.c")):
        for option in re.findall(r'\{"([\w-]+)", (?:no|required|optional)_argument', file.read_text()):
            if f"--{option}" not in listed and option != "version":
                yield f"{file.name}: no --help lists --{option}"


def completes(command, pages):
    script = ('source "$1"; shift; PATH=$1:$PATH; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1));'
              ' COMP_LINE="$*" COMP_POINT=${#COMP_LINE}; _rmmsim; printf "%s\\n" "${COMPREPLY[@]}"')
    for words, wanted in COMPLETIONS:
        said = run("bash", "-c", script, "-", str(pages / "rmmsim.bash"), str(pathlib.Path(command).parent), *words)
        if wanted not in said.stdout.split():
            yield f"{' '.join(words)}<TAB> gives {said.stdout.split()}, not {wanted}: {said.stderr}"
    if shutil.which("zsh"):
        said = run("zsh", "-n", str(pages / "_rmmsim"))
        if said.returncode:
            yield f"_rmmsim: {said.stderr}"


def main():
    command, source, pages = str(pathlib.Path(sys.argv[1]).resolve()), pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    complaints = [*lint(pages), *undocumented(command, source, pages), *options(command, source),
                  *completes(command, pages)]
    print("\n".join(complaints))
    return 1 if complaints else 0


sys.exit(main())
