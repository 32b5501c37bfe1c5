#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""Fails unless the tests provoke every failure condition of every modelled command, alone.

usage: check_conditions.py DIRECTORY     (the files that tests/support/coverage.c writes)
"""
import json
import pathlib
import sys

# Conditions that no call can provoke, or never alone, and why.
UNREACHABLE = {
    ("RMI", "DATA_CREATE", "data_bound2"): "simulated memory ends below 2^44",
    ("RMI", "DATA_CREATE_UNKNOWN", "data_bound2"): "simulated memory ends below 2^44",
    ("RMI", "RTT_CREATE", "rtt_bound2"): "simulated memory ends below 2^44",
    ("RMI", "RTT_AUX_CREATE", "rtt_bound2"): "simulated memory ends below 2^44",
}
NEVER_ALONE = {
    ("RMI", "REC_CREATE", "num_aux_bound"): "num_aux is then wrong too",
    ("RMI", "REC_ENTER", "run_write"): "the run page is not Non-secure any more",
    ("RMI", "RTT_INIT_RIPAS", "base_gran_align"): "base is then not aligned to an entry either",
}


def read(directory):
    """Sums of hits and of hits alone per condition of a modelled command."""
    table = {}
    for path in sorted(pathlib.Path(directory).glob("*.json")):
        for row in json.loads(path.read_text())["conditions"]:
            if not row["implemented"]:
                continue
            key = (row["interface"], row["command"], row["condition"])
            hits, alone = table.get(key, (0, 0))
            table[key] = (hits + row["hits"], alone + row["alone"])
    return table


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    table = read(sys.argv[1])
    if not table:
        sys.exit(f"no coverage in {sys.argv[1]}: run the tests of rmm/ first")
    bad = []
    for key, (hits, alone) in table.items():
        name = "_".join(key[:2]) + " " + key[2]
        if key in UNREACHABLE:
            if hits:
                bad.append(f"{name}: provoked, although it should be unreachable")
        elif not hits:
            bad.append(f"{name}: no test provokes it")
        elif not alone and key not in NEVER_ALONE:
            bad.append(f"{name}: no test provokes it alone")
    print("\n".join(bad))
    print(f"{len(table)} conditions, {len(UNREACHABLE)} unreachable, {len(bad)} wanting")
    sys.exit(bool(bad))


main()
