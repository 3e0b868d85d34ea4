"""A dashboard: what all five have in common, around their sections."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from grafana_foundation_sdk.models.dashboard import (
    AnnotationContainer,
    AnnotationQuery,
    Dashboard,
    DashboardCursorSync,
    DashboardDashboardTemplating,
    DashboardDashboardTime,
    DashboardLink,
    DashboardLinkType,
    VariableModel,
    VariableOption,
    VariableRefresh,
    VariableSort,
    VariableType,
)

from dashboards.about import DATASOURCE, Query, ranged
from dashboards.layout import Section, placed
from dashboards.look import NOTE
from dashboards.promql import of_host

SCHEMA = 39
"""Of Grafana 10.4; every later one reads it too."""
TAG = "xenlens"
ADDRESS = "http://127.0.0.1:10045"
EVERYTHING = ".*"
"""Also what has not the label at all, such as an alert about a pool has no host."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A variable: the values of a label of a metric."""

    name: str
    label: str
    query: str


POOLS = Choice("pool", "Pool", "label_values(xenlens_target_up, pool)")
HOSTS = Choice("host", "Host", 'label_values(xenlens_target_up{pool=~"$pool"}, host)')


def page(
    name: str,
    description: str,
    sections: Iterable[Section],
    *,
    choices: Sequence[Choice] = (POOLS, HOSTS),
    annotations: Sequence[AnnotationQuery] = (),
    since: str = "now-6h",
) -> Dashboard:
    """The dashboard of this name; its uid never changes, so links to it stay good."""
    return Dashboard(
        uid=f"{TAG}-{name}",
        title=f"{TAG}: {name}",
        description=description,
        tags=[TAG],
        timezone="utc",
        editable=False,
        graph_tooltip=DashboardCursorSync.CROSSHAIR,
        time=DashboardDashboardTime(since, "now"),
        refresh="30s",
        schema_version=SCHEMA,
        panels=placed(sections),
        templating=DashboardDashboardTemplating(_variables(choices)),
        annotations=AnnotationContainer(list(annotations)),
        links=[_others(), _exporter()],
    )


def _variables(choices: Sequence[Choice]) -> list[VariableModel]:
    return [_datasource(), *map(_chosen, choices), _address()]


def _datasource() -> VariableModel:
    return VariableModel(
        VariableType.DATASOURCE,
        "datasource",
        "Data source",
        query="prometheus",
        refresh=VariableRefresh.ON_DASHBOARD_LOAD,
    )


def _chosen(choice: Choice) -> VariableModel:
    return VariableModel(
        VariableType.QUERY,
        choice.name,
        choice.label,
        query=choice.query,
        definition=choice.query,
        datasource=DATASOURCE,
        current=VariableOption(True, ["All"], ["$__all"]),
        multi=True,
        include_all=True,
        all_value=EVERYTHING,
        refresh=VariableRefresh.ON_TIME_RANGE_CHANGED,
        sort=VariableSort.ALPHABETICAL_ASC,
    )


def _address() -> VariableModel:
    return VariableModel(
        VariableType.TEXTBOX,
        "xenlens",
        "xenlens at",
        description="Where your browser reaches xenlens: runbooks, evidence and disks are there.",
        query=ADDRESS,
        current=VariableOption(True, ADDRESS, ADDRESS),
        options=[VariableOption(True, ADDRESS, ADDRESS)],
    )


def _others() -> DashboardLink:
    return DashboardLink(
        TAG,
        DashboardLinkType.DASHBOARDS,
        icon="external link",
        tags=[TAG],
        include_vars=True,
        keep_time=True,
    )


def _exporter() -> DashboardLink:
    return DashboardLink(
        "xenlens itself",
        DashboardLinkType.LINK,
        icon="external link",
        url="${xenlens:raw}/",
        target_blank=True,
    )


def runs() -> AnnotationQuery:
    """One line per remediation run, when it ended."""
    expr = f"{of_host('xenlens_remediation_last_run_timestamp_seconds')} * 1000"
    return AnnotationQuery(
        "Remediation runs",
        DATASOURCE,
        enable=True,
        icon_color=NOTE,
        target=ranged(Query(expr), 0).build(),
        expr=expr,
        step="60s",
        title_format="{{playbook}}: {{outcome}}",
        text_format="{{pool}} {{host}} {{object}}",
        tag_keys="playbook,outcome",
        use_value_for_time=True,
    )
