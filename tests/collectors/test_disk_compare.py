"""Storage classes beside one another, and what is said when a faster one is not faster."""

from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from collectors.disk_compare import (
    AT_LIMIT,
    BARELY,
    Speed,
    Verdict,
    by_pool,
    comparisons,
    is_limited,
    verdict,
)
from collectors.disk_findings import findings
from collectors.disk_profiles import MIB, PROFILES
from collectors.disk_records import Standing
from collectors.registry import Finding
from tests.collectors.disk_standings import KIB, fast, figures, of_class, probe, run_of, standing

LIMIT = 64 * 1024
"""KiB a second: the rate limit of random-read."""


SPEEDS = st.floats(1.0, 1e3)
TIMES = st.floats(1.0, 1e3)


def texts(*standings: Standing) -> list[str]:
    return [finding.text for finding in findings(standings)]


def verdicts(*standings: Standing) -> list[Verdict]:
    (comparison,) = comparisons(standings)
    return list(comparison.verdicts())


def told(found: Verdict) -> tuple[str, float | None, str, str]:
    return found.word, found.ratio, found.bound, found.by


def a(bandwidth: float | None, latency: float | None = None, limited: bool = False) -> Speed:
    return Speed("A", bandwidth, None, latency, limited)


def b(bandwidth: float | None, latency: float | None = None, limited: bool = False) -> Speed:
    return Speed("B", bandwidth, None, latency, limited)


def at_rate(storage_class: str, kib: float, latency: float | None) -> Standing:
    """Under the rate limit of random-read."""
    run = run_of(figures(kib * KIB, latency_mean=latency))
    return standing(of_class(storage_class), run=run)


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
    assert [speed.name for speed in comparison.speeds] == ["nvme", "sas", "sata"]
    pairs = [(v.one.name, v.other.name, v.ratio) for v in comparison.verdicts()]
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
    assert [found.ratio for found in comparison.verdicts()] == [2.0]


@pytest.mark.parametrize(
    ("one", "other", "word", "ratio", "bound", "by"),
    [
        (a(134), b(100), "faster", 1.34, "exactly", "bandwidth"),
        (a(90), b(100), "slower", 0.9, "exactly", "bandwidth"),
        (a(105), b(100), "not faster", 1.05, "exactly", "bandwidth"),
        (a(134, limited=True), b(100), "faster", 1.34, "at least", "bandwidth"),
        (a(105, limited=True), b(100), "unknown", 1.05, "at least", "bandwidth"),
        (a(105), b(100, limited=True), "not faster", 1.05, "at most", "bandwidth"),
        (a(134), b(100, limited=True), "unknown", 1.34, "at most", "bandwidth"),
        (a(100, limited=True), b(100, limited=True), "unknown", None, "hidden", "bandwidth"),
        (a(100, 1, True), b(100, 2, True), "faster", 2.0, "exactly", "latency"),
        (a(100, 2, True), b(104, 1, True), "slower", 0.5, "exactly", "latency"),
        (a(105, 1, True), b(100, 1), "not faster", 1.0, "exactly", "latency"),
        (a(90, 1, True), b(100, 2), "unknown", 0.9, "at least", "bandwidth"),
        (a(200, 1), b(100, 2, True), "unknown", 2.0, "at most", "bandwidth"),
        (a(200, 1, True), b(100, 2, True), "unknown", None, "hidden", "bandwidth"),
        (a(None), b(100), "unknown", None, "hidden", "bandwidth"),
        (a(100), b(0), "unknown", None, "hidden", "bandwidth"),
    ],
)
def test_a_limit_hides_speed_and_latency_tells_where_queues_are_equal(
    one: Speed, other: Speed, word: str, ratio: float | None, bound: str, by: str
) -> None:
    assert told(verdict(one, other)) == (word, ratio, bound, by)


@pytest.mark.parametrize(
    ("one", "other", "said"),
    [
        (a(134), b(100), "A is faster than B at seek: 1.34 times its bandwidth"),
        (
            a(134, limited=True),
            b(100),
            "A is faster than B at seek: at least 1.34 times its bandwidth",
        ),
        (
            a(90),
            b(100, limited=True),
            "A is not faster than B at seek: at most 0.90 times its bandwidth",
        ),
        (
            a(9, 2, True),
            b(9, 1, True),
            "A is not faster than B at seek: 0.50 times as fast by mean latency",
        ),
        (
            a(100, limited=True),
            b(100),
            "whether A is faster than B at seek cannot be told: at least 1.00 times its bandwidth, "
            "since A ran at its rate limit",
        ),
        (
            a(100, limited=True),
            b(100, limited=True),
            "whether A is faster than B at seek cannot be told: A and B ran at their rate limits",
        ),
        (
            a(100, limited=True),
            b(0),
            "whether A is faster than B at seek cannot be told: there is no bandwidth to compare",
        ),
    ],
)
def test_a_verdict_is_a_sentence(one: Speed, other: Speed, said: str) -> None:
    assert verdict(one, other).sentence("seek") == said
    assert verdict(one, other).sentence() == said.replace(" at seek", "")


@given(SPEEDS, SPEEDS)
def test_from_the_other_side_it_is_the_opposite(one: float, other: float) -> None:
    assume(all(abs(one / other - edge) > 1e-9 for edge in (BARELY, 1 / BARELY)))
    opposite = {"faster": "slower", "slower": "faster", "not faster": "not faster"}
    word = verdict(a(one), b(other)).word
    assert verdict(b(other), a(one)).word == opposite[word]


