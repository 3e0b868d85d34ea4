"""A map of a listing while its lines come in, and what shows that lines are missing."""

from collectors.multipath_headers import Header
from collectors.multipath_lines import GroupFacts, Properties, properties
from collectors.multipath_records import Group, Map, Path


class DraftGroup:
    """A group that may get more paths."""

    __slots__ = ("closed", "facts", "paths")

    def __init__(self, facts: GroupFacts) -> None:
        self.facts = facts
        self.paths: list[Path] = []
        self.closed = False
        """The tree says that this was the last path of the group."""


class DraftMap:
    """A map that may get more groups."""

    __slots__ = ("closed", "groups", "header", "line", "properties")

    def __init__(self, line: int, header: Header) -> None:
        self.line = line
        self.header = header
        self.properties: Properties | None = None
        self.groups: list[DraftGroup] = []
        self.closed = False
        """The tree says that this was the last group of the map."""

    def may_grow(self) -> bool:
        """True when another group can follow: none after the last, none after an empty one."""
        has_empty = bool(self.groups) and not self.groups[-1].paths
        return self.properties is not None and not self.closed and not has_empty

    def is_whole(self) -> bool:
        """True when no line is missing as far as the text tells.

        Vendor and product are those of a path, so a map without paths has none (print.c,
        `snprint_multipath_vpr`); native NVMe has its own.
        """
        if self.properties is None or (self.groups and not self.groups[-1].paths):
            return False
        is_dm = not (self.header.device or "").startswith("[")
        return bool(self.groups) or not is_dm or self.header.vendor is None

    def record(self) -> Map:
        """The map as it is now. What was not printed is None."""
        head, props = self.header, self.properties or properties(None, None, None, None)
        return Map(
            head.wwid,
            head.alias,
            head.device,
            head.vendor,
            head.product,
            props.size_bytes,
            props.features,
            props.queueing,
            props.hardware_handler,
            props.write_protect,
            tuple(Group(*group.facts, tuple(group.paths)) for group in self.groups),
        )
