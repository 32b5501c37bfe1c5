#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Logs as consoles with several writers deliver them: nothing of them may be called wrong.

usage: vary_logs.py COMMAND COUNT [SEED]

  mix    pieces of two lines in turns, as two PEs print them
  split  another writer's text in the middle of lines, at any character
  cut    begins and ends anywhere

Of each kind COUNT logs are made of those in this directory; most of their calls are read.
"""

import glob
import json
import os
import random
import re
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
LEAST = 0.88
FOREIGN = ["[    3.123456] kvm [412]: realm: created, 2 vcpus", "INFO:    Entry point address = 0x88000000",
           "[    0.500000] e1000: eth0: link up", "NOTICE:  BL31: v2.14.0", "earlycon: pl11 at MMIO",
           "Tianocore/EDK2 firmware version 1.0", "# cat /sys/kernel/x | wc -c", "arm-cca-guest: ok",
           "audit: type=2000", "EFI stub: Booting Linux Kernel..."]


def is_call(line):
    return line.startswith(("SMC_", "PSCI_"))


def pieces(line):
    """What the monitor emits at once: name, arguments, status with index, outputs, line end."""
    name = re.match(r"\S+ *(?= )", line)[0]
    found = re.findall(r" > \S+(?: [0-9a-f]+(?=$| ))?| [0-9a-f]+", line[len(name):])
    assert name + "".join(found) == line, line
    return [name, *found, "\n"]


def in_turns(first, second):
    text = first.pop(0)
    while first or second:
        source = first if first and (not second or random.random() < 0.5) else second
        text += source.pop(0)
    return text


def mix(lines):
    text = ""
    while lines:
        line = lines.pop(0)
        if line.startswith("SMC_RMI") and lines and is_call(lines[0]) and random.random() < 0.15:
            other = lines.pop(0)
            text += in_turns(pieces(line), pieces(other) if other.startswith("SMC_RMI") else [other + "\n"])
        else:
            text += line + "\n"
    return text


def split(lines):
    text = ""
    for line in lines:
        at = random.randrange(1, len(line) + 1)
        if is_call(line) and random.random() < 0.15:
            line = line[:at] + random.choice(FOREIGN) + "\n" + line[at:]
        text += line + "\n"
    return text


def cut(lines):
    text = "\n".join(lines)
    begin = random.randrange(len(text) // 3)
    return text[begin:begin + random.randrange(len(text) // 2, len(text))]


def main():
    command, count = sys.argv[1], int(sys.argv[2])
    random.seed(int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    logs = [path for path in sorted(glob.glob(os.path.join(HERE, "*-0?.log"))) if "v09" not in path]
    failed = False
    for kind in (mix, split, cut):
        calls = read = 0
        for _ in range(count):
            path = random.choice(logs)
            text = kind(open(path, encoding="utf-8").read().split("\n")[:-1])
            result = subprocess.run([command, "replay", "--json", "-"], input=text.encode(),
                                    capture_output=True, check=False)
            report = json.loads(result.stdout)
            calls += sum(map(is_call, re.split("\n", text)))
            read += report["lines"]["explained"] + report["lines"]["unknown"]
            for wrong in report["wrong"][:1]:
                failed = True
                print(f"FAILED: {kind.__name__} of {path}: {wrong}")
        print(f"{kind.__name__}: {read} of {calls} calls read")
        failed = failed or read < LEAST * calls
    sys.exit(failed)


if __name__ == "__main__":
    main()
