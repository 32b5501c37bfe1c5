#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Makes the manual pages and the completion: of the command from its --help texts, of the library from its
headers, of the formats from docs/. So they say what this build does.

usage: generate.py COMMAND SOURCE_DIR OUTPUT_DIR
"""

import datetime
import pathlib
import re
import subprocess
import sys
import textwrap

import completion
import headers
import helptext
import markdown
import mdoc

SEE = {"replay": ["rmmsim-trace 5"], "import": ["rmmsim-trace 5"], "diff": ["rmmsim-trace 5"],
       "coverage": ["rmmsim-trace 5"], "run": ["rmmsim-trace 5"], "sequence": ["rmmsim-sequence 5"],
       "shrink": ["rmmsim-sequence 5", "rmmsim-trace 5"], "to-test": ["rmmsim-sequence 5"],
       "fuzz-corpus": ["rmmsim-sequence 5"], "fuzz-stats": ["rmmsim-sequence 5"], "peer": ["rmmsim-trace 5"]}
HEADERS = {"rmmsim": "a model of the Arm CCA Realm Management Monitor"}
FORMATS = [("rmmsim-trace", "recordings of a Realm Management Monitor", "trace-format.md", None),
           ("rmmsim-sequence", "sequences of SMCs and realm actions", "fuzzing.md", "## 1. ")]


class Pages:
    def __init__(self, source, output, version):
        self.source, self.output, self.version = source, output, version
        # The pages change with the text, not with the day on which they are built.
        self.date = released(source)

    def page(self, name, section):
        return mdoc.Page(name, section, self.date, self.version)

    def write(self, name, section, page):
        place = self.output / f"man{section}" / f"{name}.{section}"
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(page.render() if isinstance(page, mdoc.Page) else page)


def released(source):
    """The date of the newest release that CHANGELOG.md names, as mdoc writes it."""
    match = re.search(r"^## [\d.]+ \((\d{4})-(\d\d)-(\d\d)\)", (source / "CHANGELOG.md").read_text(), re.M)
    day = datetime.date(*map(int, match.groups())) if match else datetime.date(2026, 1, 1)
    return f"{day:%B} {day.day}, {day.year}"


# --- the command -----------------------------------------------------------------------------------------

def write_body(page, info):
    for part in info.body:
        if isinstance(part, str):
            page.paragraph(part)
        elif isinstance(part[0], helptext.Option):
            page.raw(".Bl -tag -width Ds")
            for option in part:
                write_option(page, option)
            page.raw(".El")
        else:
            page.items([(term.name, term.text) for term in part])


def write_option(page, option):
    words = f"Fl {option.short[1:]} , " if option.short else ""
    words += f"Fl \\&-{mdoc.escape(option.name[2:])}"
    if option.argument:
        words += f" Ar {mdoc.argument(option.argument)}"
    page.raw(f".It {words}")
    page.text(option.text or "See above.")


def write_status(page, info):
    page.macro("Sh", "EXIT STATUS")
    if info.status:
        page.items([(number, meaning[0].upper() + meaning[1:] + ".") for number, meaning in info.status])
    else:
        page.raw(".Ex -std")
    if info.status_note:
        page.paragraph(info.status_note[0].upper() + info.status_note[1:] + ".")


def write_see(page, references):
    page.macro("Sh", "SEE ALSO")
    references = sorted(set(references), key=lambda r: (r.split()[1], r))
    for i, reference in enumerate(references):
        page.raw(f".Xr {reference}" + (" ," if i + 1 < len(references) else ""))


def command_page(pages, name, summary, info):
    page = pages.page(f"rmmsim-{name}", 1)
    page.macro("Sh", "NAME")
    page.macro("Nm", f"rmmsim-{name}")
    page.raw(f".Nd {mdoc.escape(summary)}")
    page.macro("Sh", "SYNOPSIS")
    for i, line in enumerate(info.usage):
        if i:
            page.raw(".br")
        page.raw(f".Sy rmmsim {name}")
        rest = line.removeprefix(f"rmmsim {name}").strip()
        if rest:
            page.raw(f"\\&{mdoc.escape(rest)}")
    page.macro("Sh", "DESCRIPTION")
    write_body(page, info)
    write_status(page, info)
    write_see(page, ["rmmsim 1", *SEE.get(name, [])])
    pages.write(f"rmmsim-{name}", 1, page)


def overview_page(pages, text, commands):
    info = helptext.parse(text)
    page = pages.page("rmmsim", 1)
    page.macro("Sh", "NAME")
    page.macro("Nm", "rmmsim")
    page.raw(".Nd model of the Arm CCA Realm Management Monitor")
    page.macro("Sh", "SYNOPSIS")
    page.raw(f".Sy {mdoc.escape(info.usage[0])}")
    page.macro("Sh", "DESCRIPTION")
    page.paragraph(next(part for part in info.body if isinstance(part, str)))
    page.paragraph("The commands:")
    page.items([(name, f"{summary[0].upper()}{summary[1:]}: see rmmsim-{name}(1).") for name, summary in commands])
    page.paragraph("Options in place of a command:")
    page.raw(".Bl -tag -width Ds")
    for option in info.options():
        write_option(page, option)
    page.raw(".El")
    write_status(page, info)
    write_see(page, [*(f"rmmsim-{name} 1" for name, _ in commands), "rmmsim 3", "rmmsim-trace 5",
                     "rmmsim-sequence 5"])
    pages.write("rmmsim", 1, page)


# --- the library -----------------------------------------------------------------------------------------

def write_comment(page, lines):
    """Paragraphs; what is indented by a tab is an example."""
    at = 0
    while at < len(lines):
        end = at
        if lines[at].startswith("\t"):
            while end < len(lines) and (lines[end].startswith("\t") or
                                        (not lines[end] and lines[end + 1:end + 2] and lines[end + 1][:1] == "\t")):
                end += 1
            page.code([line.removeprefix("\t") for line in lines[at:end]])
        elif lines[at].strip():
            while end < len(lines) and lines[end].strip() and not lines[end].startswith("\t"):
                end += 1
            page.paragraph(" ".join(line.strip() for line in lines[at:end]))
        at = max(end, at + 1)


def header_page(pages, header):
    text = header.read_text()
    groups = list(headers.groups(text))
    if not groups:
        return
    name = "rmmsim" if header.stem == "rmmsim" else f"rmmsim-{header.stem}"
    opening = headers.opening(text)
    page = pages.page(name, 3)
    page.macro("Sh", "NAME")
    functions = [function for group in groups for function in group.functions]
    for i, function in enumerate(functions):
        page.raw(f".Nm {function.name}" + (" ," if i + 1 < len(functions) else ""))
    sentence = re.split(r"[.:]( |$)", " ".join(opening).removeprefix("rmmsim: "))[0]
    page.raw(f".Nd {mdoc.escape(sentence[0].lower() + sentence[1:])}")
    page.macro("Sh", "SYNOPSIS")
    page.raw(f".In rmmsim/{header.name}")
    for function in functions:
        page.raw(".Pp")
        for line in textwrap.wrap(re.sub(r" ?__attribute__.*", ";", function.prototype), 78,
                                  break_long_words=False, break_on_hyphens=False):
            page.raw(mdoc.escape(line))
    page.macro("Sh", "DESCRIPTION")
    write_comment(page, opening)
    for group in groups:
        if group.title:
            page.macro("Ss", group.title[0].upper() + group.title[1:])
        write_functions(page, group.functions)
    write_see(page, ["rmmsim 1"] + ([] if name == "rmmsim" else ["rmmsim 3"]))
    pages.write(name, 3, page)
    for function in functions:
        pages.write(function.name, 3, f".so man3/{name}.3\n")


def write_functions(page, functions):
    """Functions without a comment of their own share the one before."""
    page.raw(".Bl -tag -width Ds")
    for i, function in enumerate(functions):
        page.raw(f".It Fn {function.name}")
        if function.text:
            write_comment(page, function.text)
        elif i:
            page.text(f"See {functions[i - 1].name}() above.")
    page.raw(".El")


# --- the formats -----------------------------------------------------------------------------------------

def format_page(pages, name, summary, document, wanted):
    page = pages.page(name, 5)
    page.macro("Sh", "NAME")
    page.macro("Nm", name)
    page.raw(f".Nd {summary}")
    lines = markdown.sections((pages.source / "docs" / document).read_text(), wanted)
    if wanted:
        lines = lines[1:]
    page.macro("Sh", "DESCRIPTION")
    markdown.write(page, lines)
    write_see(page, ["rmmsim 1"])
    pages.write(name, 5, page)


def main():
    if len(sys.argv) != 4:
        sys.exit(__doc__.strip())
    command, source, output = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    version = subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    pages = Pages(source, output / "man", version)
    text = helptext.ask(command)
    commands = helptext.commands(text)
    infos = {name: helptext.parse(helptext.ask(command, name)) for name, _ in commands}
    overview_page(pages, text, commands)
    for name, summary in commands:
        command_page(pages, name, summary, infos[name])
    for header in sorted((source / "include/rmmsim").glob("*.h")):
        header_page(pages, header)
    for what in FORMATS:
        format_page(pages, *what)
    (output / "rmmsim.bash").write_text(completion.bash(infos))
    (output / "_rmmsim").write_text(completion.zsh(infos, commands))


if __name__ == "__main__":
    main()
