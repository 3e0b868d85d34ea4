"""What a supervisor hears, on a real socket as systemd's."""

import asyncio
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from exporter.supervisor import Supervisor
from tests.exporter.life.hearing import Hearing, hearing


@pytest.fixture(params=["a file", "abstract"])
def heard(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hearing]:
    with hearing(tmp_path / "notify", abstract=request.param == "abstract") as heard:
        yield heard


def test_a_message_arrives_whole(heard: Hearing) -> None:
    Supervisor(heard.address).tell("READY=1", "STATUS=here")
    assert heard.messages() == ["READY=1\nSTATUS=here"]


def test_a_reload_is_told_with_its_time_and_its_end_also_when_it_fails(heard: Hearing) -> None:
    with pytest.raises(ZeroDivisionError), Supervisor(heard.address).reloading():
        assert 1 / 0
    began, ended = heard.messages()
    reloading, at = began.split("\n")
    assert reloading == "RELOADING=1"
    assert at.removeprefix("MONOTONIC_USEC=").isdecimal()
    assert ended == "READY=1"


async def test_signs_of_life_stop_when_the_event_loop_does(heard: Hearing) -> None:
    informing = asyncio.create_task(Supervisor(heard.address, watchdog=0.01).keep_informed())
    told: list[str] = []
    while len(told) < 3:
        told += heard.messages()
        await asyncio.sleep(0.005)
    assert set(told) == {"WATCHDOG=1"}
    heard.messages()
    # Nothing awaits from here on: the loop does not turn.
    assert not heard.hears_within(0.05)
    await asyncio.sleep(0)
    assert heard.messages() == ["WATCHDOG=1"]
    informing.cancel()


async def test_without_a_watchdog_nothing_is_told_of_life(heard: Hearing) -> None:
    await Supervisor(heard.address).keep_informed()
    assert heard.messages() == []


@pytest.mark.parametrize(
    ("environ", "watchdog"),
    [
        ({"WATCHDOG_USEC": "30000000"}, 30.0),
        ({"WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "1"}, 0.0),
        ({"WATCHDOG_USEC": "soon"}, 0.0),
        ({}, 0.0),
    ],
)
def test_the_watchdog_is_the_one_of_this_process(environ: dict[str, str], watchdog: float) -> None:
    assert Supervisor.of({"NOTIFY_SOCKET": "@x", **environ}) == Supervisor("@x", watchdog)


def test_without_a_supervisor_nobody_is_told() -> None:
    assert Supervisor.of({}) == Supervisor()
    Supervisor().tell("READY=1")


def test_a_supervisor_that_is_gone_is_logged_and_stops_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as left:
        left.bind(str(tmp_path / "notify"))
    Supervisor(str(tmp_path / "notify")).tell("READY=1")
    assert [record.getMessage() for record in caplog.records] == ["the supervisor is not told"]
