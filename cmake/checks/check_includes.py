#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""A room includes from rooms on lower floors and from itself, never beside or above it.

Rooms inside of a room have floors too: INNER. What lies in the room itself is shared by them if it is a
header, and stands above them if it is a source file.
"""

import re
import sys

import tree

FLOOR = {"smc": 0, "code": 0, "mem": 1, "rtt": 2, "attest": 2, "device": 3, "planes": 3, "exec": 4, "rmm": 5,
         "trace": 6, "sequence": 7, "board": 7, "host_shim": 7, "tools": 8, "fuzz": 8, "bench": 8,
         "examples": 8}

INNER = {"rmm": {"rmi": 1, "rsi": 1, "run": 1, "op": 1, "check": 2, "state": 2, "explain": 2},
         "trace": {"log": 1},
         "host_shim/src": {"conduit": 1, "memory": 2, "machine": 3, "kit": 4}}

# From floor 7 up the monitor is seen through the public API. The rows of smc/ are data, for recordings
# and for the command alike: docs/adr/0003-the-command-reads-the-rows.md
ABOVE = {"trace": {"smc"}, "sequence": {"smc", "trace"}, "board": set(), "host_shim": {"smc"},
         "tools": {"smc", "trace", "sequence", "board", "examples"},
         "fuzz": {"smc", "trace", "sequence", "board"}, "bench": {"trace", "sequence"}, "examples": set()}

# Libraries that only some rooms may use, by the first part of the header's name.
OUTSIDE = {"mbedtls": {"attest", "device", "bench", "fuzz", "tests"},
           "psa": {"attest", "device", "bench", "tests"},
           "gcrypt.h": {"attest", "bench"}, "cbor.h": {"attest"}, "cbor": {"attest"},
           "jansson.h": {"trace", "sequence", "tools", "host_shim", "bench", "fuzz", "tests"},
           "zlib.h": {"trace", "tools", "host_shim", "tests"},
           "cmocka.h": {"tests"}}

# Not compiled with the tree: an outside project, and programs for the simulated machine.
APART = {("tests", "package"), ("tests", "payload")}

INCLUDE = re.compile(r'^\s*#\s*include\s+(?:"([^"]+)"|<([^>]+)>)')
SOURCE = {".c", ".h", ".def", ".S"}


def allowed(room):
    if room in ABOVE:
        return ABOVE[room] | {room}
    return {r for r in FLOOR if FLOOR[r] < FLOOR[room]} | {room}


def inner(path):
    """The room with rooms inside in which `path` lies, and its place there: "" for the room itself."""
    for room, floors in INNER.items():
        if path.startswith(room + "/"):
            place = path[len(room) + 1:].split("/")[0]
            return room, place if place in floors else ""
    return None, ""


def upward(path, name):
    """What is wrong with the floors inside of a room when `path` includes `name`; None if nothing."""
    room, place = inner(path)
    target_room, target = inner(name)
    if room != target_room or place == target or not target:
        return None
    if not place:
        return f'a header of {room}/ includes "{name}"' if path.endswith(".h") else None
    if INNER[room][target] >= INNER[room][place]:
        return f"{room}/{place}/ may not include from {room}/{target}/"
    return None


def quoted(path, name):
    """What is wrong with #include "name" in the file `path`; None if nothing."""
    room = path.split("/")[0]
    target = name.split("/")[0]
    if target == "rmmsim":
        return "the public API is included as <rmmsim/...>"
    if target not in FLOOR and target != "tests":
        return f'"{name}" is not written from the root of the tree'
    if room == "tests":
        return None
    if target == "tests":
        return f"{room}/ includes from tests/"
    if room == "include":
        return f"a public header includes {target}/"
    if target not in allowed(room):
        return f"{room}/ may not include from {target}/"
    if name.endswith(".c"):
        return f"{name} is a source file"
    return upward(path, name)


def bracketed(room, name):
    target = name.split("/")[0]
    if target in FLOOR and "/" in name:
        return f'a room is included as "{name}"'
    if target in OUTSIDE and room not in OUTSIDE[target]:
        return f"{room}/ may not use <{name}>"
    return None


def check_line(path, text):
    match = INCLUDE.match(text)
    if not match:
        return None
    return quoted(path, match[1]) if match[1] else bracketed(path.split("/")[0], match[2])


def check(root):
    for path in tree.files(root):
        room = path.parts[0]
        if path.suffix not in SOURCE or room not in FLOOR | {"tests": 0, "include": 0}:
            continue
        if path.parts[:2] in APART:
            continue
        for number, text in tree.lines(root, path):
            message = check_line(path.as_posix(), text)
            if message:
                yield path, number, message


SAMPLES = [
    ({"rtt/a.c": '#include <stdint.h>\n#include <rmmsim/abi.h>\n#include "mem/mem.h"\n'
                 '#include "rtt/rtt.h"\n'}, 0),
    ({"rtt/a.c": '#include "planes/plane.h"\n'}, 1),
    ({"rtt/a.c": '#include "attest/measurement.h"\n'}, 1),
    ({"rtt/a.c": '#include "entry.h"\n'}, 1),
    ({"rtt/a.c": '#include <planes/plane.h>\n'}, 1),
    ({"rtt/a.c": '#include "mem/granule.c"\n'}, 1),
    ({"rmm/a.c": '#include "exec/exec.h"\n#include "tests/support/a.h"\n'}, 1),
    ({"rmm/a.c": '#include <mbedtls/sha256.h>\n#include <jansson.h>\n'}, 2),
    ({"attest/a.c": '#include <psa/crypto.h>\n'}, 0),
    ({"trace/a.c": '#include "smc/smc.h"\n#include "rmm/sim.h"\n'}, 1),
    ({"tools/a.c": '#include "trace/trace.h"\n#include "examples/host.h"\n'
                   '#include "smc/smc.h"\n#include "rmm/sim.h"\n'}, 1),
    ({"examples/a.c": '#include <rmmsim/rmmsim.h>\n#include "smc/smc.h"\n'}, 1),
    ({"rmm/run/a.c": '#include "rmm/run.h"\n#include "rmm/run/b.h"\n#include "rmm/rsi/c.h"\n'}, 1),
    ({"rmm/check/a.c": '#include "rmm/rmi/a.h"\n#include "rmm/state/b.h"\n'}, 1),
    ({"rmm/a.h": '#include "rmm/check/a.h"\n', "rmm/b.c": '#include "rmm/check/a.h"\n'}, 1),
    ({"host_shim/src/conduit/a.c": '#include "host_shim/src/memory/a.h"\n'}, 1),
    ({"host_shim/src/kit/a.c": '#include "host_shim/src/memory/a.h"\n'}, 0),
    ({"trace/a.c": '#include "sequence/a.h"\n', "sequence/a.c": '#include "trace/a.h"\n'}, 1),
    ({"fuzz/a.c": '#include "fuzz/input.h"\n#include "rmm/sim.h"\n'}, 1),
    ({"include/rmmsim/a.h": '#include "rmmsim/abi.h"\n#include "smc/smc.h"\n'}, 2),
    ({"tests/rtt/a.c": '#include "rmm/sim.h"\n#include "tests/support/a.h"\n'
                       '#include <cmocka.h>\n'}, 0),
]

if __name__ == "__main__":
    sys.exit(tree.main(check, SAMPLES))
