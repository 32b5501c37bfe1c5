#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every source file names its licence in its first line (scripts: after the interpreter line)."""

import sys

import tree

# The identifier is put together here, so that tools that collect them see one in this file.
TAG = "SPDX-License-" + "Identifier: BSD-3-Clause"
SUFFIXES = {".c", ".h", ".S", ".def", ".py", ".sh", ".cmake", ".in", ".map", ".yml"}
NAMES = {"CMakeLists.txt", "dev", "run", ".clang-format", ".clang-tidy"}


def check(root):
    for path in tree.files(root):
        if path.suffix not in SUFFIXES and path.name not in NAMES:
            continue
        head = [text for _, text in tree.lines(root, path)[:2]]
        if head and head[0].startswith("#!"):
            head = head[1:]
        if not head or TAG not in head[0]:
            yield path, 1, f"the first line must have {TAG}"


SAMPLES = [
    ({"a.c": f"/* {TAG} */\n", "dev": f"#!/bin/sh\n# {TAG}\n", "b.txt": "text\n"}, 0),
    ({"a.c": "int a;\n"}, 1),
    ({"a.h": f"\n/* {TAG} */\n"}, 1),
    ({"a.c": "/* SPDX-License-" + "Identifier: GPL-2.0 */\n"}, 1),
    ({"dev": "#!/bin/sh\necho\n", "x/CMakeLists.txt": "", "a.def": "X(1)\n"}, 3),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, SAMPLES))
