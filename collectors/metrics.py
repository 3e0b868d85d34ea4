"""Metric families declared once, and the page a collector fills with samples."""

from array import array
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from prometheus_client.core import Metric
from prometheus_client.samples import Sample


@dataclass(frozen=True, slots=True)
class Family:
    """A metric family. `labels` come after the target's own labels (pool, host)."""

    name: str
    help: str
    labels: tuple[str, ...] = ()
    kind: str = "gauge"


class Samples:
    """The samples of one family, kept as columns; each is made when it is asked for.

    A host with 1,000 maps of 4 paths has 93,000 samples. As objects they are traced by the
    garbage collector and took 30 to 50 ms to free, and meanwhile no other thread runs, the event
    loop's included.
    """

    def __init__(self, family: Family, target_labels: dict[str, str]) -> None:
        self.family = family
        self._target_labels = target_labels
        self._columns: tuple[list[str], ...] = tuple([] for _ in family.labels)
        self._values = array("d")

    def add(self, labels: Iterable[str], value: float) -> None:
        """Add one; `labels` are the values of the family's own labels, in their order."""
        for column, label in zip(self._columns, labels, strict=True):
            column.append(label)
        self._values.append(value)

    def __len__(self) -> int:
        return len(self._values)

    def __iter__(self) -> Iterator[Sample]:
        name, names = self.family.name, self.family.labels
        for *labels, value in zip(*self._columns, self._values, strict=True):
            own = zip(names, labels, strict=True)
            yield Sample(name, self._target_labels | dict(own), value)


class Page:
    """Samples of one target. Every sample gets the target's labels first."""

    def __init__(self, labels: Mapping[str, str]) -> None:
        self._labels = dict(labels)
        self._samples: dict[str, Samples] = {}

    def add(self, family: Family, value: float, **labels: str) -> None:
        """Add one sample. Raises ValueError when the labels are not the family's own."""
        if tuple(labels) != family.labels:
            raise ValueError(f"{family.name}: labels {tuple(labels)}, declared {family.labels}")
        self._of(family).add(labels.values(), value)

    def _of(self, family: Family) -> Samples:
        samples = self._samples.get(family.name)
        if samples is None:
            samples = self._samples[family.name] = Samples(family, self._labels)
        return samples

    def add_known(self, family: Family, value: float | None, **labels: str) -> None:
        """Add one sample unless the value is unknown: an unknown fact has no series."""
        if value is not None:
            self.add(family, value, **labels)

    def states(self, family: Family, states: Iterable[str], current: str, **labels: str) -> None:
        """Add one sample per state, exactly one of them 1; an unlisted state is `unknown`."""
        known = tuple(states)
        current = current if current in known else "unknown"
        for state in known:
            self.add(family, state == current, **labels, state=state)

    def metrics(self) -> list[Metric]:
        """The families that have samples, in the order they were first used."""
        return [_metric(samples.family, samples) for samples in self._samples.values()]


def _metric(family: Family, samples: Samples) -> Metric:
    is_counter = family.kind == "counter"
    name = family.name.removesuffix("_total") if is_counter else family.name
    metric = Metric(name, family.help, family.kind)
    # The library's renderers only walk through them, though it declares a list.
    metric.samples = cast("list[Sample]", samples)
    return metric
