"""Tables: columns of labels and of figures, and matrices of two labels."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count

from grafana_foundation_sdk.builders import table as builder
from grafana_foundation_sdk.builders.common import TableSortByFieldState
from grafana_foundation_sdk.models.common import (
    TableAutoCellOptions,
    TableCellBackgroundDisplayMode,
    TableCellHeight,
    TableColoredBackgroundCellOptions,
)
from grafana_foundation_sdk.models.dashboard import (
    DataTransformerConfig,
    DynamicConfigValue,
    Panel,
    SpecialValueMatch,
)

from dashboards.about import About, Query, described, instant, ref_id
from dashboards.look import NONE, Step, Word, instead_of, thresholds, words
from dashboards.promql import State, words_of

COLOURED = TableColoredBackgroundCellOptions(TableCellBackgroundDisplayMode.BASIC)
WORDS = "string"
"""The unit of what is no figure: a WWID of digits alone would be shown as a number without it."""
EMPTY = "–"
Sort = tuple[str, bool]
"""The title of a column, and whether the highest comes first."""


@dataclass(frozen=True, slots=True)
class Label:
    """A column of words: a label of the series, and what stands for its values."""

    name: str
    title: str
    texts: Mapping[str, Word] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    """Title and address, where a value leads."""
    width: int = 0

    @property
    def properties(self) -> Iterator[DynamicConfigValue]:
        """What Grafana should know of the column."""
        yield DynamicConfigValue("noValue", EMPTY)
        if self.texts:
            yield DynamicConfigValue("mappings", [words(self.texts)])
        if any(colour for _, colour in self.texts.values()):
            yield DynamicConfigValue("custom.cellOptions", COLOURED)
        if self.links:
            links = [{"title": t, "url": u, "targetBlank": True} for t, u in self.links.items()]
            yield DynamicConfigValue("links", links)
        if self.width:
            yield DynamicConfigValue("custom.width", self.width)


@dataclass(frozen=True, slots=True)
class Figure:
    """A column of values: PromQL, and what they mean. Without a title only its labels are shown."""

    title: str
    expr: str
    unit: str = "none"
    states: Sequence[State] = ()
    steps: Sequence[Step] = ()
    empty: str = EMPTY
    decimals: int | None = None
    width: int = 0

    @property
    def properties(self) -> Iterator[DynamicConfigValue]:
        """What Grafana should know of the column."""
        yield DynamicConfigValue("noValue", self.empty)
        yield DynamicConfigValue("unit", self.unit)
        if self.states:
            yield DynamicConfigValue("mappings", words_of(self.states, self.empty))
        if self.decimals is not None:
            yield DynamicConfigValue("decimals", self.decimals)
        if self.steps:
            yield DynamicConfigValue("thresholds", thresholds(self.steps).build())
        if self.states or self.steps:
            yield DynamicConfigValue("custom.cellOptions", COLOURED)
        if self.width:
            yield DynamicConfigValue("custom.width", self.width)


Column = Label | Figure


def table(about: About, columns: Sequence[Column], sort: Sequence[Sort] = ()) -> Panel:
    """One row per object, named by its labels; each figure is a query of its own."""
    named = dict(_named(columns))
    panel = _asking([column.expr for column in columns if isinstance(column, Figure)], sort)
    if len(panel.build().targets or ()) > 1:
        panel.with_transformation(DataTransformerConfig("merge", options={}))
    shown = {name: column.title for name, column in named.items() if column.title}
    panel.with_transformation(_organised(shown, ["Time", *(named.keys() - shown.keys())]))
    for column in columns:
        if column.title:
            panel.override_by_name(column.title, list(column.properties))
    return described(panel, about, WORDS)


def matrix(
    about: About, expr: str, row: Label, column: str, cell: str, texts: Mapping[str, Word]
) -> Panel:
    """Two labels against each other, a third in the cells."""
    options = {"rowField": row.name, "columnField": column, "valueField": cell}
    panel = (
        _asking([expr], [(row.title, False)])
        .with_transformation(DataTransformerConfig("groupingToMatrix", options=options))
        .with_transformation(_organised({f"{row.name}\\{column}": row.title}))
        .mappings([words(texts), instead_of(SpecialValueMatch.EMPTY, EMPTY, NONE)])
        .cell_options(COLOURED)
    )
    plain = DynamicConfigValue("custom.cellOptions", TableAutoCellOptions())
    panel.override_by_name(row.title, [plain, *row.properties])
    return described(panel, about, WORDS)


def _asking(expressions: Sequence[str], sort: Sequence[Sort]) -> builder.Panel:
    panel = builder.Panel().thresholds(thresholds((), NONE)).cell_height(TableCellHeight.SM)
    for place, expr in enumerate(expressions):
        panel.with_target(instant(Query(expr), place, table=True))
    return panel.sort_by([TableSortByFieldState().display_name(t).desc(d) for t, d in sort])


def _named(columns: Sequence[Column]) -> Iterator[tuple[str, Column]]:
    """Grafana's names of the columns: values are called by their query where there are several."""
    several = sum(isinstance(column, Figure) for column in columns) > 1
    places = count()
    for column in columns:
        if isinstance(column, Label):
            yield column.name, column
        else:
            yield f"Value #{ref_id(next(places))}" if several else "Value", column


def _organised(titles: Mapping[str, str], left_out: Iterable[str] = ()) -> DataTransformerConfig:
    options = {
        "excludeByName": dict.fromkeys(left_out, True),
        "indexByName": {name: place for place, name in enumerate(titles)},
        "renameByName": dict(titles),
    }
    return DataTransformerConfig("organize", options=options)
