"""PromQL that several panels need: selectors, and the states of an object."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.models.dashboard import SpecialValueMatch, ValueMapping

from dashboards.look import UNKNOWN, Word, instead_of, words

POOL = 'pool=~"$pool"'
HOST = 'host=~"$host"'
SR_NAMES = "topk by (pool, sr) (1, max by (pool, sr, name) (last_over_time(xenlens_sr_info[1h])))"
"""One name per SR: two, while a new one is not known everywhere, would break a query. Also of the
last hour: servers are checked that long, and alerts fire on, when XAPI tells no names any more."""


@dataclass(frozen=True, slots=True)
class State:
    """A state of an object: its word, its colour, and the PromQL that has a series in it."""

    word: str
    colour: str
    expr: str


def of_pool(metric: str, *matchers: str) -> str:
    """The metric of the chosen pools."""
    return f"{metric}{{{','.join((POOL, *matchers))}}}"


def of_host(metric: str, *matchers: str) -> str:
    """The metric of the chosen hosts."""
    return of_pool(metric, HOST, *matchers)


def state_of(by: str, states: Sequence[State]) -> str:
    """One series per object: the place of its state in the list. The first that is true wins."""
    return "\nor\n".join(
        f"max by ({by}) ({state.expr}) * 0 + {place}" for place, state in enumerate(states)
    )


def in_order(by: str, expr: str) -> str:
    """Sorts the series of a range, which come in the order of all their labels, by these."""
    labels = ", ".join(f'"{label}"' for label in by.split(", "))
    return f'label_join(\n{expr}\n, "at", " ", {labels})'


def words_of(states: Sequence[State], absent: str) -> list[ValueMapping]:
    """Shows the place of a state as its word, and no value as `absent`, where that is a word."""
    missing = instead_of(SpecialValueMatch.NULL, absent, UNKNOWN)
    return [words(texts_of(states)), *([missing] if absent else [])]


def texts_of(states: Sequence[State]) -> Mapping[str, Word]:
    """Word and colour by the place in the list."""
    return {str(place): (state.word, state.colour) for place, state in enumerate(states)}


def with_sr_name(expr: str) -> str:
    """Adds the label `name` to series that have `pool` and `sr`."""
    return f"{expr} * on (pool, sr) group_left (name) {SR_NAMES}"


def with_sr_id(expr: str) -> str:
    """Adds the label `id`, by which SRs of one name are told apart: the beginning of the uuid."""
    return f'label_replace({expr}, "id", "$1", "sr", "([^-]*).*")'


def or_zero(count: str, zero: str) -> str:
    """A count that is 0 where `zero` has a series, and nothing where nothing is known."""
    return f"{count} or 0 * {zero}"
