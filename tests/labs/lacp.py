"""A dom0 with a LACP bond, and a partner that speaks LACP at the other end of its cables.

Linux bridges do not forward LACP frames (802.1D: 01:80:c2:00:00:02 stays on the link), so the
partner is a second private Open vSwitch: two switches stacked into one, as far as LACP sees.
"""

from contextlib import ExitStack
from pathlib import Path

from tests.labs.host import HOST, HostLab
from tests.labs.vswitch import Vswitch

STACK = "stack"
BOND, BRIDGE = "bond0", "xenbr0"
NICS = ("eth0", "eth2")


class LacpLab(HostLab):
    """bond0 = eth0 + eth2, balance-tcp, lacp=active, negotiated with `partner`."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder, STACK)
        self.partner = Vswitch(self.namespaces, STACK, folder / "partner")

    def build(self, undo: ExitStack) -> None:
        """Cable both ends, then make a LACP bond on each."""
        undo.enter_context(self.partner)
        for nic in NICS:
            self.cable_nic(nic, STACK)
        _make_lacp_bond(self.partner, "stack0", "lag0", [f"to-{nic}" for nic in NICS])
        _make_lacp_bond(self.vswitch, BRIDGE, BOND, list(NICS))
        self.namespaces.ip(HOST, "link", "set", BRIDGE, "up")
        self.wait_for(self.negotiated)

    def negotiated(self) -> bool:
        """Whether the text of `bond/show` says so, with every member enabled."""
        shown = self.appctl("bond/show", BOND)
        return "lacp_status: negotiated" in shown and self.all_enabled(BOND)


def _make_lacp_bond(vswitch: Vswitch, bridge: str, bond: str, ports: list[str]) -> None:
    vswitch.vsctl(
        *("add-br", bridge, "--", "set", "bridge", bridge, "datapath_type=netdev"),
        *("--", "add-bond", bridge, bond, *ports, "bond_mode=balance-tcp", "lacp=active"),
        "other_config:lacp-time=fast",
    )
