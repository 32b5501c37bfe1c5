#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Tests use only what `./dev test` installs, and what every Debian has.

Looked at: the commands of shell scripts below tests/, the modules of Python scripts there, the programs that C
tests start by name. A test may use another tool if it asks for it first (`command -v TOOL`), since it is
skipped elsewhere. A test that runs `./dev COMMAND` has a stand-in for each tool that the packages of
need_COMMAND bring and those of need_test do not.
"""

import re
import sys

import tree

BUILTINS = set("""
. : [ [[ ]] alias bg break builtin case cd command compgen continue declare do done echo elif else esac eval
exec exit export false fg fi for function getopts hash if in jobs kill let local mapfile printf pwd read
readonly return select set shift shopt source test then times trap true type ulimit umask unset until wait
while { } ! (( ))
""".split())

# Of the packages that are essential or that mmdebstrap's minbase has: coreutils, util-linux, ...
DEBIAN = set("""
awk base64 basename bash cat chgrp chmod chown chroot chrt cksum cmp comm cp cut date dd df diff dirname du
egrep env expand expr fgrep find fmt fold grep gzip gunzip head hostname id install join link ln ls mawk
md5sum mkdir mkfifo mktemp mount mv nice nl nohup nproc numfmt od paste perl printenv readlink realpath rm
rmdir script sed seq setarch setsid sh sha256sum sha512sum shred shuf sleep sort split stat stdbuf stty sum
sync tac tail tar tee timeout touch tr truncate tsort tty uname unexpand uniq unshare wc whoami xargs yes zcat
""".split())

# Other programs of the packages that need_test names.
BROUGHT = {"binutils": "ar as nm objcopy objdump ranlib readelf size strings strip addr2line",
           "cmake": "ctest cpack", "gcc": "gcc gcov", "pkg-config": "pkg-config",
           "gcc-aarch64-linux-gnu": "aarch64-linux-gnu-ld aarch64-linux-gnu-objcopy aarch64-linux-gnu-objdump "
                                    "aarch64-linux-gnu-nm"}

# Words that only introduce a command.
PREFIX = {"!", "{", "do", "else", "then", "if", "elif", "while", "until", "exec", "nohup", "env", "nice",
          "eval", "time", "setsid", "(", "builtin"}

FUNCTION = re.compile(r"^(need_\w+)\(\)[^\n]*\n(.*?)^\}", re.MULTILINE | re.DOTALL)


# --- what ./dev installs ---------------------------------------------------------------------------------

class Needs:
    """The need_... functions of ./dev: which commands and Python modules each brings."""

    def __init__(self, text):
        self.bodies = {match[1]: match[2] for match in FUNCTION.finditer(text)
                       if match[1] not in ("need_command", "need_header", "need_python")}

    def rows(self, name, kind):
        body = self.bodies.get(name, "")
        for match in re.finditer(rf"^\s*need_{kind} (\S+) (\S+)$", body, re.MULTILINE):
            yield match[1], match[2]
        for match in re.finditer(r"^\s*(need_\w+)$", body, re.MULTILINE):
            yield from self.rows(match[1], kind)

    def commands(self, name):
        found = set()
        for command, package in self.rows(name, "command"):
            found |= {command, *BROUGHT.get(package, "").split()}
        return found

    def modules(self, name):
        return {module for module, _ in self.rows(name, "python")}


# --- shell -----------------------------------------------------------------------------------------------

HEREDOC = re.compile(r"<<(-?)\s*(['\"]?)(\w+)\2")


def without_heredocs(text):
    """Bodies are emptied, lines stay."""
    out, ends = [], []
    for line in text.split("\n"):
        if ends:
            if (line.lstrip("\t") if ends[0][0] else line) == ends[0][1]:
                ends.pop(0)
            out.append("")
            continue
        out.append(line)
        ends += [(m[1], m[3]) for m in HEREDOC.finditer(line) if "<<<" not in line]
    return "\n".join(out)


TOKEN = re.compile(r"""
    (?P<comment>(?<![^\s;(])\#[^\n]*) | (?P<join>\\\n) | (?P<dquote>") | (?P<squote>\$?'[^']*') |
    (?P<arith>\$?\(\([^()]*(?:\([^()]*\)[^()]*)*\)\)) | (?P<open>\$\() | (?P<var>\$\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}) |
    (?P<array>\w+\+?=\() | (?P<close>\)) | (?P<caseend>;;&?) | (?P<redirect>\d*[<>]+&?\|?[ ]?(?:\d|-)?) | (?P<sep>\n|;|&&|\|\|?|&) |
    (?P<group>\() | (?P<space>[ \t]+) | (?P<escape>\\.) | (?P<char>.)""", re.VERBOSE | re.DOTALL)


class Shell:
    """Finds the words in command position: enough of a shell's grammar for the scripts of tests/."""

    def __init__(self, text):
        self.text = without_heredocs(text)
        self.found = []   # (line, word)

    def run(self):
        self.code(0, None)
        return self.found

    def line(self, at):
        return self.text.count("\n", 0, at) + 1

    def code(self, at, end):
        """From `at` to the character `end` that closes this level; returns the place behind it."""
        word, start, position, skip = "", at, True, 0
        case = []

        def finish():
            nonlocal word, position, skip
            if word and skip:
                skip -= 1
            elif word and position:
                position = self.word(start, word)
            if word == "case":
                case.append("word")
            elif word == "in" and case and case[-1] == "word":
                case[-1] = "pattern"
            elif word == "esac" and case:
                case.pop()
            word = ""

        while at < len(self.text):
            match = TOKEN.match(self.text, at)
            kind, next_at = match.lastgroup, match.end()
            pattern = case and case[-1] == "pattern"
            if kind in ("space", "comment", "join"):
                finish()
            elif kind == "close" and pattern:
                word, position, case[-1] = "", True, "body"
            elif kind == "caseend":
                finish()
                if case:
                    case[-1] = "pattern"
            elif kind == "close":
                finish()
                return next_at
            elif kind == "sep":
                finish()
                position = not (case and case[-1] == "pattern")
            elif kind == "redirect":
                finish()
                skip += 0 if match[0].strip()[-1] in "0123456789-" and "&" in match[0] else 1
            elif kind == "open":
                word = word or "$"
                next_at = self.code(next_at, ")")
            elif kind == "array":
                next_at = self.skip_parenthesis(next_at)
                word = ""
            elif kind == "group" and pattern:
                pass
            elif kind == "group":
                # name() {
                if self.text[next_at:next_at + 1] == ")":
                    word, position, next_at = "", True, next_at + 1
                else:
                    finish()
                    next_at = self.code(next_at, ")")
                    position = False
            elif kind == "dquote":
                if not word:
                    start = at
                next_at, inner = self.double(next_at)
                word += inner
            else:
                if not word:
                    start = at
                word += match[0] if kind in ("char",) else "$"
            at = next_at
        finish()
        return at

    def double(self, at):
        """Inside of double quotes: only $( ) is code."""
        out = "$"
        while at < len(self.text) and self.text[at] != '"':
            if self.text.startswith("$((", at):
                at = self.text.index("))", at) + 2
            elif self.text.startswith("$(", at):
                at = self.code(at + 2, ")")
            elif self.text.startswith("${", at):
                at = TOKEN.match(self.text, at).end() if TOKEN.match(self.text, at)["var"] else at + 2
            else:
                at += 2 if self.text[at] == "\\" else 1
        return at + 1, out

    def skip_parenthesis(self, at):
        depth = 1
        while at < len(self.text) and depth:
            depth += {"(": 1, ")": -1}.get(self.text[at], 0)
            at += 1
        return at

    def word(self, at, word):
        """A word where a command may stand; true if one may still follow."""
        if word in PREFIX or re.match(r"\w+\+?=", word):
            return True
        if word in ("for", "case", "select", "function"):
            return False
        if "$" not in word and "/" not in word:
            self.found.append((self.line(at), word))
        return False


def shell_functions(text):
    return set(re.findall(r"^\s*(?:function )?(\w+) ?\(\)", text, re.MULTILINE))


def sourced(root, path, text):
    """What a script reads: `. "$(dirname "$0")/common.sh"`."""
    for name in re.findall(r"^\s*(?:\.|source) .*/([\w.-]+\.sh)", text, re.MULTILINE):
        for place in (path.parent / name, path.parent.parent / "tools" / name):
            if (root / place).exists():
                yield (root / place).read_text()


def check_shell(root, path, needs):
    text = (root / path).read_text()
    together = text + "\n" + "\n".join(sourced(root, path, text))
    known = (BUILTINS | DEBIAN | needs.commands("need_test") | shell_functions(together) |
             set(re.findall(r"command -v (\w[\w+-]*)", together)))
    for line, word in Shell(text).run():
        if re.fullmatch(r"[A-Za-z_][\w.+-]*", word) and word not in known:
            yield path, line, f"{word} is not installed by need_test of ./dev, nor asked for by `command -v`"
    for match in re.finditer(r"/dev\"? (\w+)", text):
        for tool in sorted(needs.commands("need_" + match[1]) - needs.commands("need_test")):
            if not re.search(rf"(?<![\w-]){re.escape(tool)}(?![\w-])", text):
                line = text.count("\n", 0, match.start()) + 1
                yield path, line, f"./dev {match[1]} needs {tool}, which has no stand-in here"


# --- Python and C ----------------------------------------------------------------------------------------

def check_python(root, path, needs):
    local = {p.stem for p in (root / path.parent).glob("*.py")}
    local |= {p.parent.name for p in root.glob("bindings/python/*/__init__.py")}
    known = set(sys.stdlib_module_names) | needs.modules("need_test") | local
    for line, text in tree.lines(root, path):
        match = re.match(r"\s*(?:import|from) (\w+)", text)
        if match and match[1] not in known:
            yield path, line, f"module {match[1]} is not installed by need_test of ./dev"


STARTS = re.compile(r'\b(?:execlp|execvp|popen|system)\s*\(\s*"\s*([\w.+-]+)')


def check_c(root, path, needs):
    known = BUILTINS | DEBIAN | needs.commands("need_test")
    for line, text in tree.lines(root, path):
        for match in STARTS.finditer(text):
            if match[1] not in known:
                yield path, line, f"{match[1]} is not installed by need_test of ./dev"


# What ./dev starts by itself, with what it installs for that.
SYSTEMS = {"fresh.sh", "deb.sh", "system.sh"}
CHECKS = {".sh": check_shell, ".py": check_python, ".c": check_c}


def check(root):
    root = tree.pathlib.Path(root)
    if not (root / "dev").exists():
        return
    needs = Needs((root / "dev").read_text())
    for path in tree.files(root):
        if path.parts[0] == "tests" and path.suffix in CHECKS and path.name not in SYSTEMS:
            yield from CHECKS[path.suffix](root, path, needs)


DEV = """need_build() {
	need_command cc gcc
	need_command ld binutils
}

need_test() {
	need_build
	need_python cbor2 python3-cbor2
}

need_fuzz() {
	need_test
	need_command clang clang
}
"""


def sample(**files):
    return {"dev": DEV} | {"tests/x/" + name.replace("_", ".", 1): text for name, text in files.items()}


SAMPLES = [
    (sample(a_py="import rmmsim\n") | {"bindings/python/rmmsim/__init__.py": ""}, 0),
    (sample(a_py="import rmmsim\n"), 1),
    (sample(a_sh='x=1 cat "$f" | sort >out && { nm a; }\nif ! grep -q a b; then exit 1; fi\n'), 0),
    (sample(a_sh="jq . file\n"), 1),
    (sample(a_sh="command -v jq >/dev/null || exit 77\njq . file\n"), 0),
    (sample(a_sh='a=$(xxd "$f") || socat - x; echo "$(cat "$(jq .)")"\n'), 3),
    (sample(a_sh="f() {\n\tcat x | hexdump -C\n}\nf xxd jq 'xxd | jq'\n"), 1),
    (sample(a_sh="cat <<-END >x\nxxd\n\tEND\nxxd\n"), 1),
    (sample(a_sh="case $x in\nxxd | jq) cat ;;\n*) jq ;;\nesac\nfor a in xxd jq; do rename x; done\n"), 2),
    (sample(a_sh="# xxd\nlist=(xxd jq)\n$((xxd + 1)) 2>&1 >xxd cat\n"), 0),
    (sample(a_sh='"$scratch/dev" fuzz x\n'), 1),
    (sample(a_sh='for n in clang; do stand_in $n; done\nstand_in() { :; }\n"$scratch/dev" fuzz x\n'), 0),
    (sample(a_py="import os\nimport cbor2\nfrom b import c\n", b_py=""), 0),
    (sample(a_py="import yaml\n"), 1),
    (sample(a_c='p = popen("jq . x", "r");\nexeclp("sh", "sh", NULL);\n'), 1),
    ({"tests/x/a.sh": "jq\n"}, 0),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, SAMPLES))
