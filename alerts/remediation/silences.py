"""Silences of Alertmanager, evaluated on labels as Alertmanager itself does.

It cannot be asked whether a set of labels is silenced that no alert has. What cannot be evaluated
counts as silencing: nobody acts on what a person may have silenced.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast

from alerts.remediation.json_fields import Field
from alerts.remediation.silence_patterns import compiled
from alerts.remediation.silence_program import Unsupported

MOST_MATCHERS = 1000
_SIGNS = {(False, True): "=", (False, False): "!=", (True, True): "=~", (True, False): "!~"}
"""By whether it is a pattern, and whether it is to match."""
State = Literal["active", "pending", "expired"]


@dataclass(frozen=True, slots=True)
class Matcher:
    """One condition on a label: `=`, `!=`, `=~` or `!~`."""

    name: str
    value: str
    is_regex: bool = False
    is_equal: bool = True

    def matches(self, labels: Mapping[str, str]) -> bool:
        """Whether it is true of these labels; a label that is missing is empty.

        True as well for a pattern that may mean something else to Alertmanager.
        """
        value = labels.get(self.name, "")
        if not self.is_regex:
            return (value == self.value) is self.is_equal
        try:
            return compiled(self.value)(value) is self.is_equal
        except Unsupported:
            return True

    def __str__(self) -> str:
        return f"{self.name}{_SIGNS[self.is_regex, self.is_equal]}{json.dumps(self.value)}"


@dataclass(frozen=True, slots=True)
class Silence:
    """What somebody does not want to hear of."""

    id: str
    state: State
    matchers: tuple[Matcher, ...]
    created_by: str = ""
    comment: str = ""

    def silences(self, labels: Mapping[str, str]) -> bool:
        """Whether an alert of these labels is silenced by it now."""
        return self.state == "active" and all(m.matches(labels) for m in self.matchers)

    def __str__(self) -> str:
        conditions = ", ".join(map(str, self.matchers))
        said = f"{self.id} of {self.created_by or 'nobody'}: {self.comment or 'no comment'}"
        return f"{' '.join(said.split())} {{{conditions}}}"


def silence_of(record: Field) -> Silence:
    """A silence of Alertmanager's API. Raises BadPayload."""
    return Silence(
        record.member("id").text(),
        cast(State, record.member("status").member("state").one_of("active", "pending", "expired")),
        tuple(_matcher(field) for field in record.member("matchers").elements(MOST_MATCHERS)),
        record.member("createdBy").text(absent=""),
        record.member("comment").text(absent=""),
    )


def _matcher(record: Field) -> Matcher:
    return Matcher(
        record.member("name").text(),
        record.member("value").text(),
        record.member("isRegex").flag(absent=False),
        record.member("isEqual").flag(absent=True),
    )
