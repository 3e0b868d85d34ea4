"""list_domains: the domains that Xen itself knows on a host, XenServer 6.0 to XCP-ng 8.3.

Columns are right-aligned and joined by ` | ` (xenopsd's list_domains.ml, table.ml); `-all` adds
more of them, `-minimal` prints bare uuids. The state is six characters, a letter or a blank at
each place of `DSPBRH`.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from collectors.captured import is_chatter, lines_of, messages_of, shell_error
from collectors.parsing import Kind, Noise, Parsed, ParseError, ToolError


@dataclass(frozen=True, slots=True)
class Domain:
    """A domain of Xen. All but the uuid is None where only uuids were asked for (`-minimal`).

    `hvm` is a property, the other flags are Xen's opinion of the moment; several may be set.
    """

    domid: int | None
    uuid: str
    dying: bool | None = None
    shutdown: bool | None = None
    paused: bool | None = None
    blocked: bool | None = None
    running: bool | None = None
    hvm: bool | None = None


_LETTERS = "DSPBRH"
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_DOMID = re.compile(r"[0-9]{1,9}")
_HEADER = re.compile(r"\s*id \|\s+uuid \|\s+state\b")
_ROW_START = re.compile(r"\s*[0-9]+ \|")
_EXPECTED = "a domain (`DOMID | UUID | STATE`), or a uuid of `list_domains -minimal`"
_ERRORS = (
    ("permission", re.compile(r"(?i).*(?:operation not permitted|permission denied)")),
    ("no-such-object", re.compile(r"(?i).*(?:no such process|no such domain)")),
    (
        "bad-command",
        re.compile(r"(?i)(?:\S*list_domains: )?(?:usage|unknown option|wrong argument)"),
    ),
    ("not-running", re.compile(r"Fatal error: exception |Failed to ")),
)


def parse_list_domains(text: str) -> Parsed[Domain]:
    """Read `list_domains`, `-all` or `-minimal`. Raises ParseError, ToolError.

    A row that is not whole, or that has a letter in another's place, is left out and counted.
    """
    reader = _Reader(text)
    for line in lines_of(text):
        reader.feed(line)
    if not reader.records:
        _refuse(reader, text)
    return Parsed(tuple(reader.records), tuple(reader.noise), reader.damaged)


class _Reader:
    def __init__(self, text: str) -> None:
        self.records: list[Domain] = []
        self.noise: list[Noise] = []
        self.damaged = 0
        self._columns: int | None = None
        self._cut = text.count("\n") + 1
        """The number of the line that has no end: it may lack its last characters."""

    def feed(self, line: Noise) -> None:
        text = line.text.strip()
        if _HEADER.match(line.text):
            self._columns = line.text.count(" | ")
        elif _ROW_START.match(line.text):
            self._take(line, _row(line.text, self._columns, whole=line.line != self._cut))
        elif _UUID.fullmatch(text):
            self._take(line, None if self._columns else Domain(None, text))
        elif line.text and self._columns and line.line == self._cut:
            self._take(line, None)
        elif text:
            self.noise.append(line)

    def _take(self, line: Noise, domain: Domain | None) -> None:
        if domain is None:
            self.damaged += 1
            self.noise.append(line)
        else:
            self.records.append(domain)


def _row(text: str, columns: int | None, whole: bool) -> Domain | None:
    """The domain of a row, None when the row is damaged."""
    cells = text.split(" | ")
    if len(cells) < 3 or (columns is not None and columns != len(cells) - 1):
        return None
    domid, uuid, state = cells[0].strip(), cells[1].strip(), cells[2]
    if len(cells) == 3 and whole:
        # A terminal or an editor may have cut trailing blanks; the places count from the left.
        state = state.rstrip().ljust(len(_LETTERS))
    if not _DOMID.fullmatch(domid) or not _UUID.fullmatch(uuid) or not _is_state(state):
        return None
    return Domain(int(domid), uuid, *(letter != " " for letter in state))


def _is_state(state: str) -> bool:
    return len(state) == len(_LETTERS) and all(
        found in (" ", letter) for found, letter in zip(state, _LETTERS, strict=True)
    )


def _refuse(reader: _Reader, text: str) -> None:
    """Raise what is wrong with a text without records, unless nothing is."""
    error = list_domains_error(text)
    if error is not None and not reader.damaged:
        raise error
    unread: Iterable[Noise] = (line for line in reader.noise if not is_chatter(line.text))
    for line in unread:
        raise ParseError(line.line, _EXPECTED, line.text)


def list_domains_error(text: str) -> ToolError | None:
    """The error that a text of list_domains, or of the shell that looked for it, is; or None."""
    for message in messages_of(text):
        for kind, pattern in _ERRORS:
            if pattern.match(message):
                return ToolError(kind, message)
    return shell_error(text)


KINDS: tuple[Kind, ...] = (
    Kind("list-domains", parse_list_domains, "list_domains, also with -all or -minimal"),
)
