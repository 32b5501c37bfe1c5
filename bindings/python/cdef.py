# SPDX-License-Identifier: BSD-3-Clause
"""The public headers as declarations that cffi understands.

The C compiler expands the headers and says of each line which file it is from; lines of other files are dropped. So
the declarations are those of the headers that the extension is compiled against, and no list has to be kept.
"""

import re
import subprocess

HEADERS = ("rmmsim/rmmsim.h", "rmmsim/snapshot.h")

MARKER = re.compile(r'# \d+ "([^"]*)"')
# A macro without parameters. Those with a value that is no integer are told apart by NOT_INTEGER.
CONSTANT = re.compile(r"#define ([A-Z]\w*)[ \t]+(\S.*)")
NOT_INTEGER = re.compile(r'["{;]|__attribute__|\bstruct\b|\b_Static_assert\b')
# The standard's macros for integers are no names of ours.
LITERAL = re.compile(r"\bU?INT(?:32|64)_C\(([^()]*)\)")

# A pointer to an array of constants: cffi makes C of it that does not compile. The structure has the field, its
# declaration does not.
CONST_ARRAYS = re.compile(r"(\bstruct \w+ \{[^{}]*?)\bconst \w+ \(\*\w+\)\[\d+\];([^{}]*)\}")


class Unusable(Exception):
    """The headers cannot be expanded; the text names the compiler's reason."""


def expand(compiler, include):
    """The lines of the public headers after the preprocessor, definitions of macros among them."""
    source = "".join(f"#include <{header}>\n" for header in HEADERS)
    done = subprocess.run([*compiler, "-E", "-dD", "-I", str(include), "-x", "c", "-"], input=source,
                          capture_output=True, text=True)
    if done.returncode:
        raise Unusable(f"{' '.join(compiler)} cannot read the headers of {include}:\n{done.stderr}")
    ours = False
    for line in done.stdout.splitlines():
        marker = MARKER.match(line)
        if marker:
            ours = "/rmmsim/" in marker[1]
        elif ours:
            yield line


def constants(lines):
    """Names of the macros that are integers."""
    for line in lines:
        found = CONSTANT.match(line)
        if found and not NOT_INTEGER.search(found[2]):
            yield found[1]


def balanced(text, start, pair):
    """Where the bracket that opens at or after `start` is closed, plus one."""
    depth = 0
    for place in range(text.index(pair[0], start), len(text)):
        depth += (text[place] == pair[0]) - (text[place] == pair[1])
        if not depth:
            return place + 1
    raise Unusable(f"no end of: {text[start:start + 60]}")


def without(text, head, pair, tail=""):
    """`text` without what `head` begins and a pair of brackets ends."""
    kept, place = [], 0
    for found in re.finditer(head, text):
        if found.start() < place:
            continue
        kept.append(text[place:found.start()])
        place = balanced(text, found.start(), pair)
        place += len(tail) if text.startswith(tail, place) else 0
    return "".join(kept) + text[place:]


def declarations(lines):
    """Types and functions, without what only a compiler of C understands."""
    text = "\n".join(line for line in lines if not line.startswith("#"))
    text = without(text, r"\bstatic inline\b", "{}")
    text = without(text, r"\b_Static_assert\b", "()", ";")
    text = without(text, r"__attribute__\b", "()")
    text = CONST_ARRAYS.sub(r"\1\2 ...; }", text)
    return LITERAL.sub(r"\1", text)


def generate(compiler, include):
    lines = list(expand(compiler, include))
    macros = "".join(f"#define {name} ...\n" for name in dict.fromkeys(constants(lines)))
    return declarations(lines) + "\n" + macros
