# SPDX-License-Identifier: BSD-3-Clause
"""What a `--help` text says, taken apart: the one source of the manual pages and of the completion."""

import dataclasses
import re
import subprocess

OPTION = re.compile(r"^ {2,6}(?:(-\w), )?(--[\w-]+)(?:[ =](\S+))?(?: {2,}(\S.*))?$")
TERM = re.compile(r"^ {0,2}(\w\S*(?: \S+)?) {2,}(\S.*)$")
STATUS = re.compile(r"(\d+) (.+?)(?=, \d+ |;|$)")


@dataclasses.dataclass
class Option:
    short: str  # "-p", or ""
    name: str  # "--profile"
    argument: str  # "NAME", or ""
    text: str


@dataclasses.dataclass
class Term:
    name: str
    text: str


@dataclasses.dataclass
class Help:
    usage: list  # of lines without "usage: "
    body: list  # of paragraphs (str), lists of Option and lists of Term, in their order
    status: list  # of (number, meaning)
    status_note: str

    def options(self):
        return [item for part in self.body if isinstance(part, list) for item in part if isinstance(item, Option)]


def entry(line):
    """The option or term that begins with this line; None if the line goes on with what is before it."""
    match = OPTION.match(line)
    if match:
        return Option(match[1] or "", match[2], match[3] or "", match[4] or "")
    match = TERM.match(line)
    return Term(match[1], match[2]) if match else None


def block(lines):
    """A paragraph as text, or the entries that its lines list."""
    if entry(lines[0]) is None:
        return " ".join(line.strip() for line in lines)
    entries = []
    for line in lines:
        begun = entry(line) if len(line) - len(line.lstrip()) < 8 else None
        if begun:
            entries.append(begun)
        else:
            entries[-1].text = f"{entries[-1].text} {line.strip()}".strip()
    return entries


def blocks(lines):
    group = []
    for line in [*lines, ""]:
        if line.strip():
            # A list may follow its introduction without an empty line.
            if group and entry(group[0]) is None and OPTION.match(line):
                yield block(group)
                group = []
            group.append(line)
        elif group:
            yield block(group)
            group = []


def parse(text):
    lines = text.expandtabs().splitlines()
    usage = [lines[0].removeprefix("usage: ")]
    rest = lines[1:]
    while rest and rest[0].startswith("       "):
        usage.append(rest.pop(0).strip())
    body, status, note = [], [], ""
    for part in blocks(rest):
        if isinstance(part, str) and part.startswith("exit status: "):
            said, _, note = part.removeprefix("exit status: ").partition("; ")
            # A number may have to be said after a semicolon, too.
            while re.match(r"\d+ ", note):
                more, _, note = note.partition("; ")
                said += f", {more}"
            status = STATUS.findall(said)
        else:
            body.append(part)
    return Help(usage, body, status, note)


def ask(command, *arguments):
    return subprocess.run([command, *arguments, "--help"], capture_output=True, text=True, check=True).stdout


def commands(text):
    """(name, summary) of each sub-command of the program whose help this is."""
    listed = text.split("commands:\n")[1].split("\n\n")[0]
    return [tuple(line.split(None, 1)) for line in listed.splitlines()]
