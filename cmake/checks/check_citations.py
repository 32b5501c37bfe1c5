#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Every citation of a fact sheet names a sheet and a section that exist.

A citation is `sheet.md#6.1`: a file of docs/spec and the number of a heading. Markdown may also link
to a heading by its text, `[x](rtt.md#2-entry-state)`, and to files outside of docs/spec.
"""

import pathlib
import posixpath
import re
import sys

import tree

CITATION = re.compile(r"((?:[\w.-]+/)*)(\w[\w-]*(?:\.\d+)*\.md)#([\w.-]+)")
HEADING = re.compile(r"^#{1,6}\s+(.*?)\s*$")
NUMBER = re.compile(r"^(\d+(?:\.\d+)*[a-z]?)\.?(?:\s|$)")
SUFFIXES = {".c", ".h", ".S", ".def", ".py", ".md"}
SHEETS = "docs/spec"
# Has bad citations in its self test.
EXEMPT = {pathlib.PurePath("cmake/checks/check_citations.py")}


def slug(heading):
    """The anchor that common renderers make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


class Sheets:
    """Numbers and anchors of the headings of each Markdown file, read when first asked for."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.known = {}

    def sections(self, name):
        if name not in self.known:
            self.known[name] = self._read(name)
        return self.known[name]

    def _read(self, name):
        if not (self.root / name).is_file():
            return None
        numbers, anchors = set(), set()
        for _, text in tree.lines(self.root, name):
            heading = HEADING.match(text)
            if not heading:
                continue
            anchors.add(slug(heading[1]))
            number = NUMBER.match(heading[1])
            if number:
                numbers.add(number[1])
        return numbers, anchors


def target(path, directory, name):
    """The file that a citation in `path` means."""
    if path.suffix != ".md":
        return posixpath.join(SHEETS, name)
    if not directory and path.parent.as_posix() != SHEETS:
        return posixpath.join(SHEETS, name)
    if directory == SHEETS + "/":
        return directory + name
    return posixpath.normpath(posixpath.join(path.parent.as_posix(), directory, name))


def problem(sheets, path, match):
    directory, name, section = match.groups()
    section = section.rstrip(".")
    file = target(path, directory, name)
    found = sheets.sections(file)
    if found is None:
        return f"{match[0]}: there is no {file}"
    numbers, anchors = found
    if section in numbers:
        return None
    if path.suffix == ".md" and section in anchors:
        return None
    return f"{match[0]}: {file} has no section {section}"


def check(root):
    sheets = Sheets(root)
    for path in tree.files(root):
        if path.suffix not in SUFFIXES or path in EXEMPT:
            continue
        for number, text in tree.lines(root, path):
            for match in CITATION.finditer(text):
                message = problem(sheets, path, match)
                if message:
                    yield path, number, message


SHEET = "# Sheet\n\n## 6. RTT commands\n\n### 6.1 Fold, unfold\n\n### RTT_CREATE(rd)\n"
SAMPLES = [
    ({"docs/spec/rtt.md": SHEET, "a.c": "/* rtt.md#6, rtt.md#6.1. docs/spec/rtt.md#6 */\n"}, 0),
    ({"docs/spec/rtt-2.0.md": SHEET, "a.c": "/* rtt-2.0.md#6 */\n"}, 0),
    ({"docs/spec/rtt.md": SHEET, "a.c": "/* rtt.md#7 */\n"}, 1),
    ({"docs/spec/rtt.md": SHEET, "a.def": 'X("rtx.md#6")\n'}, 1),
    ({"docs/spec/rtt.md": SHEET, "a.h": "/* rtt.md#61-fold-unfold */\n"}, 1),
    ({"docs/spec/rtt.md": SHEET + "[x](rtt.md#61-fold-unfold) [y](rtt.md#rtt_createrd)\n"}, 0),
    ({"docs/spec/rtt.md": SHEET + "[x](rtt.md#fold)\n"}, 1),
    ({"docs/spec/rtt.md": SHEET, "docs/a.md": "[x](spec/rtt.md#6-rtt-commands), rtt.md#6.1\n"}, 0),
    ({"docs/spec/rtt.md": SHEET, "docs/a.md": "[x](b.md#c)\n", "README.md": "docs/a.md#d\n"}, 2),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, SAMPLES))
