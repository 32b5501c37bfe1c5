# SPDX-License-Identifier: BSD-3-Clause
"""What the checks share: the files of the tree, and the command line with its self test.

A check is a module with check(root), which yields (path, line, message), and SAMPLES: small trees,
each a dictionary of path to text, with the number of findings that it must give.
"""

import pathlib
import re
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
COMMENT = re.compile(r'"(?:\\.|[^"\\\n])*"|/\*.*?\*/|//[^\n]*', re.DOTALL)
SKIPPED = (".git", "build", ".cache")


def _skipped(path):
    return path.parts[0] in SKIPPED or path.parts[0].startswith("build-")


def _git_files(root):
    listing = subprocess.run(
        ["git", "-C", str(root), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        capture_output=True)
    if listing.returncode:
        return None
    return [pathlib.Path(name) for name in listing.stdout.decode().split("\0") if name]


def files(root):
    """Every file of the tree, relative to root: what git has or would add, else what is there."""
    root = pathlib.Path(root)
    found = _git_files(root) if (root / ".git").exists() else None
    if found is None:
        found = [path.relative_to(root) for path in root.rglob("*")]
    return sorted(p for p in set(found) if (root / p).is_file() and not _skipped(p))


def lines(root, path):
    """Numbered lines of a text file; nothing for a binary one."""
    try:
        text = (pathlib.Path(root) / path).read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return []
    return list(enumerate(text.splitlines(), 1))


def without_comments(text):
    """C text with comments emptied, so that line numbers stay."""
    return COMMENT.sub(lambda match: match[0] if match[0][0] == '"' else
                       "\n" * match[0].count("\n"), text)


def _write(root, sample):
    for name, text in sample.items():
        path = pathlib.Path(root) / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def self_test(check, samples):
    """Runs the check over each sample; it must find exactly what the sample says."""
    failures = 0
    for sample, expected in samples:
        with tempfile.TemporaryDirectory() as root:
            _write(root, sample)
            found = list(check(root))
        if len(found) != expected:
            failures += 1
            print(f"self test: expected {expected} findings in {sample}, got {found}")
    print(f"{len(samples) - failures} passed, {failures} failed")
    return 1 if failures else 0


def report(findings):
    for path, line, message in findings:
        print(f"{path}:{line}: {message}")
    return 1 if findings else 0


def main(check, samples):
    if sys.argv[1:] == ["--self-test"]:
        return self_test(check, samples)
    if sys.argv[1:]:
        print(f"usage: {sys.argv[0]} [--self-test]")
        return 2
    return report(list(check(ROOT)))
