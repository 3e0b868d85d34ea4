"""What one look at a host's domains gives."""

from dataclasses import dataclass

from collectors.domains_compare import Disagreement
from collectors.list_domains import Domain
from collectors.registry import Reading


@dataclass(frozen=True, slots=True)
class Fault:
    """A disagreement of XAPI and Xen, and for how long it has been seen without a break."""

    about: Disagreement
    seconds: float

    @property
    def certain(self) -> bool:
        """Whether it has lasted long enough to be no passing state."""
        return self.seconds > self.about.patience


@dataclass(frozen=True, slots=True)
class DomainsReading(Reading[Domain]):
    """The domains of a host, domain 0 left out, and what is wrong with them."""

    faults: tuple[Fault, ...] = ()
