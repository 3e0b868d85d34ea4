"""Storage classes beside one another, and what is said when a faster one is not faster."""

import pytest

from collectors.disk_compare import AT_LIMIT, by_pool, comparisons, is_limited
from collectors.disk_findings import findings
from collectors.disk_records import Standing
from collectors.registry import Finding
from tests.collectors.disk_standings import KIB, fast, figures, of_class, probe, run_of, standing

LIMIT = 64 * 1024
"""KiB a second: the rate limit of random-read."""


def texts(*standings: Standing) -> list[str]:
    return [finding.text for finding in findings(standings)]


def test_the_operators_ssd_that_reads_slower_than_his_sas_is_a_warning() -> None:
    assert list(findings([fast("ssd", 37567), fast("sas", 41783)])) == [
        Finding(
            "warning", "ssd", "ssd is not faster than sas at random-read: 0.90 times its bandwidth"
        )
    ]


def test_a_faster_class_that_is_faster_is_no_finding() -> None:
    assert texts(fast("ssd", 50000), fast("sas", 20000)) == []


@pytest.mark.parametrize(("ssd", "found"), [(10900, 1), (11000, 0), (11100, 0)])
def test_a_class_counts_as_faster_by_a_tenth(ssd: float, found: int) -> None:
    assert len(texts(fast("ssd", ssd), fast("sas", 10000))) == found


def test_the_order_of_the_probes_does_not_matter() -> None:
    rows = [fast("ssd", 37567), fast("sas", 41783)]
    assert texts(*rows) == texts(*reversed(rows))


def test_of_three_classes_each_is_held_against_the_next_slower_one() -> None:
    rows = (fast("sata", 2000), fast("nvme", 60000), fast("sas", 3000))
    (comparison,) = comparisons(rows)
    assert [speed.storage_class for speed in comparison.speeds] == ["nvme", "sas", "sata"]
    pairs = [(one.storage_class, other.storage_class, r) for one, other, r in comparison.pairs()]
    assert pairs == [("nvme", "sas", 20.0), ("sas", "sata", 1.5)]
    assert texts(*rows) == []


def test_each_pair_that_is_the_wrong_way_round_is_told() -> None:
    assert texts(fast("nvme", 1000), fast("ssd", 2000), fast("sas", 4000)) == [
        "nvme is not faster than ssd at random-read: 0.50 times its bandwidth",
        "ssd is not faster than sas at random-read: 0.50 times its bandwidth",
    ]


def test_one_class_alone_is_compared_with_nothing() -> None:
    assert comparisons([fast("ssd", 100), fast("ssd", 5, "other")]) == []


def test_a_class_of_several_probes_is_their_mean() -> None:
    slow = figures(1000 * KIB, iops=250.0, latency_mean=0.004)
    quick = figures(3000 * KIB, iops=750.0, latency_mean=None)
    rows = [
        standing(of_class("ssd", "one"), run=run_of(slow)),
        standing(of_class("ssd", "two"), run=run_of(quick)),
        fast("sas", 1000),
    ]
    (comparison,) = comparisons(rows)
    ssd = comparison.speeds[0]
    assert (ssd.bandwidth, ssd.iops, ssd.latency, ssd.probes) == (2000 * KIB, 500.0, 0.004, 2)
    assert comparison.ratio(*comparison.speeds) == 2.0


def test_a_faster_class_that_ran_into_its_limit_is_not_called_slow() -> None:
    (comparison,) = comparisons([fast("ssd", LIMIT), fast("sas", LIMIT)])
    assert [speed.limited for speed in comparison.speeds] == [True, True]
    assert [ratio for *_, ratio in comparison.pairs()] == [None]
    assert texts(fast("ssd", LIMIT), fast("sas", LIMIT)) == []


def test_a_faster_class_that_is_faster_even_at_its_limit_has_a_ratio() -> None:
    (comparison,) = comparisons([fast("ssd", LIMIT), fast("sas", LIMIT / 2)])
    assert [ratio for *_, ratio in comparison.pairs()] == [2.0]


