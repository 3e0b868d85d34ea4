"""Facts, times and command lines as people read them: short, on one line, nothing but text."""

import shlex
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

LONGEST = 200
_WORDS = {True: "yes", False: "no", None: "unknown"}


def value(fact: Any) -> str:
    """A fact of the journal, short."""
    text = plain(_text(fact))
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def pairs(facts: Mapping[str, Any]) -> str:
    """`active = eth2, members = 2`."""
    return ", ".join(f"{plain(name)} = {value(fact)}" for name, fact in facts.items()) or "nothing"


def plain(text: str) -> str:
    """On one line, without what a terminal would act upon: it came from a host or an alert."""
    return "".join(c if c.isprintable() else "?" for c in " ".join(text.split()))


def command(argv: Sequence[str]) -> str:
    """A command line as a shell would take it."""
    return plain(shlex.join(argv))


def moment(at: float) -> str:
    """Unix time in the zone of who reads."""
    return datetime.fromtimestamp(at).astimezone().strftime("%Y-%m-%d %H:%M:%S")


def _text(fact: Any) -> str:
    if isinstance(fact, str):
        return fact or "none"
    if isinstance(fact, list):
        return ", ".join(map(_text, fact)) or "none"
    if isinstance(fact, dict):
        inside = ", ".join(f"{name}: {_text(inner)}" for name, inner in fact.items())
        return f"{{{inside}}}" if inside else "none"
    return _WORDS[fact] if fact is None or isinstance(fact, bool) else str(fact)
