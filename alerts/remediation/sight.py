"""What tools may read of the hosts. Effects have a door of their own."""

from collections.abc import Sequence
from typing import Any, Protocol

from collectors.host import Output
from collectors.inventory import HostInventory
from collectors.registry import Reading
from collectors.xapi.access import PoolReading


class Sight(Protocol):
    """Fresh facts of every watched host and pool. Each read begins after it is asked for."""

    def hosts(self, pool: str) -> tuple[str, ...]:
        """The dom0s of a pool in the inventory; empty for a pool that is not watched."""

    def inventory(self, host: str) -> HostInventory:
        """What is expected of a host. Raises Refusal for a host that is not watched."""

    async def read(self, host: str, collector: str) -> Reading[Any]:
        """What a collector reads of a host now. Raises Unreadable, also where it is not there."""

    async def pool(self, pool: str) -> PoolReading:
        """What XAPI says of a pool now. Raises Unreadable where no member's XAPI answers."""

    async def ask(self, host: str, argv: Sequence[str], seconds: float = 10.0) -> Output:
        """Run a command that only reads. Raises Unreadable when it does not end in time.

        Its exit status is the caller's to judge.
        """
