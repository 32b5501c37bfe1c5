#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""What `rmmsim replay` says of the logs of this directory, of their variants and of planted faults.

usage: check_logs.py COMMAND     prints what is wrong and a summary; exit status 1 if something is wrong

README.md here describes the files. Nothing wrong may be said of an unchanged log nor of a fault labelled
`unknown`; of the `provable` faults 95 % have to be named, at their line or at one of their evidence.
"""

import glob
import json
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LEAST = 0.95


def replay(command, data):
    result = subprocess.run([command, "replay", "--json", "--verbose", "-"], input=data,
                            capture_output=True, check=False)
    if result.returncode > 1:
        raise SystemExit(f"rmmsim replay: {result.stderr.decode()}")
    return json.loads(result.stdout)


def wrong_lines(report):
    return {entry["line"] for entry in report["wrong"]}


class Checker:
    def __init__(self, command):
        self.command = command
        self.failures = 0
        self.provable = self.named = self.unknown = 0

    def fail(self, text):
        print("FAILED:", text)
        self.failures += 1

    def fault(self, fault, report, lines):
        """`lines`: those that may be named."""
        if fault["label"] == "unknown":
            self.unknown += 1
            if report["wrong"]:
                self.fail(f"{fault['id']}: called wrong, but {fault['reason']}")
            return
        self.provable += 1
        if wrong_lines(report) & lines:
            self.named += 1
        else:
            print(f"not named: {fault['id']} ({fault['kind']})")

    def base(self, path):
        truth = json.load(open(path, encoding="utf-8"))
        lines = open(os.path.join(HERE, truth["log"]), encoding="utf-8").read().split("\n")
        report = replay(self.command, "\n".join(lines).encode())
        counts = report["lines"]
        if report["wrong"]:
            self.fail(f"{path}: {report['wrong'][0]}")
        if sum(counts.values()) != len(lines) - 1 or counts["wrong"]:
            self.fail(f"{path}: {counts} of {len(lines) - 1} lines")
        if counts["explained"] + counts["unknown"] != len(truth["lines"]):
            self.fail(f"{path}: {counts} of {len(truth['lines'])} calls")
        for fault in truth.get("faults", []):
            changed = list(lines)
            changed[fault["line"] - 1] = fault["text"]
            self.fault(fault, replay(self.command, "\n".join(changed).encode()),
                       {fault["line"], *fault.get("evidence", [])})

    def variant(self, path):
        truth = json.load(open(path, encoding="utf-8"))
        lines = open(path[:-5] + ".log", "rb").read().split(b"\n")
        report = replay(self.command, b"\n".join(lines))
        if report["wrong"]:
            self.fail(f"{path}: {report['wrong'][0]}")
        self.readings(path, truth, report)
        for number, name in enumerate(truth["of"]):
            base = json.load(open(os.path.join(HERE, name.replace(".log", ".json")), encoding="utf-8"))
            where = {row[1]: row[3] for row in truth["lines"]
                     if row[0] == number and row[2] == "whole"}
            for fault in base.get("faults", []):
                self.variant_fault(fault, where, lines)

    def readings(self, path, truth, report):
        """Whole and split lines are read; nothing is made of the others that is not there."""
        verdicts = {}
        for entry in report["files"][0]["verdicts"]:
            verdicts.setdefault(entry["line"], []).append(entry["verdict"])
        bases = [open(os.path.join(HERE, name), encoding="utf-8").read().split("\n")
                 for name in truth["of"]]
        for row in truth["lines"]:
            text = bases[row[0]][row[1] - 1]
            is_call = text.lstrip().startswith(("SMC_", "PSCI_"))
            if is_call and row[2] in ("whole", "split") and \
                    not {"explained", "unknown"} & set(verdicts.get(row[3], [])):
                self.fail(f"{path}: line {row[3]} is not read: {text}")

    def variant_fault(self, fault, where, lines):
        number = where.get(fault["line"])
        if not number or fault["was"].encode() not in lines[number - 1]:
            return
        if any(line not in where for line in fault.get("evidence", [])):
            return
        changed = list(lines)
        changed[number - 1] = changed[number - 1].replace(fault["was"].encode(), fault["text"].encode())
        self.fault(fault, replay(self.command, b"\n".join(changed)),
                   {number, *(where[line] for line in fault.get("evidence", []))})


def main():
    checker = Checker(sys.argv[1])
    for path in sorted(glob.glob(os.path.join(HERE, "*.json"))):
        if "of" in json.load(open(path, encoding="utf-8")):
            checker.variant(path)
        else:
            checker.base(path)
    print(f"provable faults: {checker.named} of {checker.provable} named; "
          f"{checker.unknown} unknown ones")
    if not checker.provable or checker.named < LEAST * checker.provable:
        checker.fail("too few are named")
    sys.exit(checker.failures != 0)


if __name__ == "__main__":
    main()
