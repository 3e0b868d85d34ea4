"""A tool: one way of healing one kind of object. The list of tools is closed: see `tools`."""

from collections.abc import Sequence
from typing import Protocol

from alerts.remediation.records import Diagnosis, Mode, Plan, Target
from alerts.remediation.sight import Sight

Shape = tuple[str, ...]
"""A command line, as a pattern (`re.fullmatch`) for each of its words."""
REPEATED = "..."
"""As the last of a shape: the word before it may come once or more."""
UUID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
NAME = r"[A-Za-z0-9_][A-Za-z0-9_.:-]{0,63}"
"""Of a bond, a NIC, a map, a device: nothing that a shell or an option parser understands."""


class Tool(Protocol):
    """Reads and plans; it never acts. What a step may run is checked once more at the door."""

    @property
    def name(self) -> str:
        """The playbook's."""

    @property
    def target(self) -> tuple[str, ...]:
        """The labels that name its object, in order: `pool`, `host`, `bond`."""

    @property
    def most(self) -> Mode:
        """The furthest mode that a configuration may give: `approve` where data may be lost."""

    @property
    def by_alert(self) -> bool:
        """Whether an alert may call it; else only a person may."""

    @property
    def effects(self) -> Sequence[Shape]:
        """Every command line that a step or its undoing may have; the door refuses all others."""

    async def diagnose(self, target: Target, sight: Sight) -> Diagnosis:
        """What is true of the object now. Raises Unreadable and Refusal.

        `healthy` means that nothing is left for this tool to do. After a plan was carried out the
        same read proves it.
        """

    async def plan(self, target: Target, found: Diagnosis, sight: Sight) -> Plan:
        """What would heal what `found` says is faulty, with the evidence that it will.

        Checks every precondition. Raises Refusal(reason, text), and Unreadable.
        """
