"""What holds for every verdict, whoever answered whom."""

from dataclasses import replace
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.inventory import HostInventory
from collectors.metrics import Page
from collectors.reachability_answer import Answer, Row, parse_report
from collectors.reachability_findings import findings
from collectors.reachability_metrics import fill
from collectors.reachability_record import DOWN, ReachReading
from collectors.reachability_truth import Question, judge
from collectors.registry import View
from tests.collectors.reachability_rows import (
    LIAR,
    OWN,
    RIGHT,
    THIRD,
    document,
    question,
    refused,
    row,
)

often_enough = settings(max_examples=100)

MEMBERS = ("eth0", "eth2", "eth4", "eth6")
KNOWN = st.sampled_from([RIGHT, LIAR, THIRD])
MACS = st.sampled_from([RIGHT, LIAR, THIRD, None])
MAYBE = st.none() | KNOWN
RTT = st.floats(min_value=0, max_value=10)
ANSWERS = st.builds(Answer, MACS, st.integers(0, 4), st.lists(RTT, max_size=4).map(tuple))
LISTS = st.lists(ANSWERS, max_size=3).map(tuple)
DOUBTS = ("several_macs", "another_mac", "nameless")
REASONS = st.sampled_from([*DOWN, "mode", "send_failed", "not_permitted"])
WAYS = st.sampled_from(["raw", "bridge", "openflow"])


@st.composite
def rows_of(draw: st.DrawFn, member: str) -> Row:
    if draw(st.integers(0, 5)) == 0:
        return refused(member, draw(REASONS))
    return row(member, *draw(LISTS), way=draw(WAYS), sent=draw(st.integers(0, 3)))


@st.composite
def rounds(draw: st.DrawFn) -> list[Row]:
    """Rows of one destination; the first member is active and may have asked as the host."""
    members = MEMBERS[: draw(st.integers(1, 4))]
    rows = [draw(rows_of(member)) for member in members]
    if draw(st.booleans()) and rows[0].reason is None:
        rows.append(row(members[0], *draw(LISTS), sender=OWN))
    neighbour = draw(MAYBE)
    return [replace(one, neighbour=neighbour) for one in rows]


QUESTIONS = st.builds(
    lambda rows, certain, remembered, before: question(
        *rows, certain=certain, remembered=remembered, answered_before=before
    ),
    rounds(),
    MAYBE,
    MAYBE,
    st.booleans(),
)
UNCERTAIN = QUESTIONS.map(lambda asked: replace(asked, certain=None))


@often_enough
@given(QUESTIONS)
def test_nobody_is_reached_who_answered_not(asked: Question) -> None:
    for reach in judge(asked).reaches:
        if reach.reachable:
            assert asked.rows[reach.member].reason is None
            assert asked.heard(reach.member)


@often_enough
@given(QUESTIONS)
def test_all_who_reach_the_destination_heard_one_and_the_same_device(asked: Question) -> None:
    reached = [asked.heard(reach.member) for reach in judge(asked).reaches if reach.reachable]
    assert not reached or frozenset.intersection(*reached)


@often_enough
@given(QUESTIONS, KNOWN)
def test_a_certain_mac_decides_alone(asked: Question, mac: str) -> None:
    for reach in judge(replace(asked, certain=mac)).reaches:
        if asked.rows[reach.member].reason is None:
            heard = asked.heard(reach.member)
            assert (reach.reachable is True) == (mac in heard)
            assert not heard or reach.reachable is not None or reach.reason == "nameless"


@often_enough
@given(UNCERTAIN, KNOWN)
def test_beside_one_who_hears_the_remembered_device_other_answers_are_wrong(
    asked: Question, mac: str
) -> None:
    known = any(mac in asked.heard(member) for member in asked.measured)
    for reach in judge(replace(asked, remembered=mac)).reaches:
        heard = asked.heard(reach.member)
        if known and heard and asked.rows[reach.member].reason is None:
            assert reach.reachable is (mac in heard)


@often_enough
@given(UNCERTAIN)
def test_doubt_is_for_those_who_heard_something_and_for_all_of_them(asked: Question) -> None:
    reaches = judge(asked).reaches
    in_doubt = [r for r in reaches if r.reason in DOUBTS]
    assert all(r.reachable is None and asked.heard(r.member) for r in in_doubt)
    heard_something = [m for m in asked.measured if asked.heard(m)]
    assert [r.member for r in in_doubt] in ([], heard_something)