@given(SPEEDS, SPEEDS, st.booleans(), st.booleans(), TIMES, TIMES)
def test_what_is_told_stays_true_however_fast_the_limited_ones_are(
    one: float, other: float, a_limited: bool, b_limited: bool, more_a: float, more_b: float
) -> None:
    """A limited run hides that the disk is so many times faster."""
    said = verdict(a(one, limited=a_limited), b(other, limited=b_limited)).word
    truth = verdict(
        a(one * more_a if a_limited else one), b(other * more_b if b_limited else other)
    )
    allowed = {"not faster": ("not faster", "slower")}.get(said, (said,))
    assert said == "unknown" or truth.word in allowed


def test_classes_at_their_limits_are_told_apart_by_latency() -> None:
    """Both give what they may, and the SSD takes longer for it."""
    slow, quick = at_rate("ssd", LIMIT, 0.002), at_rate("sas", LIMIT, 0.001)
    assert [speed.limited for speed in comparisons([slow, quick])[0].speeds] == [True, True]
    assert texts(slow, quick) == [
        "ssd is not faster than sas at random-read: 0.50 times as fast by mean latency"
    ]
    assert texts(at_rate("ssd", LIMIT, 0.001), at_rate("sas", LIMIT, 0.002)) == []


def test_a_faster_class_that_ran_into_its_limit_is_not_called_slow() -> None:
    rows = at_rate("ssd", LIMIT, None), at_rate("sas", LIMIT, None)
    assert [told(found) for found in verdicts(*rows)] == [("unknown", None, "hidden", "bandwidth")]
    assert texts(*rows) == []


def test_a_slower_class_at_its_limit_excuses_nobody() -> None:
    assert texts(fast("ssd", LIMIT / 2), fast("sas", LIMIT)) == [
        "ssd is not faster than sas at random-read: at most 0.50 times its bandwidth"
    ]


@pytest.mark.parametrize(
    ("share", "limited"), [(1.01, True), (AT_LIMIT, True), (0.84, False), (0.0, False)]
)
def test_a_run_near_its_limit_says_only_at_least(share: float, limited: bool) -> None:
    one = fast("ssd", share * LIMIT)
    assert one.run is not None
    assert is_limited(one.run, one.run.figures[0]) is limited


def test_a_run_without_limit_or_figures_is_not_limited() -> None:
    assert not is_limited(run_of(rate=None), figures(1e12))
    assert not is_limited(run_of(), figures(None))


def test_directions_are_compared_apart_and_named_where_there_are_several() -> None:
    both = (figures(1000.0), figures(500.0, direction="write"))
    rows = [
        standing(of_class("ssd"), run=run_of(*both)),
        standing(of_class("sas"), run=run_of(*both)),
        standing(of_class("ssd", "s", "sequential-read"), run=run_of(figures(9.0))),
        standing(of_class("sata", "t", "sequential-read"), run=run_of(figures(3.0))),
        standing(of_class("sata", "u", "seek"), run=run_of(figures(3.0))),
    ]
    assert [found.title for found in comparisons(rows)] == [
        "random-read (read)",
        "random-read (write)",
        "sequential-read",
    ]


def sized(storage_class: str, size: int, bandwidth: float) -> Standing:
    profile = replace(PROFILES["random-read"], size=size)
    of = replace(of_class(storage_class, f"{storage_class}-{size}"), profile=profile)
    return standing(of, run=run_of(figures(bandwidth)))


def test_files_of_other_sizes_are_never_compared_nor_averaged() -> None:
    """A small one may be in the cache of an array."""
    small = [sized("ssd", 16 * MIB, 900.0), sized("sas", 16 * MIB, 300.0)]
    large = [sized("ssd", 128 * MIB, 90.0), sized("sas", 128 * MIB, 60.0)]
    assert comparisons([small[0], large[1]]) == []
    assert [
        (found.title, [one.ratio for one in found.verdicts()])
        for found in comparisons([*small, *large])
    ] == [("random-read of 16 MiB", [3.0]), ("random-read of 128 MiB", [1.5])]


def test_a_size_is_named_only_where_several_are_compared() -> None:
    small = [sized("ssd", 16 * MIB, 900.0), sized("sas", 16 * MIB, 300.0)]
    (comparison,) = comparisons([*small, sized("ssd", 128 * MIB, 90.0)])
    assert comparison.title == "random-read"


def test_seeks_in_all_of_a_device_are_apart_from_those_in_a_file() -> None:
    rows = []
    for kind in ("directory", "device"):
        for name, speed in (("ssd", 20), ("sas", 10)):
            of = replace(of_class(name, f"{name}-{kind}", "seek"), kind=kind)
            rows.append(standing(of, run=run_of(figures(float(speed)))))
    titles = [found.title for found in comparisons(rows)]
    assert titles == ["seek of the whole", "seek of 128 MiB"]


def test_a_comparison_knows_the_probes_that_should_be_in_it() -> None:
    broken = standing(of_class("sas", "broken"), run=None, reason="io_error", message="bad disk")
    rows = [fast("ssd", 10), fast("sas", 5), broken]
    (comparison,) = comparisons([*rows, standing(of_class("sata", "x", "seek"), run=None)])
    assert comparison.standings == tuple(rows)


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
