"""xe's record lists as people paste them: indentation, blank lines or the first line lost.

Each record has a layout of its own. Where its fields still stand as xe prints them, with the
colons in one column, a field's line is one in that column and every other line belongs to the
value above it. Where the indentation is lost, whatever looks like a field is one.
"""

import re
from dataclasses import dataclass, field

from collectors.captured import echoed_command, is_chatter, lines_of
from collectors.parsing import Noise
from collectors.xe_draft import Draft
from collectors.xe_line import Key, key_of

_LOST = "Lost connection to the server."
_COMMAND = re.compile(
    r"(?:.{0,80}[#$%>] ?)?(?:sudo )?(?:/\S*/)?xe (?:help|[a-z]+(?:-[a-z]+)+)(?: .*)?$"
)
"""An echoed command, with a prompt or without."""
_MARKUP = re.compile(r"`{3,}\w*$|\[/?(?:code|pre|quote|plain)\]$|</?(?:pre|code)>$", re.I)
_LOOK_AHEAD = 400
"""Lines in which a record's second field is looked for."""
_SLIP = 2
"""Columns by which an edited first line may miss the column of the others."""


def is_prompt(text: str) -> bool:
    """Whether a terminal echoed a command here, or asks for one."""
    return echoed_command(text) is not None or _COMMAND.match(text.strip()) is not None


def is_noise(text: str) -> bool:
    """Whether the line is surely none of xe's: a prompt, a log's line, mark-up; or blank."""
    return is_chatter(text) or is_prompt(text) or _MARKUP.match(text.strip()) is not None


@dataclass(slots=True)
class Pasted:
    """What was found: records being read, in order, and lines that belong to none."""

    drafts: list[Draft] = field(default_factory=list)
    noise: list[Noise] = field(default_factory=list)


def read_pasted(text: str) -> Pasted:
    """Sort the lines of a text into records and noise."""
    # What stands behind the last newline is no line where nothing stands there.
    reader = _Reader(lines_of(text.removesuffix("\n")))
    for at in range(len(reader.lines)):
        reader.feed(at)
    reader.close()
    found = reader.found
    if found.drafts and not text.endswith("\n") and reader.lines[-1].text.strip():
        found.drafts[-1].cut = True
    return found


class _Reader:
    def __init__(self, lines: list[Noise]) -> None:
        self.lines = lines
        self.found = Pasted()
        self._keys = [key_of(line.text) for line in lines]
        self._draft: Draft | None = None
        self._prompted = False
        """A prompt came: what follows is a field, or output of something else."""

    def feed(self, at: int) -> None:
        """Read the line with this index."""
        line, key, draft = self.lines[at], self._keys[at], self._draft
        if key is not None and (draft is None or self._begins(at, key, draft)):
            self._open(at, key)
        elif key is not None and draft is not None and draft.takes(key):
            self._prompted = False
            draft.add(line, key)
        elif not line.text.strip():
            if draft is not None:
                draft.pending.append(line)
        else:
            self._other(line)

    def _open(self, at: int, key: Key) -> None:
        self.close()
        self._prompted = False
        column = self._column(at, key)
        self._draft = Draft(self.lines[at], key, column)
        self.found.drafts.append(self._draft)

    def close(self) -> None:
        """End the current record."""
        if self._draft is not None:
            self.found.noise += self._draft.finish()
        self._draft = None

    def _other(self, line: Noise) -> None:
        draft = self._draft
        if draft is not None and line.text.strip() == _LOST:
            draft.lost = not draft.is_ended
            self.found.noise.append(line)
            self.close()
        elif draft is None or self._prompted or is_noise(line.text):
            self._prompted = self._prompted or is_prompt(line.text)
            self.found.noise.append(line)
        else:
            draft.pending.append(line)

    def _begins(self, at: int, key: Key, draft: Draft) -> bool:
        """Whether this line is the first of a record after the current one."""
        if key.looks_like(draft.first):
            return True
        if draft.column is None:
            same = key.name in ("uuid", draft.first.name)
            return same or (draft.is_apart and self._follower(at, key) is not None)
        if key.column == draft.column and key.is_first_of_record:
            return draft.first.is_further or key.indent == draft.first.indent
        if not (draft.is_ended or self._prompted):
            return False
        prompted = self._prompted and not draft.takes(key)
        return prompted or (key.is_first_of_record and self._follower(at, key) is not None)

    def _column(self, at: int, key: Key) -> int | None:
        """The column of the colons of the record that begins here; None: indentation is lost."""
        follower = self._follower(at, key)
        if follower is not None:
            return follower
        if key.is_further or key.pad == 4:
            return key.column
        return None

    def _follower(self, at: int, first: Key) -> int | None:
        """The column in which further fields stand, None where none stands as xe puts it."""
        near: int | None = None
        for key in self._keys[at + 1 : at + _LOOK_AHEAD]:
            if key is not None and key.looks_like(first):
                break
            if key is None or not key.is_further:
                continue
            if key.column == first.column:
                return key.column
            if near is None and abs(key.column - first.column) <= _SLIP:
                near = key.column
        return near if first.pad > 4 else None
