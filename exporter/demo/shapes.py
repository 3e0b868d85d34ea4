"""What a drawing of the chassis is made of. Lengths are in pixels."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Box:
    """A module or a host. `look` is a CSS class: `well` or `ill`."""

    x: int
    y: int
    width: int
    height: int
    look: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """A connection. `look` is a CSS class: `active`, `standby` or `dead`."""

    x1: int
    y1: int
    x2: int
    y2: int
    look: str
    says: str


@dataclass(frozen=True, slots=True)
class Picture:
    """Boxes over lines."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    hidden_hosts: int
