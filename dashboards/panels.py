"""Panels of every kind but tables, each with one look."""

from collections.abc import Sequence

from grafana_foundation_sdk.builders import bargauge, stat, statetimeline, text, timeseries
from grafana_foundation_sdk.builders.common import (
    GraphThresholdsStyleConfig,
    ReduceDataOptions,
    ScaleDistributionConfig,
    VizLegendOptions,
    VizTooltipOptions,
)
from grafana_foundation_sdk.builders.dashboard import FieldColor
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BigValueColorMode,
    BigValueGraphMode,
    GraphDrawStyle,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    ScaleDistribution,
    SortOrder,
    TooltipDisplayMode,
    VisibilityMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import FieldColorModeId, Panel
from grafana_foundation_sdk.models.text import TextMode

from dashboards.about import About, Query, described, instant, ranged
from dashboards.look import UNKNOWN, Step, thresholds
from dashboards.promql import State, in_order, state_of, words_of

LAST = ReduceDataOptions().calcs(["lastNotNull"])


def tile(
    about: About,
    expr: str,
    steps: Sequence[Step] = (),
    unit: str = "none",
    states: Sequence[State] = (),
) -> Panel:
    """One big number, or a word."""
    panel = (
        stat.Panel()
        .with_target(instant(Query(expr), 0))
        .thresholds(thresholds(steps))
        .color_scheme(FieldColor().mode(FieldColorModeId.THRESHOLDS))
        .color_mode(BigValueColorMode.BACKGROUND_SOLID)
        .graph_mode(BigValueGraphMode.NONE)
        .reduce_options(LAST)
    )
    if states:
        panel.mappings(words_of(states, about.no_value))
    return described(panel, about, unit)


def timeline(
    about: About,
    by: str,
    states: Sequence[State],
    legend: str,
    *,
    absent: str = "no data",
    link: str = "",
) -> Panel:
    """The state of each object over time, in words; `by` are the labels that name an object.

    `absent` stands where an object has no state; nothing does, where that is how it should be. The
    colours are those of the words: coloured by thresholds, Grafana would show ranges instead.
    """
    panel = (
        statetimeline.Panel()
        .with_target(ranged(Query(in_order(by, state_of(by, states)), legend), 0))
        .mappings(words_of(states, absent))
        .thresholds(thresholds(()))
        .color_scheme(FieldColor().mode(FieldColorModeId.FIXED).fixed_color(UNKNOWN))
        .merge_values(True)
        .show_value(VisibilityMode.AUTO)
        .row_height(0.85)
        .fill_opacity(85)
        .line_width(0)
        .legend(_legend(LegendDisplayMode.LIST))
        .tooltip(VizTooltipOptions().mode(TooltipDisplayMode.SINGLE))
    )
    return described(panel, about, "none", link)


def counts_timeline(about: About, queries: Sequence[Query]) -> Panel:
    """Numbers over time where only their changes matter: no number is good or bad by itself."""
    panel = (
        statetimeline.Panel()
        .thresholds(thresholds(()))
        .color_scheme(FieldColor().mode(FieldColorModeId("continuous-blues")))
        .merge_values(True)
        .show_value(VisibilityMode.ALWAYS)
        .row_height(0.85)
        .min(0)
        .legend(VizLegendOptions().show_legend(False))
    )
    for place, query in enumerate(queries):
        panel.with_target(ranged(query, place))
    return described(panel, about, "none")


def series(
    about: About,
    unit: str,
    queries: Sequence[Query],
    *,
    steps: Sequence[Step] = (),
    logarithmic: bool = False,
    bars: bool = False,
) -> Panel:
    """Lines over time, or bars for what is counted; `steps` are drawn as lines where given."""
    panel = (
        timeseries.Panel()
        .thresholds(thresholds(steps))
        .color_scheme(FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC))
        .draw_style(GraphDrawStyle.BARS if bars else GraphDrawStyle.LINE)
        .fill_opacity(60 if bars else 0)
        .line_width(1 if bars else 2)
        .show_points(VisibilityMode.NEVER if bars else VisibilityMode.AUTO)
        .legend(_legend(LegendDisplayMode.TABLE, ["lastNotNull", "max"]))
        .tooltip(VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING))
    )
    for place, query in enumerate(queries):
        panel.with_target(ranged(query, place))
    if logarithmic:
        scale = ScaleDistributionConfig().type(ScaleDistribution.LOG).log(10)
        panel.scale_distribution(scale)
    else:
        panel.axis_soft_min(0)
    if steps:
        style = GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
        panel.thresholds_style(style)
    return described(panel, about, unit)


def bars(about: About, unit: str, query: Query, steps: Sequence[Step], most: float) -> Panel:
    """One bar per series, against `most`."""
    panel = (
        bargauge.Panel()
        .with_target(instant(query, 0))
        .thresholds(thresholds(steps))
        .color_scheme(FieldColor().mode(FieldColorModeId.THRESHOLDS))
        .display_mode(BarGaugeDisplayMode.BASIC)
        .orientation(VizOrientation.HORIZONTAL)
        .reduce_options(LAST)
        .min(0)
        .max(most)
    )
    return described(panel, about, unit)


def note(title: str, description: str, markdown: str) -> Panel:
    """Words."""
    panel = text.Panel().mode(TextMode.MARKDOWN).content(markdown)
    return described(panel, About(title, description, ""), "")


def _legend(mode: LegendDisplayMode, calcs: Sequence[str] = ()) -> VizLegendOptions:
    legend = VizLegendOptions().display_mode(mode).placement(LegendPlacement.BOTTOM)
    return legend.show_legend(True).calcs(list(calcs))
