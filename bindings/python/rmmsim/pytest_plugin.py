# SPDX-License-Identifier: BSD-3-Clause
"""pytest -p rmmsim.pytest_plugin: an instance per test.

    @pytest.mark.rmmsim(pe_count=1)
    def test_delegate(simulator):
        simulator.call("RMI_GRANULE_DELEGATE", 0x80001000)

The arguments of the mark are those of Simulator. A Refused that a test does not expect fails it with the explanation; so
does an invariant that is violated at the end.
"""

import pytest

from rmmsim.simulator import Simulator


def pytest_configure(config):
    config.addinivalue_line("markers", "rmmsim(**settings): configuration of the fixture `simulator`")


@pytest.fixture
def simulator(request):
    mark = request.node.get_closest_marker("rmmsim")
    with Simulator(**(mark.kwargs if mark else {})) as sim:
        yield sim
        violations = sim.check()
        assert not violations, violations
