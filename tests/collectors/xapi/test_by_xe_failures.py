"""XAPI asked by xe: every failure by its name, and nothing read in part."""

import pytest

from collectors.host import DeadlineExceeded, Output, OutputTooLarge, Stuck, Unreachable
from collectors.xapi.by_xe import XeXapi
from collectors.xapi.source import XapiFailed
from collectors.xapi.xe_lists import HOSTS, PBDS, SRS, VMS, XeList
from collectors.xapi.xe_lists import POOL as POOL_LIST
from tests.collectors.xapi.xe_pool import (
    answers,
    failure_of,
    line,
    lists,
    read,
)
from tests.collectors.xe_printer import printed
from tests.fakes import Answer, FakeHost, refused


@pytest.mark.parametrize(
    ("answer", "reason", "says"),
    [
        (DeadlineExceeded("no answer in time"), "deadline_exceeded", "no answer in time"),
        (Stuck("still hangs"), "stuck", "hangs since an earlier look"),
        (Unreachable("no route"), "unreachable", "no route"),
        (OutputTooLarge("too much"), "unparsable", "too much"),
        (refused("env: xe: No such file or directory\n", 127), "not_found", "No such file"),
        (refused("env: xe: Permission denied\n", 126), "permission", "Permission denied"),
        (refused("Lost connection to the server.\n", 1), "lost_connection", "Lost connection"),
        (refused("Error: Connection refused (calling connect )\n", 1), "unreachable", "refused"),
        (
            refused("The host toolstack is still initialising. Please wait.\n", 1),
            "emergency_mode",
            "still initialising",
        ),
        (refused("Authentication failed\n", 1), "authentication_failed", "Authentication failed"),
        (refused("something new\n", 1), "refused", "exit status 1: something new"),
        (Output((), exit_status=-9), "lost_connection", "signal 9"),
        ("Usage: xe pool-list\n", "refused", "Usage"),
        ("<html>\n</html>\n", "unparsable", "line 1: expected the first field of a record"),
        ("", "unparsable", "expected one whole pool, found none"),
    ],
)
async def test_every_failure_has_its_reason(answer: Answer, reason: str, says: str) -> None:
    failure = await failure_of({line(*POOL_LIST.words): answer})
    assert failure.reason == reason
    assert says in str(failure)


async def test_an_xe_that_answered_some_lists_is_slow() -> None:
    hanging = DeadlineExceeded("no answer in time")
    failure = await failure_of({line(*SRS.words): hanging})
    assert (failure.reason, str(failure)) == (
        "slow",
        "xe sr-list: no answer in time; XAPI answered 2 calls, then no time was left",
    )
    assert (await failure_of({line(*SRS.words): Stuck("still hangs")})).reason == "stuck"
    assert (await failure_of({line(*POOL_LIST.words): hanging})).reason == "deadline_exceeded"


async def test_what_an_earlier_read_was_answered_does_not_make_a_later_one_slow() -> None:
    table = answers(lists())
    host = FakeHost(table)
    source = XeXapi(host)
    await read(source)
    host.answers = table | {line(*POOL_LIST.words): DeadlineExceeded("no answer in time")}
    for _ in range(2):
        with pytest.raises(XapiFailed) as caught:
            await read(source)
        assert caught.value.reason == "deadline_exceeded"


async def test_a_member_that_names_its_coordinator_says_who_it_is() -> None:
    text = (
        "You cannot make regular API calls directly on a pool member. Please pass API calls via"
        " the master host.\nMaster IP address: 192.0.2.11\n"
    )
    failure = await failure_of({line(*POOL_LIST.words): refused(text, 1)})
    assert (failure.reason, failure.code, failure.parameters) == (
        "host_is_slave",
        "HOST_IS_SLAVE",
        ("192.0.2.11",),
    )


@pytest.mark.parametrize("asked", [POOL_LIST, HOSTS, SRS, PBDS, VMS])
async def test_a_list_that_is_cut_off_fails_the_read(asked: XeList) -> None:
    whole = printed(lists()[asked.kind])
    for cut in (whole[:-1], whole[: len(whole) // 2]):
        failure = await failure_of({line(*asked.words): cut})
        assert (failure.reason, asked.command in str(failure)) == ("lost_connection", True)


async def test_records_beside_a_lost_connection_are_not_used() -> None:
    whole = printed(lists()["sr"])
    lost = Output((), stdout=whole, stderr="Lost connection to the server.\n", exit_status=1)
    assert (await failure_of({line(*SRS.words): lost})).reason == "lost_connection"


async def test_what_hung_is_asked_first_so_that_no_second_command_hangs() -> None:
    table = answers(lists())
    whole = table[line(*SRS.words)]
    host = FakeHost(table | {line(*SRS.words): Stuck("still hangs")})
    source = XeXapi(host)
    with pytest.raises(XapiFailed):
        await read(source)
    before = len(host.asked)
    with pytest.raises(XapiFailed) as caught:
        await read(source)
    assert caught.value.reason == "stuck"
    assert host.asked[before:] == [line(*SRS.words)]
    host.answers = table | {line(*SRS.words): whole}
    assert len((await read(source)).srs) == 2


async def test_the_host_names_what_hangs_the_source_does_not() -> None:
    source = XeXapi(FakeHost({}))
    assert source.stuck() == {}
    assert source.via == "xe"
    await source.close()
