#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The exercise on variants of the example's tree that have one defect each: which of them it finds, unaided.

run.py SOURCE BUILD WORK [NAME...]: with names only those; with one, all that it finds.
"""
import concurrent.futures
import glob
import json
import os
import re
import shlex
import signal
import subprocess
import sys

SOURCE, BUILD, WORK = (os.path.abspath(a) for a in sys.argv[1:4])
WANTED = set(sys.argv[4:])
TREE = os.path.join(SOURCE, "examples/host-test/tree")
SLICED = "host_sliced"
LIBRARIES = ["librmmsim_host_shim_kit.a", "librmmsim.so"]
LEAST = 0.95
EVERY = int(os.environ.get("RMMSIM_VARIANTS_EVERY", "1"))


class Variant:
    def __init__(self, name, path, reason):
        self.name, self.path, self.reason = name, path, reason
        self.old, self.new = [], []

    def text(self):
        with open(os.path.join(TREE, self.path)) as f:
            text = f.read()
        old = "\n".join(self.old)
        if text.count(old) != 1:
            sys.exit(f"variant {self.name}: its lines are {text.count(old)} times in {self.path}")
        return text.replace(old, "\n".join(self.new))


def read(path):
    variants = []
    for line in open(path).read().splitlines():
        head = re.match(r"= (\S+) (\S+)(?: ! (.*))?$", line)
        if head:
            variants.append(Variant(*head.groups()))
        elif line[:1] == "-":
            variants[-1].old.append(line[1:])
        elif line[:1] == "+":
            variants[-1].new.append(line[1:])
    return variants


def commands():
    """Source -> command of the objects of the exercise."""
    found = {}
    for entry in json.load(open(os.path.join(BUILD, "compile_commands.json"))):
        target = re.search(r"CMakeFiles/([^/]+)\.dir/", entry["command"])
        if not target or "examples/host-test" not in entry["directory"] + entry["command"]:
            continue
        if target.group(1) in (SLICED, SLICED + "_l2", "test_exercise"):
            found[entry["file"]] = (entry["directory"], shlex.split(entry["command"]))
    return found


def slice_command():
    text = open(os.path.join(BUILD, "build.ninja")).read().replace("$\n", "")
    line = re.search(r"COMMAND = .*?(\S*kslice\s+\S*mmu\.c .*)", text)
    for candidate in re.findall(r"COMMAND = (.*)", text):
        if "kslice" in candidate and SLICED + ".host/slice.c" in candidate:
            line = candidate
    part = line.split("&&")[-1] if isinstance(line, str) else line.group(1)
    return shlex.split(part)


def command_of(entry, source, output, include):
    directory, words = entry
    words = [w for w in words if w not in ("-MD",) and "ccache" not in os.path.basename(w)]
    result, skip = [], 0
    for i, word in enumerate(words):
        if skip:
            skip -= 1
        elif word in ("-MT", "-MF", "-o", "-c"):
            skip = 1
        else:
            result.append(word)
    result.insert(1, "-I" + include)
    # Names of the tree's files in reports do not depend on where the variant lies.
    result += ["-O1", f"-fdebug-prefix-map={include}/=", f"-fmacro-prefix-map={include}/="]
    return directory, result + ["-c", source, "-o", output]


def run(command, directory, timeout=None):
    """Processes that the command has started end with it."""
    with subprocess.Popen(command, cwd=directory, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                          start_new_session=True) as process:
        try:
            out, err = process.communicate(timeout=timeout)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            raise
    return subprocess.CompletedProcess(command, process.returncode, out, err)


def build(variant, units, objects):
    work = os.path.join(WORK, variant.name)
    include = os.path.join(work, "include")
    changed = os.path.join(work, variant.path)
    os.makedirs(os.path.dirname(changed), exist_ok=True)
    os.makedirs(os.path.join(include, "asm"), exist_ok=True)
    with open(changed, "w") as f:
        f.write(variant.text())
    header = variant.path.endswith(".h")
    if header:
        os.symlink(changed, os.path.join(include, "asm", os.path.basename(changed)))
    mine = dict(objects)
    for number, (source, entry) in enumerate(units.items()):
        name = os.path.basename(source)
        from_slice = name == "slice.c" and variant.path.endswith("/mmu.c")
        if not (header or from_slice or source.endswith(variant.path)):
            continue
        used = changed if source.endswith(variant.path) else source
        if from_slice:
            used = os.path.join(work, "slice.c")
            words = slice_command()
            words[1:3] = [changed, used]
            if run(words, BUILD).returncode:
                return None, "kslice"
        output = os.path.join(work, f"{number}-{name}.o")
        directory, command = command_of(entry, used, output, include if header else work)
        done = run(command, directory)
        if done.returncode:
            return None, done.stderr
        mine[source] = output
    program = os.path.join(work, "t")
    libraries = [os.path.join(BUILD, l) for l in LIBRARIES]
    done = run(["cc", "-o", program, *mine.values(), *libraries, "-Wl,-rpath," + BUILD, "-lpthread"], work)
    return (None, done.stderr) if done.returncode else (program, None)


def look(variant, units, objects):
    program, error = build(variant, units, objects)
    if not program:
        return variant, None, "does not build: " + error[-600:]
    stop = [] if len(WANTED) == 1 else ["--stop"]
    try:
        done = run([program, "--timeout=10", *stop], os.path.dirname(program), timeout=300)
    except subprocess.TimeoutExpired:
        return variant, False, "does not end"
    text = done.stdout
    os.remove(program)
    finds = re.findall(r"^FAIL [a-z._]+ .*\((?:once|\d+ times).*$", text, re.M)
    if len(WANTED) == 1:
        print(text)
    return variant, done.returncode == 1 and bool(finds), finds[0] if finds else ""


def main():
    units = commands()
    objects = {}
    for source, (directory, words) in units.items():
        objects[source] = os.path.join(directory, words[words.index("-o") + 1])
    lists = sorted(glob.glob(os.path.join(SOURCE, "tests/host_shim/variants/*.txt")))
    variants = [variant for path in lists for variant in read(path)]
    if EVERY > 1:
        variants = variants[::EVERY]
    if WANTED:
        variants = [v for v in variants if v.name in WANTED]
    found, missed, broken, surprises = [], [], [], []
    with concurrent.futures.ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        for variant, good, text in pool.map(lambda v: look(v, units, objects), variants):
            if good is None:
                broken.append(variant.name)
                print(f"BROKEN {variant.name}: {text}")
            elif good:
                found.append(variant.name)
                if variant.reason:
                    surprises.append(variant.name)
                print(f"found  {variant.name}: {text}")
            else:
                missed.append(variant)
                print(f"MISSED {variant.name}: {text or variant.reason or 'nothing says why'}")
            sys.stdout.flush()
    unexplained = [v.name for v in missed if not v.reason]
    print(f"{len(found)} of {len(variants)} are found; {len(missed)} are not, {len(unexplained)} of them for no known reason")
    for name in surprises:
        print(f"{name} is found, and said to be not")
    if broken or unexplained or surprises or (not WANTED and EVERY == 1 and len(found) < LEAST * len(variants)):
        return 1
    return 0


sys.exit(main())
