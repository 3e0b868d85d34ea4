"""What one look at a host's multipath maps gives."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.multipath_records import Map
from collectors.registry import Reading


@dataclass(frozen=True, slots=True)
class MultipathReading(Reading[Map]):
    """Maps of a host."""

    daemon_running: bool | None = None
    """None where multipathd neither answered nor is known to be down."""
    unread: tuple[str, ...] = ()
    """The lines without a fact, where records were left out: they may name a map."""
    seen: Mapping[str, int] = field(default_factory=dict)
    """By WWID, the most paths the host had within a day."""
