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
    ("RMI", "RTT_DATA_MAP_INIT", "data_bound2"): "simulated memory ends below 2^44",
    ("RMI", "RTT_CREATE", "rtt_bound2"): "simulated memory ends below 2^44",
    ("RMI", "RTT_AUX_CREATE", "rtt_bound2"): "simulated memory ends below 2^44",
}
NO_SMMU = "there is no SMMU: params_valid refuses a VDEV that wants one"
NO_AUX = "a VDEV has no auxiliary granules: num_aux refuses them"
NO_PDEV = "the older model makes no PDEV (device-assignment.md#9.2)"
for condition in ("vsmmu_align", "vsmmu_bound", "vsmmu_state", "vsid", "vsmmu_pdev"):
    UNREACHABLE["RMI", "VDEV_CREATE", condition] = NO_SMMU
for condition in ("aux_align", "aux_alias", "aux_state"):
    UNREACHABLE["RMI", "VDEV_CREATE", condition] = NO_AUX
for row in ("PDEV_NOTIFY state", "PDEV_NOTIFY event_valid", "VDEV_STOP state"):
    UNREACHABLE["RMI", *row.split()] = NO_PDEV
for call in ("CONTINUE", "GET_INTERFACE_REPORT", "GET_MEASUREMENTS", "LOCK", "START", "STOP",
             "VALIDATE_MAPPING"):
    UNREACHABLE["RSI", "RDEV_" + call, "rdev_state"] = NO_PDEV
UNREACHABLE["RMI", "PDEV_DESTROY", "num_vdevs"] = "PDEV_STOP refuses a PDEV that has VDEVs"
UNREACHABLE["RMI", "VDEV_VALIDATE_MAPPING", "aux_live"] = \
    "an auxiliary tree maps a device only while its RIPAS is DEV"
NEVER_ALONE = {
    ("RMI", "VDEV_VALIDATE_MAPPING", "rec_state"): "a REC that runs has no request any more",
    ("RMI", "VDEV_VALIDATE_MAPPING", "rec_owner"): "a REC of another Realm has another request",
    ("RMI", "PDEV_P2P_CONNECT", "feature_da"): "the model has no peer-to-peer streams",
    ("RMI", "PDEV_P2P_DISCONNECT", "feature_da"): "the model has no peer-to-peer streams",
    ("RMI", "VDEV_P2P_BIND", "feature_da"): "the model has no peer-to-peer streams",
    ("RMI", "VDEV_P2P_UNBIND", "feature_da"): "the model has no peer-to-peer streams",
    ("RMI", "PDEV_NOTIFY", "feature_da"): "there is no PDEV to notify",
    ("RMI", "VDEV_STOP", "feature_da"): "there is no VDEV to stop",
    ("RMI", "OP_MEM_DONATE", "page_state"): "the operation fails, not the call",
    ("RMI", "RMM_DEACTIVATE", "busy"): "the object of the operation is a granule, too",
    ("RMI", "RTT_DATA_MAP_INIT", "alias"): "rd is then not DELEGATED either",
    ("RMI", "RTT_DATA_MAP", "size_valid"): "the range is then smaller than a block, too",
    ("RMI", "RTT_UNPROT_MAP", "size_valid"): "the range is then smaller than a block, too",
    ("RMI", "RTT_DATA_MAP", "desc_state"): "the block cannot be mapped either",
    ("RMI", "RTT_UNPROT_MAP", "desc_state"): "the block cannot be mapped either",
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
