"""When a pool gives no data: what makes a coordinator lost, and what is another failure."""

from dataclasses import replace

import pytest

from collectors.pool import Pool
from collectors.pool_lost import LEAST_SILENCE, coordinator_lost, state_of, why_none
from collectors.registry import CollectorFailed, NotPresent, View
from collectors.xapi.access import MemberAnswer, PoolReading
from tests.collectors.pool_readings import STATE, look_at, reading, refused

HANGS = replace(refused("deadline_exceeded", "no answer within 8 s"), waited=LEAST_SILENCE)
BRIEFLY = replace(HANGS, waited=LEAST_SILENCE - 0.1)
STUCK = replace(refused("stuck", "VM.get_all_records hangs"), waited=60.0)
MEMBER = refused("host_is_slave")
DROPPED = refused("lost_connection")
EMERGENCY = refused("emergency_mode")
GONE = refused("unreachable", "connection refused", answers=False)
UNHEARD_OF = MemberAnswer(None, None)


def silent(**told: MemberAnswer) -> PoolReading:
    """No data, and these members."""
    return reading(None, members=told)


@pytest.mark.parametrize(
    "told",
    [
        silent(a=HANGS),
        silent(a=STUCK),
        silent(a=BRIEFLY, b=HANGS),
        silent(a=GONE, b=STUCK, c=BRIEFLY),
        silent(a=GONE, b=EMERGENCY),
        silent(a=GONE, b=EMERGENCY, c=BRIEFLY),
        silent(a=DROPPED, b=MEMBER, c=HANGS),
        silent(a=GONE, b=MEMBER, c=MEMBER),
        silent(a=HANGS, b=refused("not_found")),
        silent(a=MEMBER, b=refused("not_found"), c=MemberAnswer(None, False)),
        silent(a=HANGS, b=BRIEFLY, c=UNHEARD_OF),
        silent(a=HANGS, b=MemberAnswer(None, False)),
        silent(a=HANGS, b=refused("unreachable", answers=None)),
        silent(a=HANGS, b=refused("tls_failed", answers=False)),
    ],
)
def test_hosts_that_answer_while_their_xapi_proves_to_hang_have_lost_their_coordinator(
    told: PoolReading,
) -> None:
    assert coordinator_lost(told)
    failure = why_none(told)
    assert isinstance(failure, CollectorFailed)
    assert failure.reason == "coordinator_lost"


@pytest.mark.parametrize(
    ("told", "reason"),
    [
        (silent(a=BRIEFLY, b=BRIEFLY), "deadline_exceeded"),
        (silent(a=replace(STUCK, waited=1.0), b=GONE), "stuck"),
        (silent(a=GONE, b=MEMBER, c=BRIEFLY), "deadline_exceeded"),
        (silent(a=DROPPED, b=GONE), "lost_connection"),
        (silent(a=MEMBER, b=MEMBER), "host_is_slave"),
        (silent(a=MEMBER, b=refused("unreachable", answers=None)), "host_is_slave"),
    ],
)
def test_silence_without_proof_is_a_failure_with_its_own_reason(
    told: PoolReading, reason: str
) -> None:
    assert not coordinator_lost(told)
    failure = why_none(told)
    assert isinstance(failure, CollectorFailed)
    assert failure.reason == reason


@pytest.mark.parametrize(
    "reason",
    [
        "authentication_failed",
        "certificate_mismatch",
        "internal_error",
        "slow",
        "socket_unavailable",
        "tls_failed",
        "unreachable",
        "wrong_pool",
    ],
)
def test_a_host_whose_xapi_fails_otherwise_keeps_the_coordinator_from_being_called_lost(
    reason: str,
) -> None:
    told = silent(a=HANGS, b=GONE, c=refused(reason), d=EMERGENCY)
    assert not coordinator_lost(told)
    failure = why_none(told)
    assert isinstance(failure, CollectorFailed)
    assert failure.reason == reason


@pytest.mark.parametrize("answers", [None, False])
@pytest.mark.parametrize("reason", ["authentication_failed", "slow", "wrong_pool"])
def test_a_xapi_that_spoke_counts_though_its_host_does_not_answer(
    answers: bool | None, reason: str
) -> None:
    told = silent(a=HANGS, b=refused(reason, answers=answers))
    assert not coordinator_lost(told)


@pytest.mark.parametrize("answers", [None, False])
def test_hosts_that_may_be_down_have_not_lost_their_coordinator(answers: bool | None) -> None:
    for one in (HANGS, STUCK, EMERGENCY, GONE):
        told = silent(a=replace(one, answers=answers), b=GONE)
        assert not coordinator_lost(told)
        assert isinstance(why_none(told), CollectorFailed)


def test_one_silent_member_is_not_enough_while_others_could_not_be_asked() -> None:
    told = silent(a=HANGS, b=MemberAnswer(None, True))
    assert not coordinator_lost(told)
    assert str(why_none(told)) == "a: no answer within 8 s; not asked: b"


def test_a_pool_of_hosts_that_cannot_be_reached_is_unreachable() -> None:
    for told in (silent(a=GONE, b=GONE), silent(a=refused("not_found"), b=GONE), silent()):
        failure = why_none(told)
        assert isinstance(failure, CollectorFailed)
        assert failure.reason == "unreachable"


def test_every_members_refusal_is_told_but_of_a_lost_coordinator_only_by_the_pool() -> None:
    wrong = refused("authentication_failed", "wrong password")
    assert str(why_none(silent(a=GONE, b=wrong))) == "a: connection refused; b: wrong password"
    lost = why_none(silent(a=GONE, b=STUCK))
    assert str(lost) == "no member's XAPI answers; see pool"


def test_no_xapi_on_any_host_of_the_inventory_is_an_absence() -> None:
    absent = refused("not_found")
    assert isinstance(why_none(silent(a=absent, b=absent)), NotPresent)


@pytest.mark.parametrize("other", [GONE, UNHEARD_OF, MemberAnswer(None, False), EMERGENCY])
def test_a_host_that_could_not_say_it_has_no_xapi_may_have_one(other: MemberAnswer) -> None:
    assert isinstance(why_none(silent(a=refused("not_found"), b=other)), CollectorFailed)


def test_a_reading_with_data_has_lost_nothing() -> None:
    assert state_of(reading()) is STATE
    assert not coordinator_lost(reading(members={"b": HANGS}))


async def test_the_finding_names_the_last_coordinator_and_what_to_find_out() -> None:
    pool = Pool()
    told = reading(None, members={"a": GONE, "b": HANGS}, last_coordinator="a")
    (finding,) = pool.findings(await look_at(pool, told), View())
    assert (finding.severity, finding.subject) == ("critical", "a")
    assert finding.text == (
        "coordinator lost: no member's XAPI answers (a: connection refused; b: no answer within "
        "8 s); find out whether its host still runs before another member is made coordinator"
    )


async def test_a_coordinator_nobody_ever_knew_is_lost_by_the_name_of_the_pool() -> None:
    pool = Pool()
    (finding,) = pool.findings(await look_at(pool, silent(a=HANGS)), View())
    assert finding.subject == "pool"


@pytest.mark.parametrize(
    "told",
    [silent(a=HANGS), silent(a=STUCK, b=GONE), silent(a=EMERGENCY), silent(a=MEMBER, b=GONE)],
)
async def test_no_verdict_of_a_lost_coordinator_gives_a_command(told: PoolReading) -> None:
    pool = Pool()
    (finding,) = pool.findings(await look_at(pool, told), View())
    assert "emergency" not in finding.text.partition(");")[2]
    assert "xe " not in finding.text
