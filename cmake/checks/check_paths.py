#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Nothing in the tree depends on the machine it was written on."""

import pathlib
import re
import sys

import tree

PATH = re.compile(r"(?<![\w.])/(?:work|home|root|Users)/[\w.]|(?<![\w])\.\./shared/")
# Has bad paths in its self test.
EXEMPT = {pathlib.PurePath("cmake/checks/check_paths.py")}


def check(root):
    for path in tree.files(root):
        if path in EXEMPT:
            continue
        for number, text in tree.lines(root, path):
            match = PATH.search(text)
            if match:
                yield path, number, f"path of one machine: {text[match.start():][:40]}"


SAMPLES = [
    ({"a.c": "/* network/work/flow, a/root/b, /usr/include */\n"}, 0),
    ({"a.c": '#include "/work/main/a.h"\n'}, 1),
    ({"README.md": "see `/home/me/rmmsim`\n", "dev": "cp ../shared/traces .\n"}, 2),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, SAMPLES))
