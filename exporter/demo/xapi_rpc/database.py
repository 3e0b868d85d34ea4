"""What the RPC face needs to know of a pool."""

from collections.abc import Mapping
from typing import Any, Protocol

Record = Mapping[str, Any]
Tables = Mapping[str, Mapping[str, Record]]
"""API class → reference → record, in the API's field names: `PBD`, `host_metrics`, …

Integers are strings, as on the wire; times are `datetime`s (in UTC where they say no zone).
"""


class Database(Protocol):
    """A pool as its hosts' XAPIs know it. Hosts are by their name in the model."""

    def tables(self, host: str) -> Tables:
        """All objects, with the classes and fields of the host's version."""

    def coordinator(self) -> str:
        """The host that has the database."""

    def address(self, host: str) -> str:
        """The address under which the pool knows a host."""

    def uuid(self, host: str) -> str:
        """The uuid of the host's record."""

    def answers(self, host: str) -> bool:
        """Whether calls to this host are answered now; calls that are not hang until they are."""

    def mark(self) -> object:
        """Something that is unequal to what it was before any object changed; cheap."""

    def now(self) -> float:
        """Unix time by the pool's clock."""
