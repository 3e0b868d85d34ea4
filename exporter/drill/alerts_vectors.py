"""Instant vectors and what the bundled rules do with them, as Prometheus' engine does it.

https://prometheus.io/docs/prometheus/latest/querying/operators/
"""

import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

Labels = frozenset[tuple[str, str]]
"""Without the metric's name, which no rule's result keeps."""
Vector = Mapping[Labels, float]
Value = Vector | float
ARITHMETIC: Mapping[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
}
COMPARISONS: Mapping[str, Callable[[float, float], bool]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
MATCHERS: Mapping[str, Callable[[str, str], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "!=": lambda value, wanted: value != wanted,
    "=~": lambda value, wanted: re.fullmatch(wanted, value) is not None,
    "!~": lambda value, wanted: re.fullmatch(wanted, value) is None,
}


@dataclass(frozen=True, slots=True)
class Matching:
    """Which series of two vectors belong together: `on` these labels, or on all of them."""

    on: frozenset[str] | None = None
    many: bool = False
    """`group_left ()`: several on the left may belong to one on the right."""

    def key(self, labels: Labels) -> Labels:
        """What must be equal."""
        return labels if self.on is None else kept(labels, self.on)


def kept(labels: Labels, names: Iterable[str]) -> Labels:
    """Only those named."""
    wanted = frozenset(names)
    return frozenset(label for label in labels if label[0] in wanted)


def dropped(labels: Labels, names: Iterable[str]) -> Labels:
    """All but those named."""
    unwanted = frozenset(names)
    return frozenset(label for label in labels if label[0] not in unwanted)


def selected(vector: Vector, matchers: Iterable[tuple[str, str, str]]) -> Vector:
    """The series whose labels match; a label that is not there is empty."""
    wanted = tuple(matchers)

    def matches(labels: Labels) -> bool:
        there = dict(labels)
        return all(MATCHERS[how](there.get(name, ""), text) for name, how, text in wanted)

    return {labels: value for labels, value in vector.items() if matches(labels)}


def highest(vector: Vector, group: Callable[[Labels], Labels]) -> Vector:
    """`max`: of all series with the same `group`."""
    groups: defaultdict[Labels, list[float]] = defaultdict(list)
    for labels, value in vector.items():
        groups[group(labels)].append(value)
    return {labels: max(values) for labels, values in groups.items()}


def united(left: Vector, right: Vector, matching: Matching) -> Vector:
    """`or`."""
    there = {matching.key(labels) for labels in left}
    more = {labels: value for labels, value in right.items() if matching.key(labels) not in there}
    return {**left, **more}


def sifted(left: Vector, right: Vector, matching: Matching, *, there: bool) -> Vector:
    """`and` (what is `there` on the right as well) and `unless` (what is not)."""
    others = {matching.key(labels) for labels in right}
    return {
        labels: value for labels, value in left.items() if (matching.key(labels) in others) == there
    }


def joined(left: Value, sign: str, right: Value, matching: Matching) -> Value:
    """Arithmetic, and comparisons that keep the left value where they hold. Raises ValueError."""
    if isinstance(left, float):
        if isinstance(right, float) or sign in COMPARISONS:
            raise ValueError(f"no vector on the left of {sign}")
        return {labels: ARITHMETIC[sign](left, value) for labels, value in right.items()}
    if isinstance(right, float):
        pairs = [(labels, value, right) for labels, value in left.items()]
    else:
        pairs = list(_pairs(left, right, matching))
    if sign in COMPARISONS:
        holds = COMPARISONS[sign]
        return {labels: a for labels, a, b in pairs if holds(a, b)}
    return {labels: ARITHMETIC[sign](a, b) for labels, a, b in pairs}


def _pairs(
    left: Vector, right: Vector, matching: Matching
) -> Iterable[tuple[Labels, float, float]]:
    """Values that belong together, with the result's labels. Raises ValueError for ambiguity."""
    others = {matching.key(labels): value for labels, value in right.items()}
    keys = [matching.key(labels) for labels in left]
    if len(others) < len(right) or (len(set(keys)) < len(keys) and not matching.many):
        raise ValueError("several series belong to one")
    for (labels, value), key in zip(left.items(), keys, strict=True):
        if key in others:
            yield labels if matching.many else key, value, others[key]


def relabelled(vector: Vector, target: str, text: str, source: str, pattern: str) -> Vector:
    """`label_replace`, its replacement as `$1`."""
    result: dict[Labels, float] = {}
    for labels, value in vector.items():
        match = re.fullmatch(pattern, dict(labels).get(source, ""))
        if match is not None:
            written = match.expand(re.sub(r"\$(\d)", r"\\\1", text))
            labels = dropped(labels, [target]) | ({(target, written)} if written else set())
        result[labels] = value
    return result
