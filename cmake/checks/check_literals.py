#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A status word is decided by a condition row: no room but smc/ writes one as a literal.

Text that names a status, in comments and strings, is for people and not meant.
"""

import re
import sys

import tree

STRING = re.compile(r'"(?:\\.|[^"\\\n])*"')
LITERAL = re.compile(r"\bR[MS]I_ERROR_\w+")
# sequence/ is not among them: its oracles compare statuses that the monitor gave.
ROOMS = {"mem", "rtt", "attest", "planes", "exec", "rmm", "host_shim", "tools"}
SOURCE = {".c", ".h", ".def"}


def check(root):
    for path in tree.files(root):
        if path.parts[0] not in ROOMS or path.suffix not in SOURCE:
            continue
        text = "\n".join(line for _, line in tree.lines(root, path))
        for number, line in enumerate(tree.without_comments(text).split("\n"), 1):
            for literal in LITERAL.findall(STRING.sub('""', line)):
                yield path, number, f"{literal} outside of the rows of smc/"


SAMPLES = [
    ({"smc/a.def": "RMI_ERROR_INPUT\n", "tests/a.c": "RMI_ERROR_INPUT\n", "rmm/a.c": "RMI_SUCCESS\n"}, 0),
    ({"rmm/a.c": "return RMI_ERROR_INPUT;\n"}, 1),
    ({"rmm/a.c": "\"RMI_ERROR_RTT\" /* RMI_ERROR_INPUT\n * // */ \"/*\" RMI_ERROR_RTT // RMI_ERROR_REC\n"}, 1),
    ({"rmm/a.def": "X(RSI_ERROR_STATE, RMI_ERROR_REC)\n"}, 2),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, SAMPLES))
