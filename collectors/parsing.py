"""What every parser returns, and how it says that it could not."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Noise:
    """A line that carries no fact: a warning, a prompt, a banner, a damaged record's line."""

    line: int
    text: str


@dataclass(frozen=True, slots=True)
class Parsed(Generic[R]):
    """Records in the order of the text. `damaged` counts records left out, never guessed."""

    records: tuple[R, ...]
    noise: tuple[Noise, ...] = ()
    damaged: int = 0


class ParseError(ValueError):
    """The text is not what this parser reads. Names the line and what was expected."""

    def __init__(self, line: int, expected: str, found: str = "") -> None:
        shown = f", found {found.strip()[:60]!r}" if found else ""
        super().__init__(f"line {line}: expected {expected}{shown}")
        self.line = line


class ToolError(ValueError):
    """The text is an error message of the tool, not data.

    `kind` is one of `not-running`, `no-such-object`, `bad-command`, `not-understood`,
    `permission`, `no-such-device`, `lost-connection`, `too-small`, `refused` (XAPI would not),
    `no-space`, `read-only`, `no-such-engine` (of fio), `failed` (anything else).
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message.strip())
        self.kind = kind


def cleaned(text: str) -> str:
    """Text that can be encoded: JSON may escape a lone surrogate, which no page can carry."""
    return text if text.isascii() else text.encode("utf-8", "replace").decode()


Parser = Callable[[str], Parsed[Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """One KIND of `xenlens parse`: a parser whose records' fields are the public contract."""

    name: str
    parse: Parser
    reads: str
    """What the text is, for `--help`: the command that prints it."""
