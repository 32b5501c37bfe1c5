#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Computes the RIM of Realms from a description of the calls that built them: measurement.md.

usage: check_rim.py FILE...

A file has one call a line, numbers in decimal, and the RIM of the library in the last line.
"""

import hashlib
import struct
import sys


class Rim:
    def __init__(self, hash_algo):
        self.algo = {0: hashlib.sha256, 1: hashlib.sha512}[hash_algo]
        self.value = b""

    def digest(self, data):
        return self.algo(data).digest().ljust(64, b"\0")

    def extend(self, kind, body):
        descriptor = struct.pack("<QQ", kind, 0x100) + self.value + body
        self.value = self.digest(descriptor.ljust(0x100, b"\0"))


def realm(a):
    rim = Rim(a["hash_algo"])
    names = ("flags0", "s2sz", "sve_vl", "num_bps", "num_wps", "pmu_num_ctrs", "hash_algo")
    rim.value = rim.digest(struct.pack("<7Q", *(a[n] for n in names)).ljust(4096, b"\0"))
    return rim


def ripas(rim, a):
    for base in range(a["base"], a["top"], a["entry"]):
        rim.extend(2, struct.pack("<QQ", base, base + a["entry"]))


def data(rim, a):
    content = rim.digest(bytes([a["fill"]]) * 4096) if a["flags"] & 1 else bytes(64)
    rim.extend(0, struct.pack("<QQ", a["ipa"], a["flags"]) + content)


def rec(rim, a):
    params = struct.pack("<Q", a["flags"]).ljust(0x200, b"\0") + struct.pack("<Q", a["pc"])
    rim.extend(1, rim.digest(params.ljust(4096, b"\0")))


def check(path):
    rim = None
    for line in open(path, encoding="ascii"):
        call, *arguments = line.split()
        if call == "rim":
            return rim is not None and rim.value.hex() == arguments[0]
        values = {name: int(value) for name, value in (a.split("=") for a in arguments)}
        if call == "realm":
            rim = realm(values)
        else:
            {"ripas": ripas, "data": data, "rec": rec}[call](rim, values)
    return False


failed = [path for path in sys.argv[1:] if not check(path)]
print("\n".join(f"{path}: another RIM" for path in failed) or f"{len(sys.argv) - 1} RIMs agree")
sys.exit(bool(failed) or len(sys.argv) < 2)
