#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Texts name the thing that is meant.

A word that stands for any person or any thing leaves the reader to find out which one acts: it is the
Host, the Realm, the caller, another thread. Fact sheets and licences quote others and are exempt.
"""

import re
import sys

import tree

VAGUE = re.compile(
    r"\b(nobody|somebody|someone|somehow|anybody|anyone|whoever|whomever|whatever|stuff|that is none)\b",
    re.IGNORECASE,
)
SUFFIXES = {".c", ".h", ".S", ".def", ".py", ".sh", ".cmake", ".md", ".rs", ".txt"}
EXEMPT = ("docs/spec/", "LICENSES/", "cmake/checks/check_words.py")


def check(root):
    for path in tree.files(root):
        if path.suffix not in SUFFIXES or path.as_posix().startswith(EXEMPT):
            continue
        for number, text in tree.lines(root, path):
            for match in VAGUE.finditer(text):
                yield path, number, f'"{match[0]}": name who or what is meant'


SAMPLES = [
    ({"a.c": "/* Nobody runs when a machine goes. */\n"}, 1),
    ({"docs/a.md": "explained when somebody asks, whatever happened\n"}, 2),
    ({"a.c": "/* No VCPU runs when a machine goes: the Host asks. */\n"}, 0),
    ({"docs/spec/rtt.md": "anyone\n", "a.jsonl": "whoever\n"}, 0),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, SAMPLES))
