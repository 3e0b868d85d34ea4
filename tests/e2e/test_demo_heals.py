"""The demo's guide as a user follows it: a dead uplink, and the line that heals it."""

import json
import os
import subprocess
import time

import pytest

from tests.e2e.conftest import running_demo
from tests.labs.program import XENLENS
from tests.labs.waiting import wait_for


def test_the_line_of_the_guide_heals_the_dead_uplink() -> None:
    with running_demo("--fault", "switch1.uplink.down") as demo:
        config = ("--config", str(demo.config))
        order = ("run", "set-active-member", "--host", "xcp83", "--bond", "bond0", *config)
        healed = remediation(*order)
        assert (healed.returncode, healed.stderr) == (0, "")
        assert healed.stdout.startswith("run 1: set-active-member on bond0 of xcp83: FIXED\n")
        assert "active: was eth0, predicted eth2, is eth2: as predicted" in healed.stdout
        page = demo.get("/probe?target=xcp83")
        active = 'xenlens_bond_member_active{bond="bond0",host="xcp83",member="eth2"'
        assert f'{active},pool="modular"}} 1.0' in page
        listed = json.loads(remediation("list", "--json", *config).stdout)
        assert [(run["state"], run["person"]) for run in listed] == [("FIXED", "demo")]
        assert remediation("verify-journal", *config).returncode == 0


@pytest.mark.prometheus
@pytest.mark.timeout(300)
def test_with_prometheus_and_alertmanager_in_the_loop_a_dead_uplink_heals_by_itself() -> None:
    with running_demo("--heal") as demo:
        config = ("--config", str(demo.config))
        demo.fault("switch1.uplink/down")

        def fixed() -> list[dict[str, str]]:
            time.sleep(2)
            runs = json.loads(remediation("list", "--json", *config).stdout)
            return [run for run in runs if run["state"] == "FIXED"]

        # The rule waits for 30 s, its data and the reads of the run as long again.
        wait_for(fixed, 240, "a bond that was healed")
        run = fixed()[-1]
        assert (run["person"], run["playbook"]) == ("", "set-active-member")
        told = remediation("explain", str(run["run"]), *config).stdout
        assert "by the alert BondActiveMemberUnreachable" in told


def remediation(*words: str) -> "subprocess.CompletedProcess[str]":
    """What `xenlens remediation` says."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XENLENS_")}
    argv = [str(XENLENS), "remediation", *words]
    return subprocess.run(
        argv, capture_output=True, text=True, timeout=60, env=environment, check=False
    )
