# SPDX-License-Identifier: BSD-3-Clause
"""Writes mdoc(7), the language of manual pages."""

import re
import textwrap

MACRO_WORD = re.compile(r"^[A-Z%][a-z0-9%]$")


def escape(text):
    text = text.replace("\\", "\\e").replace("\u2192", "\\(->")
    return "".join(c if ord(c) < 128 else f"\\[u{ord(c):04X}]" for c in text)


def argument(text):
    """One argument of a macro."""
    text = escape(text).replace('"', "\\(dq")
    if MACRO_WORD.match(text) or (len(text) == 1 and not text.isalnum()):
        text = f"\\&{text}"
    return f'"{text}"' if " " in text else text


def inline(text):
    """Markdown's `code` and **strong** as font changes; a link keeps its text."""
    text = re.sub(r"\[([^\]]+)\]\([^)]+\)", r"\1", text)
    out = []
    for i, piece in enumerate(re.split(r"`([^`]*)`", text)):
        if i % 2:
            out.append(f"\\fB{escape(piece)}\\fR")
        else:
            piece = re.sub(r"\*\*(.+?)\*\*", r"\\fB\1\\fR", escape(piece))
            out.append(re.sub(r"\b([a-z]\w+)\(\)", r"\\fB\1\\fR()", piece))
    return "".join(out)


class Page:
    def __init__(self, name, section, date, version):
        self.lines = [".\\\" Made by docs/man/generate.py.", ".\\\" SPDX-License" "-Identifier: BSD-3-Clause",
                      f".Dd {date}", f".Dt {name.upper()} {section}", f".Os rmmsim {version}"]

    def macro(self, name, *arguments):
        self.lines.append(" ".join([f".{name}", *map(argument, arguments)]))

    def raw(self, line):
        self.lines.append(line)

    def text(self, text):
        """A paragraph's sentences, each on a line of its own, as the language wants it."""
        for sentence in re.split(r"(?<=[a-zA-Z0-9)`\"'][.?!]) +(?=\S)", text.strip()):
            for line in textwrap.wrap(inline(sentence), 78, break_long_words=False, break_on_hyphens=False):
                self.lines.append(f"\\&{line}" if line[0] in ".'" else line)

    def paragraph(self, text):
        if not self.lines[-1].startswith((".Sh", ".Ss")):
            self.macro("Pp")
        self.text(text)

    def code(self, lines):
        self.raw(".Bd -literal -offset indent")
        for line in lines:
            line = escape(line.expandtabs(4))
            self.raw(f"\\&{line}" if line[:1] in (".", "'") else line or "\\&")
        self.raw(".Ed")

    def items(self, pairs, strong=True):
        """(term, text) pairs."""
        self.raw(".Bl -tag -width Ds")
        for term, text in pairs:
            self.raw(f".It {term}" if strong is None else f".It {'Sy' if strong else 'Em'} {argument(term)}")
            if text:
                self.text(text)
        self.raw(".El")

    def render(self):
        return "\n".join(self.lines) + "\n"
