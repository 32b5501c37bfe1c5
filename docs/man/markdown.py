# SPDX-License-Identifier: BSD-3-Clause
"""A document of docs/, or some of its sections, as the body of a manual page."""

import re

import mdoc


def sections(text, wanted=None):
    """Lines of the document without its title; only those of the headings that begin with `wanted`."""
    lines = text.splitlines()[1:]
    if wanted is None:
        return lines
    kept, inside, fence = [], False, False
    for line in lines:
        fence ^= line.startswith("```")
        if line.startswith("## ") and not fence:
            inside = line.startswith(wanted)
        if inside:
            kept.append(line)
    return kept


def heading(text):
    text = re.sub(r"^[\d.]+ ", "", text).replace("`", "")
    return text[0].upper() + text[1:]


def table(page, rows):
    def cells(row):
        return [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", row.strip().strip("|"))]

    pairs = [(c[0].replace("`", ""), ": ".join(filter(None, c[1:]))) for c in map(cells, rows[2:])]
    page.items(pairs)


def take(lines, start, matches):
    end = start
    while end < len(lines) and matches(lines[end]):
        end += 1
    return end


def plain(line):
    return bool(line.strip()) and not re.match(r"#|\||```|[*-] |\d+\. ", line)


def write(page, lines):
    at = 0
    while at < len(lines):
        line = lines[at]
        if line.startswith("#"):
            page.raw(f".Ss {mdoc.escape(heading(line.split(' ', 1)[1]))}")
            at += 1
        elif line.startswith("```"):
            end = take(lines, at + 1, lambda l: not l.startswith("```"))
            page.code(lines[at + 1:end])
            at = end + 1
        elif line.startswith("|"):
            end = take(lines, at, lambda l: l.startswith("|"))
            table(page, lines[at:end])
            at = end
        elif re.match(r"[*-] |\d+\. ", line):
            at = bullets(page, lines, at)
        elif line.strip():
            end = take(lines, at + 1, plain)
            page.paragraph(" ".join(l.strip() for l in lines[at:end]))
            at = end
        else:
            at += 1


def bullets(page, lines, at):
    page.raw(".Bl -bullet")
    while at < len(lines) and re.match(r"[*-] |\d+\. ", lines[at]):
        end = take(lines, at + 1, lambda l: l.startswith("  "))
        first = re.sub(r"^([*-]|\d+\.) ", "", lines[at])
        page.raw(".It")
        page.text(" ".join([first, *(l.strip() for l in lines[at + 1:end])]))
        at = end
    page.raw(".El")
    return at
