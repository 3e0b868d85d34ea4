"""Which alerts would have fired: how long a condition must hold, and whom that calls."""

from collections.abc import Iterator, Sequence
from itertools import chain, repeat

import pytest
from prometheus_client.core import Metric

from alerts import bundle
from collectors import bond_metrics
from collectors.metrics import Page
from exporter.drill.alerts import SUBJECTS, rules, would_fire
from exporter.drill.alerts_expressions import read_expression
from exporter.drill.record import WouldFire

EVERY = 5.0
TARGET = {"pool": "lab", "host": "dom0"}
UP, DOWN, SILENT = 1, 0, None


def page(state: int | None) -> Sequence[Metric]:
    """bond0 with eth0 up and eth2 in the given state; nothing at all for a failed scrape."""
    page = Page(TARGET)
    if state is not None:
        page.add(bond_metrics.MEMBER_ENABLED, 1, bond="bond0", member="eth0")
        page.add(bond_metrics.MEMBER_ENABLED, state, bond="bond0", member="eth2")
    return page.metrics()


def told(*runs: tuple[int | None, float]) -> tuple[WouldFire, ...]:
    """What fires over states that last so many seconds each."""
    states = chain.from_iterable(repeat(state, round(s / EVERY)) for state, s in runs)
    pages = [(number * EVERY, page(state)) for number, state in enumerate(states)]
    return would_fire(pages, len(pages) * EVERY)


def moments(alerts: Sequence[WouldFire]) -> Iterator[tuple[float, float | None, float | None]]:
    yield from ((one.pending_at, one.firing_at, one.resolved_at) for one in alerts)


def test_a_member_that_stays_down_for_two_minutes_fires() -> None:
    (alert,) = told((UP, 10), (DOWN, 150))
    assert (alert.name, alert.severity) == ("BondMemberDown", "warning")
    assert dict(alert.labels) == {
        **TARGET,
        "bond": "bond0",
        "member": "eth2",
    }
    assert list(moments([alert])) == [(10.0, 130.0, None)]


def test_a_member_that_is_back_before_that_was_pending_only() -> None:
    assert list(moments(told((UP, 10), (DOWN, 120), (UP, 20)))) == [(10.0, None, 130.0)]


def test_an_alert_is_kept_firing_for_five_minutes_after_its_condition_ended() -> None:
    assert list(moments(told((DOWN, 125), (UP, 310)))) == [(0.0, 120.0, 425.0)]
    assert list(moments(told((DOWN, 125), (UP, 290)))) == [(0.0, 120.0, None)]


def test_a_condition_that_comes_back_meanwhile_is_the_same_alert() -> None:
    runs = told((DOWN, 125), (UP, 200), (DOWN, 5), (UP, 200))
    assert list(moments(runs)) == [(0.0, 120.0, None)]


def test_a_failed_scrape_ends_what_was_pending() -> None:
    runs = told((DOWN, 60), (SILENT, 5), (DOWN, 60))
    assert list(moments(runs)) == [(0.0, None, 60.0), (65.0, None, None)]


def test_pages_after_the_end_do_not_count() -> None:
    pages = [(number * EVERY, page(DOWN)) for number in range(100)]
    assert list(moments(would_fire(pages, 100.0))) == [(0.0, None, None)]


def test_the_machine_is_called_before_people_and_told_apart_by_its_audience() -> None:
    page = Page(TARGET)
    page.add(bond_metrics.INFO, 1, bond="bond0", mode="active-backup", lacp="off", backend="linux")
    for member, active in (("eth0", 0), ("eth2", 1)):
        page.add(bond_metrics.MEMBER_ENABLED, 1, bond="bond0", member=member)
        page.add(bond_metrics.MEMBER_ACTIVE, active, bond="bond0", member=member)
        page.add(bond_metrics.MEMBER_PREFERRED, not active, bond="bond0", member=member)
    alerts = would_fire([(number * EVERY, page.metrics()) for number in range(70)], 350.0)
    assert {alert.name for alert in alerts} == {"BondWrongActiveMember"}
    called = {dict(alert.labels).get("audience", "people"): alert for alert in alerts}
    assert list(moments([called["machine"], called["people"]])) == [(0, 30, None), (0, 300, None)]
    assert (called["machine"].severity, called["people"].severity) == ("info", "warning")


def test_every_alert_on_bonds_and_maps_can_be_read() -> None:
    """Also one that is added tomorrow: else this says which words of PromQL it uses."""
    read = [rule.alert for rule in rules()]
    assert read == [alert for alert in bundle.alerts() if alert.file in SUBJECTS]
    assert len(read) > 20


@pytest.mark.parametrize(
    "beyond",
    [
        "sum(xenlens_a)",
        "rate(xenlens_a_total[5m])",
        "xenlens_a > bool 0",
        "xenlens_a offset 5m",
        "max(xenlens_a) by (host)",
        "xenlens_a and ignoring (host) xenlens_b",
        "xenlens_a == on (host) group_right () xenlens_b",
        "xenlens_a * 2",
        "(xenlens_a",
        "xenlens_a)",
    ],
)
def test_what_promql_has_beyond_is_refused_and_not_guessed(beyond: str) -> None:
    with pytest.raises(ValueError, match=r"not understood|expected|too early|without `by`"):
        read_expression(beyond)