def test_a_slower_class_at_its_limit_excuses_nobody() -> None:
    assert texts(fast("ssd", LIMIT / 2), fast("sas", LIMIT)) == [
        "ssd is not faster than sas at random-read: 0.50 times its bandwidth"
    ]


def test_how_much_faster_than_a_slower_class_at_its_limit_nobody_knows() -> None:
    quick = fast("ssd", 2 * LIMIT, rate=None)
    (comparison,) = comparisons([quick, fast("sas", LIMIT)])
    assert [ratio for *_, ratio in comparison.pairs()] == [None]
    assert texts(quick, fast("sas", LIMIT)) == []


@pytest.mark.parametrize(
    ("share", "limited"), [(1.01, True), (AT_LIMIT, True), (0.94, False), (0.0, False)]
)
def test_a_run_near_its_limit_says_only_at_least(share: float, limited: bool) -> None:
    one = fast("ssd", share * LIMIT)
    assert one.run is not None
    assert is_limited(one, one.run.figures[0]) is limited


def test_a_run_without_limit_or_figures_is_not_limited() -> None:
    unlimited = standing(run=run_of(rate=None))
    assert not is_limited(unlimited, figures(1e12))
    assert not is_limited(standing(), figures(None))
    assert not is_limited(standing(run=None), figures(1e12))


def test_a_class_that_stands_still_is_compared_with_without_a_ratio() -> None:
    (comparison,) = comparisons([fast("ssd", 1000), fast("sas", 0)])
    assert [ratio for *_, ratio in comparison.pairs()] == [None]


def test_profiles_and_directions_are_compared_apart() -> None:
    both = (figures(1000.0), figures(500.0, direction="write"))
    rows = [
        standing(of_class("ssd"), run=run_of(*both)),
        standing(of_class("sas"), run=run_of(*both)),
        standing(of_class("ssd", "s", "sequential-read"), run=run_of(figures(9.0))),
        standing(of_class("sata", "t", "sequential-read"), run=run_of(figures(3.0))),
        standing(of_class("sata", "u", "seek"), run=run_of(figures(3.0))),
    ]
    assert [(found.profile, found.direction) for found in comparisons(rows)] == [
        ("random-read", "read"),
        ("random-read", "write"),
        ("sequential-read", "read"),
    ]


def test_what_has_no_figures_or_no_class_is_left_out() -> None:
    nameless = standing(probe("nameless", storage_class="", slower_classes=()))
    failed = standing(of_class("sas"), run=None, reason="io_error", message="bad disk")
    unknown = standing(of_class("sata"), run=run_of(figures(None)))
    assert comparisons([fast("ssd", 10), nameless, failed, unknown]) == []


def test_pools_are_compared_apart() -> None:
    found = by_pool({"one": [fast("ssd", 2), fast("sas", 1)], "two": [fast("ssd", 1)], "none": []})
    assert {pool: len(rows) for pool, rows in found.items()} == {"one": 1}


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("paths_degraded", "the probe was skipped (paths_degraded): one path of two"),
        ("io_error", "the probe failed (io_error): one path of two"),
    ],
)
def test_a_probe_without_figures_is_told_with_its_reason(reason: str, said: str) -> None:
    row = standing(run=None, reason=reason, message="one path of two")
    assert list(findings([row])) == [Finding("unknown", "ssd-random-read", said)]


def test_a_skipped_probe_with_figures_is_told_and_still_compared() -> None:
    ssd = fast("ssd", 37567)
    rows = [standing(ssd.probe, run=ssd.run, reason="busy", message="wait"), fast("sas", 41783)]
    assert texts(*rows) == [
        "the probe was skipped (busy): wait",
        "ssd is not faster than sas at random-read: 0.90 times its bandwidth",
    ]


def test_probes_that_are_well_are_no_findings() -> None:
    assert texts(standing(), standing(of_class("sas"), run=None, runs=0, success_at=None)) == []
