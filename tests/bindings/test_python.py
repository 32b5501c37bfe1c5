#!/usr/bin/env python3
# SPDX-License-Identifier: BSD-3-Clause
"""The Python package as its users see it. Arguments: the directory where it was built, and those of unittest."""

import gc
import os
import pathlib
import subprocess
import sys
import tempfile
import unittest

if __name__ == "__main__":
    PACKAGE = sys.argv.pop(1)
    sys.path.insert(0, PACKAGE)

import rmmsim
from rmmsim import abi

BASE = 0x80000000
RD, RTT, PARAMS = BASE + 0x1000, BASE + 0x2000, BASE + 0x3000


def create_realm(sim):
    """The smallest Realm: a descriptor and one starting table."""
    params = sim.struct("rmi_realm_params", PARAMS)
    params.s2sz = 39
    params.num_bps = params.num_wps = 1
    params.vmid = 1
    params.rtt_level_start = 1
    params.rtt_num_start = 1
    params.rtt_base = RTT
    for pa in (RD, RTT):
        sim.call("RMI_GRANULE_DELEGATE", pa)
    sim.call("RMI_REALM_CREATE", RD, PARAMS)


class Calls(unittest.TestCase):
    def test_life_of_a_realm(self):
        with rmmsim.Simulator() as sim:
            create_realm(sim)
            self.assertEqual(sim.granule(RD).state, "RD")
            self.assertEqual(sim.granule(RTT).owner, RD)
            sim.call("RMI_REALM_ACTIVATE", RD)
            sim.call("RMI_REALM_DESTROY", RD)
            self.assertEqual(sim.granule(RD).state, "DELEGATED")
            self.assertEqual(sim.check(), [])

    def test_a_refusal_is_an_exception_with_the_reason(self):
        with rmmsim.Simulator() as sim:
            sim.call("RMI_GRANULE_DELEGATE", RD)
            with self.assertRaises(rmmsim.Refused) as caught:
                sim.call("RMI_REALM_ACTIVATE", RD)
            why = caught.exception.explanation
            self.assertEqual(caught.exception.result, abi.RMI_ERROR_INPUT)
            self.assertEqual((why.command, why.condition), ("REALM_ACTIVATE", "rd_state"))
            self.assertEqual((why.call, why.since_call), (2, 1))
            self.assertEqual(str(caught.exception), str(why))
            self.assertIn("granule 0x80001000 is DELEGATED since call 1", str(why))
            self.assertEqual(sim.coverage()["RMI", "REALM_ACTIVATE", "rd_state"], 1)

    def test_without_explanations_a_refusal_names_the_call(self):
        with rmmsim.Simulator(explain=False) as sim:
            with self.assertRaisesRegex(rmmsim.Refused, "RMI_REALM_ACTIVATE answered X0 = 0x1"):
                sim.call("RMI_REALM_ACTIVATE", RD)

    def test_smc_returns_every_answer(self):
        with rmmsim.Simulator() as sim:
            self.assertEqual(sim.smc("RMI_REALM_ACTIVATE", RD)[0], abi.RMI_ERROR_INPUT)
            self.assertEqual(len(sim.smc(abi.SMC_RMI_FEATURES, 0)), 18)
            self.assertEqual(sim.calls, 2)

    def test_what_is_no_call(self):
        with rmmsim.Simulator(pe_count=2) as sim:
            with self.assertRaisesRegex(rmmsim.Error, "no function of the monitor is called RMI_NOTHING"):
                sim.smc("RMI_NOTHING")
            with self.assertRaisesRegex(rmmsim.Error, "no PE 2"):
                sim.smc("RMI_VERSION", pe=2)
            with self.assertRaisesRegex(rmmsim.Error, "17 arguments at most"):
                sim.smc("RMI_VERSION", *range(18))
            with self.assertRaises(OverflowError):
                sim.smc("RMI_VERSION", 1 << 64)
            self.assertEqual(sim.calls, 0)


