#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Prints a recording as the console of TF-RMM would show the run: docs/spec/tf-rmm-log.md#5.

usage: print_log.py RECORDING [RELEASE]      RELEASE: 0.5 .. 0.8 (default 0.8)

What a release does not print is left out, so the log has the holes that it has in the field.
"""

import gzip
import json
import os
import re
import sys

TOP = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "..")
RELEASES = ["0.5", "0.6", "0.7", "0.8"]
RMI_STATUS = ["SUCCESS", "ERROR_INPUT", "ERROR_REALM", "ERROR_REC", "ERROR_RTT", "ERROR_NOT_SUPPORTED",
              "ERROR_DEVICE", "ERROR_RTT_AUX"]
RSI_STATUS = ["SUCCESS", "ERROR_INPUT", "ERROR_STATE", "INCOMPLETE", "ERROR_UNKNOWN", "ERROR_DEVICE"]
RSI_FIRST, RSI_LAST = 0xc4000190, 0xc40001ac
HOST_CALL = 0xc4000199
REC_ENTER = 0xc400015c


def functions():
    """Name of a row of smc/ -> function identifier."""
    text = open(os.path.join(TOP, "include/rmmsim/abi_fid.h"), encoding="utf-8").read()
    text += open(os.path.join(TOP, "smc/commands.def"), encoding="utf-8").read()
    values = dict(re.findall(r"(SMC_\w+)\s*=\s*(0x[0-9a-fA-F]+)", text))
    values.update(re.findall(r"#define\s+(SMC_\w+)\s+(?:UINT\d+_C\()?(0x[0-9a-fA-F]+)", text))
    return {name: int(value, 16) for name, value in values.items()}


def shapes(release):
    """Function identifier -> (interface, name, printed, arguments, outputs)."""
    fids = functions()
    rows = {}
    column = RELEASES.index(release)
    text = open(os.path.join(TOP, "trace/log/shapes.def"), encoding="utf-8").read()
    text = re.sub(r"\s+", " ", text)
    for interface, name, command, cells in re.findall(r"SHAPE\((\w+), (\w+), (\w+), (.*?)\) *(?=SHAPE|$)",
                                                      text):
        cell = re.findall(r"NO(?!N)|(?:ALL|BAD|NONE)\(\d+, \d+\)", cells)[column]
        match = re.match(r"(\w+)\((\d+), (\d+)\)", cell)
        fid = fids.get("SMC_" + command)
        if match and fid:
            rows[fid] = interface, name, match[1], int(match[2]), int(match[3])
    return rows


class Printer:
    def __init__(self, header, release):
        self.header = header
        self.release = release
        self.shapes = shapes(release)
        self.width = 33 if release == "0.8" else 29
        self.lines = []

    def emit(self, name, arguments, tail):
        text = name.ljust(self.width) + "".join(f" {x:x}" for x in arguments)
        self.lines.append(text + (f" > {tail}" if tail is not None else ""))

    def banner(self):
        abi = self.header.get("abi", "1.0")
        rsi = self.header.get("rsi_abi", "1.0")
        self.lines.append(f"Booting RMM v.{self.release}.0(debug) tf-rmm-v{self.release}.0 Built: Nov 30 2026 "
                          "21:09:12 with GCC 12.2.0")
        self.lines += ["RMM-EL3 Interface v.0.4", "Boot Manifest Interface v.0.3"]
        if self.release in ("0.5", "0.6"):
            self.lines.append(f"RMI/RSI ABI v.{abi}/{rsi} built: Nov 30 2026 21:09:12")
        else:
            self.lines += [f"RMI ABI revision v{abi}", f"RSI ABI revision v{rsi}"]

    def host(self, call):
        fid = int(call["fid"], 16) & ~0x10000
        row = self.shapes.get(fid)
        if not row or row[0] != "RMI":
            return
        _, name, printed, arguments, outputs = row
        x = [int(v, 16) for v in call.get("x", [])] + [0] * 10
        ret = [int(v, 16) for v in call["ret"]] + [0] * 10
        status, index = ret[0] & 0xff, ret[0] >> 8 & 0xff
        if printed == "NONE" or (printed == "BAD" and ret[0] == 0):
            return
        text = "RMI_" + RMI_STATUS[status] if status < len(RMI_STATUS) else f"{ret[0]:x}"
        if status == 4 or (status == 2 and fid == REC_ENTER):
            text += f" {index:x}"
        if ret[0] == 0 or (status == 4 and name in ("RTT_DESTROY", "DATA_DESTROY")):
            text += "".join(f" {v:x}" for v in ret[1:1 + outputs])
        if self.release == "0.5" and name == "REC_CREATE":
            x[0], x[1] = x[1], x[0]
        self.emit(("SMC_RMM_" if self.release == "0.5" else "SMC_RMI_") + name, x[:arguments], text)

    def realm(self, run, act, after):
        """`after`: registers when the caller gets control again; None: it does not, now."""
        fid = int(act["fid"], 16)
        if run["plane"] != 0 and fid != HOST_CALL:
            return
        registers = {int(n): int(v, 16) for n, v in run.get("x", {}).items()}
        values = act.get("x", [])
        if isinstance(values, dict):
            registers.update({int(n): int(v, 16) for n, v in values.items()})
        else:
            registers.update({n + 1: int(v, 16) for n, v in enumerate(values)})
        x = [registers.get(n, 0) for n in range(1, 12)]
        row = self.shapes.get(fid)
        if after is None and self.release != "0.8":
            after = {0: fid if fid >> 24 == 0x84 or fid == 0xc4000003 or fid == 0xc4000004 else 0}
        out = None if after is None else [after.get(n, 0) for n in range(0, 12)]
        if row and row[0] == "RSI":
            tail = None
            if out:
                symbol = "RSI_" + RSI_STATUS[out[0]] if out[0] < len(RSI_STATUS) else f"{out[0]:x}"
                tail = symbol + "".join(f" {v:x}" for v in out[1:1 + row[4]])
            self.emit("SMC_RSI_" + row[1], x[:row[3]], tail)
        elif RSI_FIRST <= fid <= RSI_LAST:
            self.emit("SMC_RSI_<unsupported>", [], None if out is None else f"{out[0]:x}")
        else:
            psci = fid & 0xbfffffe0 == 0x84000000
            tail = None if out is None else " ".join(f"{v:x}" for v in out[:4])
            self.emit(f"{'PSCI' if psci else 'SMC'}_{fid:08x}", x[:7], tail)


def print_log(lines, release="0.8"):
    """The lines of the log, and for each the number of its call (None: banner)."""
    events = [json.loads(line) for line in lines if line.strip()]
    printer = Printer(events[0], release)
    calls = []
    running = {}
    printer.banner()
    calls += [None] * len(printer.lines)
    for at, event in enumerate(events[1:], 1):
        before = len(printer.lines)
        if event["op"] == "smc":
            printer.host(event)
        elif event["op"] == "run":
            running[event["i"]] = event
        elif event["op"] == "rsi":
            later = (e for e in events[at + 1:] if e["i"] == event["i"] and e["op"] != "injected")
            follower = next(later, None)
            run = running[event["i"]]
            after = None
            if follower and follower["op"] == "run" and follower["plane"] == run["plane"]:
                after = {int(n): int(v, 16) for n, v in follower.get("x", {}).items()}
            printer.realm(run, event, after)
        calls += [event["i"]] * (len(printer.lines) - before)
    return printer.lines, calls


def main():
    path = sys.argv[1]
    with gzip.open(path, "rt") if path.endswith(".gz") else open(path, encoding="utf-8") as file:
        lines, _ = print_log(file.readlines(), sys.argv[2] if len(sys.argv) > 2 else "0.8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
