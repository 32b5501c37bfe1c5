# SPDX-License-Identifier: BSD-3-Clause
"""A model of the Arm CCA Realm Management Monitor: instances, SMCs, memory, explanations.

    import rmmsim

    with rmmsim.Simulator() as sim:
        sim.call("RMI_GRANULE_DELEGATE", 0x80001000)
        try:
            sim.call("RMI_REALM_ACTIVATE", 0x80001000)
        except rmmsim.Refused as refused:
            print(refused)  # which condition, what it saw, which earlier call made it so

The names and rules are those of rmmsim/rmmsim.h. Constants of the ABI are attributes of `rmmsim.abi`.
"""

from rmmsim._rmmsim import ffi, lib as abi
from rmmsim.errors import Error, Explanation, Refused
from rmmsim.simulator import Granule, Simulator, Violation

__all__ = ["Error", "Explanation", "Granule", "Refused", "Simulator", "Violation", "abi", "ffi", "version"]


def version():
    """The version of the library, "0.1.0"."""
    return ffi.string(abi.rmmsim_version()).decode()
