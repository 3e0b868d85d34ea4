"""The state of a compute module."""

from dataclasses import dataclass, field

from exporter.demo.bonds import Bond, Member
from exporter.demo.flavours import Flavour
from exporter.demo.journal import Journal
from exporter.demo.pool.names import uuid_of
from exporter.demo.storage import Storage


@dataclass(frozen=True, slots=True)
class HostState:
    """A compute module running a dom0."""

    name: str
    flavour: Flavour
    vswitchd_pid: int
    bonds: tuple[Bond, ...]
    storage: Storage
    journal: Journal = field(default_factory=Journal)
    """What its logs say since it booted."""

    @property
    def address(self) -> str:
        """Of its management interface; nothing listens there."""
        return self.bonds[0].address

    @property
    def uuid(self) -> str:
        """XAPI's uuid of the host."""
        return uuid_of("host", self.name)

    def paths_to(self, scsi_id: str) -> int | None:
        """How many usable paths it has to a LUN; None where it does not see that LUN."""
        disk = self.storage.disk(scsi_id)
        return None if disk is None else len(self.storage.usable(disk))

    def bond(self, name: str) -> Bond | None:
        """The bond of that name, or None."""
        return next((bond for bond in self.bonds if bond.name == name), None)

    def bridge(self, name: str) -> Bond | None:
        """The bond of the bridge of that name, or None."""
        return next((bond for bond in self.bonds if bond.bridge == name), None)

    def nic(self, name: str) -> tuple[Bond, Member] | None:
        """The NIC of that name and the bond it is in, or None."""
        found = ((bond, bond.member(name)) for bond in self.bonds)
        return next(((bond, member) for bond, member in found if member), None)
