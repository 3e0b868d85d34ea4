"""`set-active-member` from the alert to the proof, on every flavour of the demo."""

from pathlib import Path

import pytest

from tests.alerts.remediation.demo_rig import demo_rig

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
HOSTS = ("xenserver1", "xcp82", "xcp83")
BOND0 = {"pool": "modular", "bond": "bond0"}


@pytest.mark.parametrize("host", HOSTS)
async def test_a_dead_uplink_is_healed(tmp_path: Path, host: str) -> None:
    async with demo_rig(tmp_path) as rig:
        rig.pool.apply("switch1.uplink.down")
        run = await rig.heal("set-active-member", host=host, **BOND0)
        steps = await rig.steps(run.number)
        assert run.state == "FIXED", steps[-1]
        bond = rig.pool.model.chassis.hosts[host].bond("bond0")
        assert bond is not None
        assert bond.active == "eth2"
