"""The same pages given to Prometheus: every alert pending and firing at the same times."""

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from itertools import pairwise, product
from pathlib import Path
from random import Random

import pytest
from prometheus_client.core import Metric

from exporter.drill.alerts import SUBJECTS, rules, would_fire
from exporter.drill.record import WouldFire

EVERY = 5
PAGES = 200
RUNS = (1, 2, 7, 14, 30, 70)
"""How many pages a value lasts: shorter and longer than every `for` but that of 30 minutes."""
STEADY = 0.6
"""The share of series that never change: else no condition of several would hold for long."""
SEEDS = (6, 4, 12, 11)
"""Together they make every alert fire."""
NEVER_SO_LONG = {"BondReachabilityUnknown"}
"""Its `for` is 30 minutes; that it is pending is compared."""
Name = tuple[str, tuple[tuple[str, str], ...]]
Values = list[int | None]


def names() -> Iterator[tuple[Name, Sequence[int | None]]]:
    """Every series a bond and two maps may have, with the values that it may take."""
    for bond, member in product(("bond0",), ("eth0", "eth2")):
        at = {"bond": bond, "member": member}
        for metric in ("enabled", "active", "preferred"):
            yield name(f"xenlens_bond_member_{metric}", **at), (0, 1)
        for destination in ("10.0.0.1", "10.0.0.2"):
            yield name("xenlens_bond_member_reachable", **at, destination=destination), (0, 1, None)
            unknown = {**at, "destination": destination, "reason": "moved"}
            yield name("xenlens_bond_member_reachability_unknown", **unknown), (1, None, None)
    yield name("xenlens_bond_info", bond="bond0", mode="active-backup", lacp=""), (1, 1, None)
    yield name("xenlens_bond_members", bond="bond0"), (0, 1, 2)
    yield name("xenlens_bond_members_expected", bond="bond0", source="config"), (2, 2, None)
    yield name("xenlens_bond_lacp_negotiated", bond="bond0"), (0, 1, None)
    yield name("xenlens_multipath_daemon_running"), (0, 1)
    for wwid in ("2220001", "2220002"):
        yield from names_of_map(wwid)


def names_of_map(wwid: str) -> Iterator[tuple[Name, Sequence[int | None]]]:
    for metric in ("map_present", "map_queueing", "best_group_active"):
        yield name(f"xenlens_multipath_{metric}", wwid=wwid), (0, 1, 1)
    for metric in ("paths", "paths_healthy"):
        yield name(f"xenlens_multipath_{metric}", wwid=wwid), (0, 1, 2, 2)
    yield name("xenlens_multipath_paths_expected", wwid=wwid, source="xapi"), (2, None)
    yield name("xenlens_multipath_paths_expected", wwid=wwid, source="seen"), (1, 2)
    for path, hctl in (("sda", "0:0:0:0"), ("sdb", "")):
        at = {"wwid": wwid, "path": path, "hctl": hctl}
        yield name("xenlens_multipath_path_dm_state", **at, state="failed"), (0, 1)
        yield name("xenlens_multipath_path_checker_state", **at, state="ready"), (0, 1)
        yield name("xenlens_multipath_path_healthy", **at), (0, 1)
    yield name("xenlens_lun_attachment", scsi_id=wwid, state="unplugged"), (0, 1)
    for kind, values in (("maximum", (1, 2, None)), ("multipath", (1, 2))):
        yield name("xenlens_pbd_multipath_paths", scsi_id=wwid, kind=kind), values


def name(metric: str, **labels: str) -> Name:
    return metric, tuple({"pool": "lab", "host": "dom0", **labels}.items())


def history(chance: Random) -> Mapping[Name, Values]:
    """Values of every series over time; None where it is not on the page."""
    return {one: drawn(chance, values) for one, values in names()}


def drawn(chance: Random, values: Sequence[int | None]) -> Values:
    if chance.random() < STEADY:
        return [chance.choice(values)] * PAGES
    drawn: Values = []
    while len(drawn) < PAGES:
        drawn += [chance.choice(values)] * chance.choice(RUNS)
    return drawn[:PAGES]


