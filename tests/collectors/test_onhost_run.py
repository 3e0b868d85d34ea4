"""Running the program on a host: by which Python, from where, and what a failure says."""

import pytest

from collectors.host import DeadlineExceeded, HostError, Output, Stuck, loop_time
from collectors.inventory import HostInventory, Probing
from collectors.onhost import program
from collectors.onhost_run import OnHost
from collectors.registry import CollectorFailed, Look
from tests.fakes import Answer, FakeHost

NEW, OLD = "python3 -S -E - probe --count 3", "python -S -E - probe --count 3"
HERE = "/opt/xenlens/xenlens_host.py"


async def run(host: FakeHost, onhost: OnHost | None = None, installed: str | None = None) -> str:
    known = HostInventory(probing=Probing(program=installed))
    look = Look(host, loop_time() + 5, known)
    return await (onhost or OnHost()).run(look, "probe", "--count", "3")


async def test_the_program_goes_to_standard_input_and_what_it_prints_comes_back() -> None:
    host = FakeHost({NEW: "printed\n"})
    assert await run(host) == "printed\n"
    assert host.asked == [NEW]
    assert host.given == {NEW: program()}


async def test_a_program_that_is_installed_is_not_sent() -> None:
    line = f"python3 -S -E {HERE} probe --count 3"
    host = FakeHost({line: "printed\n"})
    assert await run(host, installed=HERE) == "printed\n"
    assert (host.asked, host.given) == ([line], {})


async def test_the_python_that_is_there_is_found_once() -> None:
    host, onhost = FakeHost({OLD: "old\n"}), OnHost()
    assert [await run(host, onhost) for _ in range(3)] == ["old\n"] * 3
    assert host.asked == [NEW, OLD, OLD, OLD]


async def test_a_python_that_is_gone_is_looked_for_again() -> None:
    onhost = OnHost()
    await run(FakeHost({OLD: "old\n"}), onhost)
    with pytest.raises(CollectorFailed, match="the host has no python"):
        await run(FakeHost({NEW: "new\n"}), onhost)
    assert await run(FakeHost({NEW: "new\n"}), onhost) == "new\n"


async def test_a_host_with_no_python_says_so_each_time() -> None:
    host, onhost = FakeHost({}), OnHost()
    for _ in range(2):
        with pytest.raises(CollectorFailed) as failure:
            await run(host, onhost)
        assert failure.value.reason == "no_python"
        assert str(failure.value) == "the host has no python3 nor python: nothing can be probed"
    assert host.asked == [NEW, OLD] * 2


@pytest.mark.parametrize(
    ("output", "said"),
    [
        (
            Output((), stderr="xenlens_host: no --bond given\n", exit_status=2),
            "xenlens_host.py exited 2: xenlens_host: no --bond given",
        ),
        (
            Output((), stderr='Traceback …\n  File "<stdin>"\nMemoryError\n\n', exit_status=1),
            "xenlens_host.py exited 1: MemoryError",
        ),
        (Output((), stdout="disk full\n", exit_status=1), "xenlens_host.py exited 1: disk full"),
        (Output((), exit_status=-9), "xenlens_host.py exited -9: it said nothing"),
    ],
)
async def test_a_program_that_fails_is_quoted_by_its_last_line(output: Output, said: str) -> None:
    with pytest.raises(CollectorFailed) as failure:
        await run(FakeHost({NEW: output}))
    assert (failure.value.reason, str(failure.value)) == ("exit_status", said)


async def test_a_program_that_is_not_where_it_is_installed_says_what_to_do() -> None:
    said = f"python3: can't open file '{HERE}': [Errno 2] No such file or directory"
    host = FakeHost(
        {f"python3 -S -E {HERE} probe --count 3": Output((), stderr=said, exit_status=2)}
    )
    with pytest.raises(CollectorFailed) as failure:
        await run(host, installed=HERE)
    assert failure.value.reason == "exit_status"
    assert str(failure.value) == (
        f"xenlens_host.py exited 2: {said}; copy it there, or leave probe.program out"
    )


async def test_a_program_that_fails_where_it_is_installed_is_quoted_alone() -> None:
    host = FakeHost(
        {f"python3 -S -E {HERE} probe --count 3": Output((), stderr="MemoryError", exit_status=1)}
    )
    with pytest.raises(CollectorFailed) as failure:
        await run(host, installed=HERE)
    assert str(failure.value) == "xenlens_host.py exited 1: MemoryError"


@pytest.mark.parametrize("error", [DeadlineExceeded("late"), Stuck("still hangs")])
async def test_a_host_that_does_not_answer_is_not_asked_by_another_python(error: Answer) -> None:
    host = FakeHost({NEW: error, OLD: "old\n"})
    with pytest.raises(HostError):
        await run(host)
    assert host.asked == [NEW]


def test_the_program_is_ascii_and_small_enough_to_stream_at_every_look() -> None:
    assert program().isascii()
    assert len(program()) < 64 * 1024
    assert 'if __name__ == "__main__":' in program()
