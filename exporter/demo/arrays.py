"""The arrays of drives behind the virtual disks: a RAID1 for each storage class."""

from dataclasses import dataclass, replace
from typing import Literal

StorageClass = Literal["ssd", "sas"]
TROUBLES = {"ssd": "limited", "sas": "slow"}
"""What may slow an array down, as the state of its fault."""


@dataclass(frozen=True, slots=True)
class Array:
    """All drives of one class.

    `troubled`: the controller limits the SSDs, or one of the SAS disks became slow.
    """

    storage_class: StorageClass
    troubled: bool = False

    def after(self, state: str) -> "Array":
        """The array once its fault has that state."""
        return replace(self, troubled=state == TROUBLES[self.storage_class])

    @property
    def says(self) -> str:
        """Its state in a word: that of a fault, or `well`."""
        return TROUBLES[self.storage_class] if self.troubled else "well"
