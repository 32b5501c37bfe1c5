#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The C examples of the documentation are files of examples/, which the tests compile and run."""

import pathlib
import re
import sys

import tree

BLOCK = re.compile(r"^```c\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def check(root):
    root = pathlib.Path(root)
    examples = [p.read_text() for p in sorted(root.glob("examples/**/*.c"))]
    for path in tree.files(root):
        if path.suffix != ".md" or path.parts[:2] == ("docs", "spec"):
            continue
        text = (root / path).read_text()
        for block in BLOCK.finditer(text):
            if not any(block[1] in example for example in examples):
                line = text.count("\n", 0, block.start()) + 1
                yield path, line, "this C block is not part of a file in examples/"


EXAMPLE = {"examples/a.c": "/* x */\nint a;\nint b;\n"}
SAMPLES = [
    ({**EXAMPLE, "README.md": "text\n\n```c\nint a;\nint b;\n```\n\n```sh\nls\n```\n"}, 0),
    ({**EXAMPLE, "README.md": "```c\nint c;\n```\n"}, 1),
    ({**EXAMPLE, "docs/a.md": "```c\nint b;\n```\n\n```c\nint  b;\n```\n"}, 1),
    ({**EXAMPLE, "docs/spec/a.md": "```c\nint c;\n```\n"}, 0),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, SAMPLES))
