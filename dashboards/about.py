"""What panels of every kind have: a title, a description, links, a source of data, and queries."""

from dataclasses import dataclass

from grafana_foundation_sdk.builders.prometheus import Dataquery
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.common import DataSourceRef
from grafana_foundation_sdk.models.dashboard import DashboardLink, DashboardLinkType, Panel
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

DATASOURCE = DataSourceRef("prometheus", "${datasource}")
XENLENS = "${xenlens:raw}"
"""The exporter's address as typed: encoded, its slashes would be lost."""
RUNBOOK = XENLENS + "/runbooks/"
VALUE = "${__value.raw}"
"""In a link: the value it is on."""
EVIDENCE = XENLENS + "/evidence?target="


@dataclass(frozen=True, slots=True)
class About:
    """What a panel shows and what wrong looks like, what stands there when there is nothing to
    show, the alerts whose runbooks help, and the page of xenlens that shows more."""

    title: str
    description: str
    no_value: str
    runbooks: tuple[str, ...] = ()
    page: str = ""


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL, and what its series are called."""

    expr: str
    legend: str = "__auto"


def described(builder: Builder[Panel], about: About, unit: str, link: str = "") -> Panel:
    """The finished panel; `link` is where its values lead."""
    panel = builder.build()
    panel.title, panel.description = about.title, about.description
    links = [_link(f"Runbook: {name}", RUNBOOK + name) for name in about.runbooks]
    links += [_link(f"xenlens: {about.page}", XENLENS + about.page)] if about.page else []
    panel.links = links or None
    if unit and panel.field_config:
        panel.datasource = DATASOURCE
        defaults = panel.field_config.defaults
        defaults.unit, defaults.no_value = unit, about.no_value
        defaults.links = [_link("Evidence", link)] if link else None
    return panel


def ranged(query: Query, place: int) -> Dataquery:
    """A query over the dashboard's time."""
    return _query(query, place).range()


def instant(query: Query, place: int, *, table: bool = False) -> Dataquery:
    """A query for now, as rows of a table where wanted."""
    format_val = PromQueryFormat.TABLE if table else PromQueryFormat.TIME_SERIES
    return _query(query, place).instant().format(format_val)


def ref_id(place: int) -> str:
    """A, B, C: what Grafana calls the queries of a panel."""
    return chr(ord("A") + place)


def _query(query: Query, place: int) -> Dataquery:
    asked = Dataquery().datasource(DATASOURCE).expr(query.expr).ref_id(ref_id(place))
    return asked.legend_format(query.legend)


def _link(title: str, url: str) -> DashboardLink:
    link = DashboardLink(title=title, type_val=DashboardLinkType.LINK, url=url, target_blank=True)
    link.icon = "doc"
    return link
