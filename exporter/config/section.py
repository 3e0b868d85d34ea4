"""What all parts of the configuration have in common."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from pydantic import BaseModel, ConfigDict

from exporter.config.problems import Problem


class Section(BaseModel):
    """A mapping of the configuration: known keys only, never changed once read.

    The text under each field says what is allowed; messages and the JSON Schema repeat it.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, use_attribute_docstrings=True)


def not_exactly_one(section: Section, keys: Sequence[str], lacking: str) -> Iterator[Problem]:
    """Says that a section has none of some keys, which is `lacking`, or several of them."""
    given = [key for key in keys if key in section.model_fields_set]
    if len(given) != 1:
        listed = " and ".join(given) or lacking
        yield Problem((), f"has {listed}; allowed: exactly one of {', '.join(keys)}")


def exactly_one_schema(keys: Iterable[str]) -> dict[str, Any]:
    """The same for the JSON Schema."""
    return {"oneOf": [{"required": [key]} for key in keys]}
