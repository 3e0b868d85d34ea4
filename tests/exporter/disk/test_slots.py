"""When a probe is due: slots stand still on the wall clock, and each probe has its own."""

from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from collectors.disk_records import DiskProbe
from exporter.disk.slots import jittered, next_slot
from tests.collectors.disk_standings import probe

NOW = st.floats(0, 4e9)
PERIODS = st.floats(60, 168 * 3600)
NAMES = st.text(min_size=1, max_size=30)


@st.composite
def probes(draw: st.DrawFn) -> DiskProbe:
    """Any probe that a configuration may have."""
    every = draw(PERIODS)
    return probe(draw(NAMES), every=every, jitter=draw(st.floats(0, every * 0.99)))


@given(probes(), NOW)
def test_the_next_slot_is_in_the_future_and_at_most_one_period_away(
    of: DiskProbe, now: float
) -> None:
    assert now < next_slot(of, now) <= now + of.every + 1e-5


@given(probes(), NOW, st.floats(0, 1, exclude_max=True))
def test_a_restart_changes_no_slot(of: DiskProbe, now: float, share: float) -> None:
    slot = next_slot(of, now)
    later = now + share * (slot - now)
    if later < slot - 1e-3:
        assert abs(next_slot(replace(of), later) - slot) < 1e-3


@given(probes(), NOW)
def test_slots_follow_one_another_by_one_period(of: DiskProbe, now: float) -> None:
    first = next_slot(of, now)
    second = next_slot(of, first + 1e-3)
    assert abs(second - first - of.every) < 1e-2


@given(probes(), NOW, st.integers())
def test_the_jitter_is_never_early_and_never_more_than_told(
    of: DiskProbe, slot: float, seed: int
) -> None:
    assert slot <= jittered(of, slot, Random(seed)) <= slot + of.jitter


def test_without_jitter_the_slot_is_kept() -> None:
    assert jittered(probe(jitter=0.0), 1234.5, Random(1)) == 1234.5


def test_the_jitter_is_not_always_the_same() -> None:
    chance = Random(1)
    assert len({jittered(probe(), 0.0, chance) for _ in range(20)}) == 20


def test_many_probes_of_one_period_are_spread_over_it() -> None:
    slots = sorted(next_slot(probe(f"probe-{number}"), 1.7e9) for number in range(200))
    tenths = [int((slot - 1.7e9) / 360) for slot in slots]
    assert {tenths.count(tenth) for tenth in range(10)} <= set(range(5, 45))
    assert len(set(slots)) == 200


def test_two_probes_whose_runs_would_meet_every_time_do_not_begin_at_once() -> None:
    ssd, sas = (next_slot(probe(name), 1.7e9) for name in ("ssd-random-read", "sas-random-read"))
    assert abs(ssd - sas) > 60
