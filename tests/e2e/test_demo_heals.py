"""The demo's guide as a user follows it: a dead uplink, and the line that heals it."""

import json
import os
import subprocess

from tests.e2e.conftest import XENLENS, running_demo


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


def remediation(*words: str) -> "subprocess.CompletedProcess[str]":
    """What `xenlens remediation` says."""
    environment = {k: v for k, v in os.environ.items() if not k.startswith("XENLENS_")}
    argv = [str(XENLENS), "remediation", *words]
    return subprocess.run(
        argv, capture_output=True, text=True, timeout=60, env=environment, check=False
    )