class Memory(unittest.TestCase):
    def test_views_and_copies_are_the_same_bytes(self):
        with rmmsim.Simulator() as sim:
            view = sim.memory(PARAMS, 4096)
            view[0:4] = b"abcd"
            self.assertEqual(sim.read(PARAMS, 4), b"abcd")
            sim.write(PARAMS + 1, bytearray(b"xy"))
            self.assertEqual(bytes(view[0:4]), b"axyd")

    def test_delegated_memory_is_not_the_hosts(self):
        with rmmsim.Simulator() as sim:
            sim.call("RMI_GRANULE_DELEGATE", RD)
            for access in (lambda: sim.read(RD, 1), lambda: sim.write(RD, b"a")):
                with self.assertRaises(rmmsim.Error) as caught:
                    access()
                self.assertEqual(caught.exception.status, abi.RMMSIM_ERR_PROTECTED)
            self.assertEqual(sim.peek(RD, 8), bytes(8))

    def test_outside_of_every_bank(self):
        with rmmsim.Simulator() as sim:
            for access in (lambda: sim.memory(0, 8), lambda: sim.read(BASE, 1 << 50), lambda: sim.write(0, b"a"),
                           lambda: sim.peek(0, 1), lambda: sim.granule(1 << 50)):
                with self.assertRaises(rmmsim.Error) as caught:
                    access()
                self.assertEqual(caught.exception.status, abi.RMMSIM_ERR_RANGE)

    def test_a_view_outlives_the_block(self):
        with rmmsim.Simulator() as sim:
            part = sim.memory(PARAMS, 4096)[8:16]
            params = sim.struct("rmi_realm_params", PARAMS)
        del sim
        gc.collect()
        part[:] = (39).to_bytes(8, "little")
        self.assertEqual(params.s2sz, 39)


class Life(unittest.TestCase):
    def test_a_closed_simulator_says_so(self):
        sim = rmmsim.Simulator()
        sim.close()
        sim.close()
        for use in (lambda: sim.smc("RMI_VERSION"), lambda: sim.memory(BASE, 1), sim.check, lambda: sim.calls):
            with self.assertRaisesRegex(rmmsim.Error, "closed"):
                use()

    def test_configuration(self):
        with rmmsim.Simulator(revision="2.0-bet3", dram=[(0x40000000, 0x41000000)], pe_count=1) as sim:
            self.assertEqual(sim.smc("RMI_VERSION", abi.RMM_VERSION_2_0)[0], abi.RMI_SUCCESS)
            self.assertEqual(sim.granule(0x40000000).state, "UNDELEGATED")
        for settings, text in (({"profile": "none-such"}, "none-such"), ({"pe_count": 0}, "pe_count"),
                               ({"colour": 1}, "no field colour"), ({"quirks": {"none-such": True}}, "none-such")):
            with self.assertRaisesRegex(rmmsim.Error, text):
                rmmsim.Simulator(**settings)
        with self.assertRaises(rmmsim.Error) as caught:
            rmmsim.Simulator(revision="3.0")
        self.assertEqual(caught.exception.status, abi.RMMSIM_ERR_UNKNOWN_NAME)

    def test_snapshots(self):
        with rmmsim.Simulator() as sim:
            start, number = sim.fingerprint(), sim.snapshot()
            create_realm(sim)
            self.assertNotEqual(sim.fingerprint(), start)
            sim.restore(number)
            self.assertEqual(sim.granule(RD).state, "UNDELEGATED")
            sim.forget(number)
            with self.assertRaises(rmmsim.Error):
                sim.restore(number)

    def test_saved_state(self):
        with tempfile.TemporaryDirectory() as directory, rmmsim.Simulator() as sim:
            create_realm(sim)
            path = pathlib.Path(directory) / "state"
            sim.save(path)
            with rmmsim.Simulator.load(path) as copy:
                self.assertEqual(copy.fingerprint(), sim.fingerprint())
                copy.call("RMI_REALM_ACTIVATE", RD)
            with self.assertRaisesRegex(rmmsim.Error, "missing"):
                rmmsim.Simulator.load(path.with_name("missing"))


PLUGIN_TESTS = """
import pytest

@pytest.mark.rmmsim(pe_count=1)
def test_setting(simulator):
    assert simulator.smc("RMI_VERSION", 0x10001)[0] == 0
    with pytest.raises(Exception, match="no PE 1"):
        simulator.smc("RMI_VERSION", pe=1)

def test_refused(simulator):
    simulator.call("RMI_REALM_ACTIVATE", 0x80001000)
"""


class Plugin(unittest.TestCase):
    def test_fixture(self):
        if subprocess.run([sys.executable, "-c", "import pytest"], capture_output=True).returncode:
            self.skipTest("pytest is not installed for this interpreter")
        with tempfile.TemporaryDirectory() as directory:
            (pathlib.Path(directory) / "test_plugin.py").write_text(PLUGIN_TESTS)
            done = subprocess.run([sys.executable, "-B", "-m", "pytest", "-p", "rmmsim.pytest_plugin", "-p",
                                   "no:cacheprovider", "--strict-markers", directory], capture_output=True, text=True,
                                  env={**os.environ, "PYTHONPATH": PACKAGE})
        self.assertIn("1 failed, 1 passed", done.stdout, done.stdout + done.stderr)
        self.assertIn("rd_state", done.stdout)


if __name__ == "__main__":
    unittest.main()
