# SPDX-License-Identifier: BSD-3-Clause
"""The functions of a public header with their comments, by its `--- title ---` lines."""

import dataclasses
import re

BANNER = re.compile(r"^/\* --- (.+?) -+ \*/$", re.M)
COMMENT = re.compile(r"/\*(?!\*)(.*?)\*/", re.S)
FUNCTION = re.compile(r"^RMMSIM_API\s[^;]*?\b(rmmsim_\w+)\([^;]*\)[^;]*;", re.M | re.S)


@dataclasses.dataclass
class Function:
    name: str
    prototype: str
    text: list  # lines of its comment


@dataclasses.dataclass
class Group:
    title: str  # "" before the first banner
    functions: list


def comment_lines(text):
    lines = [re.sub(r"^[ \t]*\* ?", "", line).rstrip() for line in text.strip("\n").splitlines()]
    return [lines[0].strip(), *lines[1:]] if lines else []


def comment_before(text, position):
    """The comment that ends where `position` begins, with nothing but white space between."""
    last = None
    for match in COMMENT.finditer(text, 0, position):
        last = match
    if last and not text[last.end():position].strip() and not BANNER.match(last[0]):
        return comment_lines(last[1])
    return []


def functions(text, start, end):
    for match in FUNCTION.finditer(text, start, end):
        prototype = re.sub(r"\s+", " ", match[0].removeprefix("RMMSIM_API")).strip()
        yield Function(match[1], prototype, comment_before(text, match.start()))


def opening(text):
    """The comment that says what the header is about: the first behind its licence."""
    return comment_lines(next(m[1] for m in COMMENT.finditer(text) if "SPDX" not in m[0]))


def groups(text):
    banners = [(0, ""), *((match.start(), match[1]) for match in BANNER.finditer(text))]
    for (start, title), (end, _) in zip(banners, [*banners[1:], (len(text), "")]):
        found = list(functions(text, start, end))
        if found:
            yield Group(title, found)