@often_enough
@given(UNCERTAIN)
def test_a_new_device_is_not_believed_beside_another_or_in_the_place_of_a_known_one(
    asked: Question,
) -> None:
    heard = frozenset[str | None]().union(*(asked.heard(member) for member in asked.measured))
    strange = asked.remembered is not None and asked.remembered not in heard
    if strange or (len(heard) > 1 and asked.remembered not in heard - {None}):
        assert not any(reach.reachable for reach in judge(asked).reaches)


@often_enough
@given(UNCERTAIN, MACS)
def test_a_device_that_one_member_alone_hears_is_not_believed_against_what_was_known(
    asked: Question, mac: str | None
) -> None:
    first, *others = asked.rows
    rows = {first: row(first, mac or RIGHT)} | {other: row(other) for other in others}
    alone = replace(asked, rows=rows, controls={}, remembered=LIAR if mac != LIAR else THIRD)
    alone = replace(alone, answered_before=True)
    verdicts = {reach.member: reach.reachable for reach in judge(alone).reaches}
    assert verdicts == {first: None} | dict.fromkeys(others, False)


@often_enough
@given(QUESTIONS)
def test_an_answer_of_nobody_knows_whom_proves_nothing(asked: Question) -> None:
    nameless = [m for m in asked.measured if asked.heard(m) == frozenset([None])]
    assert not any(r.reachable for r in judge(asked).reaches if r.member in nameless)


@often_enough
@given(QUESTIONS)
def test_agreed_is_what_two_members_heard_and_no_other_contradicts(asked: Question) -> None:
    agreed = judge(asked).agreed
    heard = [macs for member in asked.measured if (macs := asked.heard(member))]
    if agreed is None:
        assert len(heard) < 2 or len(set(heard)) > 1 or heard[0] == {None} or len(heard[0]) > 1
    else:
        assert heard == [frozenset([agreed])] * len(heard)
        assert len(heard) >= 2


@often_enough
@given(QUESTIONS)
def test_silence_is_unknown_only_where_nobody_ever_answers_probes_without_a_sender(
    asked: Question,
) -> None:
    objected = any(a.received for one in asked.controls.values() for a in one.answers)
    found = judge(asked).reaches
    is_reached = any(reach.reachable for reach in found)
    known = asked.answered_before or asked.remembered or asked.controls
    for reach in found:
        if asked.rows[reach.member].reason is None and not asked.heard(reach.member):
            assert reach.reachable is (False if reach.reason == "no_answer" else None)
            may_be = {
                "no_answer": known or is_reached,
                "never_answered": not (known or is_reached),
                "sender_refused": objected,
            }
            assert may_be[reach.reason]


@often_enough
@given(rounds(), MAYBE, MAYBE, st.randoms(use_true_random=False))
def test_the_order_of_members_decides_nothing(
    rows: list[Row], certain: str | None, remembered: str | None, chance: Random
) -> None:
    facts = {"active": "eth0", "certain": certain, "remembered": remembered}
    shuffled = chance.sample(rows, len(rows))
    one, other = judge(question(*rows, **facts)), judge(question(*shuffled, **facts))
    assert set(one.reaches) == set(other.reaches)
    assert one.agreed == other.agreed


@often_enough
@given(rounds(), MAYBE, MAYBE)
def test_every_round_is_printed_read_judged_told_and_exported(
    rows: list[Row], certain: str | None, remembered: str | None
) -> None:
    report = parse_report(document(rows))
    assert report.rows == tuple(rows)
    verdict = judge(question(*report.rows, certain=certain, remembered=remembered))
    reading = ReachReading(verdict.reaches, "test")
    page = Page({})
    fill(page, reading, View(HostInventory()))
    measured = {
        (sample.name.removeprefix("xenlens_bond_member_"), sample.labels["member"]): sample.value
        for metric in page.metrics()
        for sample in metric.samples
        if sample.labels
    }
    for reach in verdict.reaches:
        unknown = reach.reachable is None
        assert (("reachable", reach.member) in measured) is not unknown
        assert (("reachability_unknown", reach.member) in measured) is unknown
        assert not unknown or reach.reason
        assert 0 <= measured.get(("probe_loss_ratio", reach.member), 0) <= 1
        assert ("probe_loss_ratio", reach.member) not in measured or reach.way != "openflow"
    told = list(findings(reading, View(HostInventory())))
    assert bool(told) == any(not reach.reachable or reach.others for reach in verdict.reaches)
