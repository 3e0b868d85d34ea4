"""Remediation: whether it may act, what it did, what it refused."""

from grafana_foundation_sdk.models.dashboard import Dashboard, Panel

from dashboards import remediation_runs
from dashboards.about import About
from dashboards.layout import Line, Section
from dashboards.look import CRITICAL, IDLE, NOTE, OK
from dashboards.page import HOSTS, POOLS, Choice, page, runs
from dashboards.panels import note, tile
from dashboards.promql import State, state_of

PLAYBOOKS = Choice("playbook", "Playbook", "label_values(xenlens_remediation_runs_total, playbook)")
ARMED = (
    State("armed", NOTE, "xenlens_remediation_armed == 1"),
    State("not armed", IDLE, "xenlens_remediation_armed == 0"),
)
FIRST = """\
**Every playbook is shipped in mode `observe`**: it says what it would do, and acts only where a
person orders it. Once the configuration allows more, *Armed* says *armed*.
`xenlens remediation explain RUN` tells a run's whole story, `xenlens remediation pause` stops
everything.
"""


def remediation() -> Dashboard:
    """The dashboard of what heals."""
    first = [Line(3, [_first()]), Line(4, _tiles())]
    sections = [Section("", first), Section("Runs", remediation_runs.lines())]
    return page(
        "remediation",
        "Whether xenlens may act, what its playbooks did and refused, how long each stage took.",
        sections,
        choices=(POOLS, HOSTS, PLAYBOOKS),
        annotations=[runs()],
        since="now-24h",
    )


def _first() -> Panel:
    return note("What to expect here", "What may act, and how to stop it.", FIRST)


def _tiles() -> list[Panel]:
    return [
        _armed(),
        _heartbeat(),
        _open_runs(),
        _oldest(),
        remediation_runs.ended_tile(),
        remediation_runs.badly_tile(),
    ]


def _armed() -> Panel:
    about = About(
        "Armed",
        "Whether an alert may make a playbook act, or ask a person. Neither is wrong by itself: it "
        "should be what you configured. While paused or stopped it is not armed.",
        "xenlens does not answer",
    )
    return tile(about, state_of("", ARMED), states=ARMED)


def _heartbeat() -> Panel:
    about = About(
        "Heartbeat",
        "How long ago the engine last looked at its runs. Over 60 s while armed: nothing is "
        "healed.",
        "no engine",
        ("RemediationSilent",),
    )
    expr = "time() - max(xenlens_remediation_heartbeat_timestamp_seconds)"
    return tile(about, expr, ((0, OK), (60, CRITICAL)), "s")


def _open_runs() -> Panel:
    about = About(
        "Open runs",
        "Runs that have not ended. A few for a few minutes are well.",
        "xenlens does not answer",
        ("RemediationSilent",),
    )
    return tile(about, "sum(xenlens_remediation_open_runs)", ((0, IDLE),))


def _oldest() -> Panel:
    about = About(
        "Oldest open run",
        "Since when the oldest open run goes on; one that waits for an approval is left out. Over "
        "half an hour: it hangs.",
        "none open",
        ("RemediationSilent",),
    )
    expr = "time() - min(xenlens_remediation_oldest_open_run_timestamp_seconds)"
    return tile(about, expr, ((0, IDLE), (1800, CRITICAL)), "s")