def pages(history: Mapping[Name, Values]) -> list[tuple[float, Sequence[Metric]]]:
    return [(float(number * EVERY), page(history, number)) for number in range(PAGES)]


def page(history: Mapping[Name, Values], number: int) -> list[Metric]:
    metrics: defaultdict[str, Metric] = defaultdict(lambda: Metric("unused", "", "gauge"))
    for (metric, labels), values in history.items():
        value = values[number]
        if value is not None:
            metrics[metric].add_sample(metric, dict(labels), value)
    return list(metrics.values())


def written(metric: str, labels: Mapping[str, str]) -> str:
    return f"{metric}{{{', '.join(f'{key}={json.dumps(value)}' for key, value in labels.items())}}}"


def input_series(history: Mapping[Name, Values]) -> list[dict[str, str]]:
    """As promtool takes them: `stale` is what Prometheus notes of a series that went away."""
    return [
        {
            "series": written(metric, dict(labels)),
            "values": " ".join("stale" if value is None else str(value) for value in values),
        }
        for (metric, labels), values in history.items()
    ]


def alerts_series(alerts: Sequence[WouldFire], at: float) -> list[dict[str, object]]:
    """What the series ALERTS has at a time, if these alerts are right."""
    there = (a for a in alerts if a.pending_at <= at and (a.resolved_at or 1e9) > at)
    return [
        {
            "labels": written(
                "ALERTS",
                {
                    **dict(a.labels),
                    "alertname": a.name,
                    "severity": a.severity,
                    "alertstate": state(a, at),
                },
            ),
            "value": 1,
        }
        for a in there
    ]


def state(alert: WouldFire, at: float) -> str:
    return "firing" if alert.firing_at is not None and alert.firing_at <= at else "pending"


def case(seed: int) -> tuple[dict[str, object], tuple[WouldFire, ...]]:
    """A group of unit tests for promtool, and the alerts that it claims."""
    told = history(Random(seed))
    alerts = would_fire(pages(told), PAGES * EVERY)
    asked = [
        {"expr": "ALERTS", "eval_time": f"{at}s", "exp_samples": alerts_series(alerts, at)}
        for at in range(0, PAGES * EVERY, EVERY)
    ]
    series = input_series(told)
    return {"interval": f"{EVERY}s", "input_series": series, "promql_expr_test": asked}, alerts


def promtool(folder: Path, tests: Sequence[object]) -> subprocess.CompletedProcess[str]:
    rule_files = [str(files("alerts") / "rules" / f"{subject}.yml") for subject in SUBJECTS]
    text = {"rule_files": rule_files, "evaluation_interval": f"{EVERY}s", "tests": tests}
    file = folder / "drill_test.yml"
    file.write_text(json.dumps(text))
    words = ("promtool", "test", "rules", str(file))
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.mark.prometheus
def test_prometheus_has_every_alert_pending_and_firing_at_the_same_times(tmp_path: Path) -> None:
    groups, alerts = zip(*map(case, SEEDS), strict=True)
    done = promtool(tmp_path, groups)
    assert done.returncode == 0, (done.stdout + done.stderr)[:4000]
    everything = [alert for told in alerts for alert in told]
    fired = {(a.name, a.severity) for a in everything if a.firing_at is not None}
    every = {(rule.alert.name, rule.alert.severity) for rule in rules()}
    assert {name for name, _ in every - fired} == NEVER_SO_LONG
    assert {alert.name for alert in everything} >= NEVER_SO_LONG
    assert {alert.resolved_at is None for alert in everything} == {True, False}


@pytest.mark.prometheus
def test_the_comparison_can_fail(tmp_path: Path) -> None:
    """One alert five seconds late, and Prometheus says so."""
    group, _ = case(0)
    asked = group["promql_expr_test"]
    assert isinstance(asked, list)
    late = [one | {"exp_samples": old["exp_samples"]} for old, one in pairwise(asked)]
    done = promtool(tmp_path, [group | {"promql_expr_test": late}])
    assert done.returncode == 1
    assert "ALERTS" in done.stdout + done.stderr
