"""Commands and sockets of this very machine."""

import asyncio
from pathlib import Path

import psutil
import pytest

from collectors.host import (
    DeadlineExceeded,
    OutputTooLarge,
    SocketUnavailable,
    Stuck,
    Unreachable,
)
from exporter.hosts import open_host
from exporter.hosts.local import LocalHost
from exporter.hosts.settings import Local
from tests.hosts.conftest import Within
from tests.hosts.inputs import (
    CHILD_THAT_INHERITS,
    INTERPRETED,
    MEGABYTE,
    PRINTED,
    PROGRAM,
    UNREAD,
    checksum,
)
from tests.hosts.processes import end, gone, lives, pids_in, until

HANGS = "trap '' TERM; sleep 300 & echo $$ $! >$0; wait; sleep 300"
"""A shell that ignores SIGTERM and has a child; writes both process ids into `$0`."""


def a_host(**settings: int) -> LocalHost:
    return LocalHost("here", Local(**settings))


async def test_both_outputs_and_the_exit_status_are_told_apart(within: Within) -> None:
    output = await a_host().run(["sh", "-c", "echo a; echo b >&2; exit 3"], deadline=within(20))
    assert (output.stdout, output.stderr, output.exit_status) == ("a\n", "b\n", 3)
    assert output.seconds > 0


async def test_a_signal_is_a_negative_exit_status(within: Within) -> None:
    output = await a_host().run(["sh", "-c", "kill -TERM $$"], deadline=within(20))
    assert output.exit_status == -15


async def test_words_reach_the_command_as_they_are(within: Within) -> None:
    output = await a_host().run(["printf", "%s|", "a b", "$HOME", "*", "'"], deadline=within(20))
    assert output.stdout == "a b|$HOME|*|'|"


async def test_a_command_runs_untranslated_without_input_and_finds_sbin(within: Within) -> None:
    output = await a_host().run(["sh", "-c", "echo $LC_ALL; cat; echo $PATH"], deadline=within(20))
    locale, path = output.stdout.splitlines()
    assert locale == "C"
    assert {"/usr/sbin", "/opt/xensource/bin"} <= set(path.split(":"))


async def test_a_missing_command_exits_127(within: Within) -> None:
    output = await a_host().run(["no-such-multipath", "-ll"], deadline=within(20))
    assert output.exit_status == 127
    assert "not found" in output.stderr


async def test_a_file_that_may_not_be_executed_exits_126(within: Within, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    output = await a_host().run([str(tmp_path / "data")], deadline=within(20))
    assert output.exit_status == 126


async def test_a_script_without_its_interpreter_is_not_a_missing_command(
    within: Within, tmp_path: Path
) -> None:
    script = tmp_path / "script"
    script.write_text("#!/no/such/python\n")
    script.chmod(0o755)
    assert (await a_host().run([str(script)], deadline=within(20))).exit_status == 126


async def test_bytes_that_are_no_text_are_replaced(within: Within) -> None:
    output = await a_host().run(["printf", r"\377\376ok\n"], deadline=within(20))
    assert output.stdout == "\ufffd\ufffdok\n"


async def test_a_hanging_tree_of_processes_is_killed(within: Within, tmp_path: Path) -> None:
    host, pids = a_host(), tmp_path / "pids"
    run = asyncio.create_task(host.run(["sh", "-c", HANGS, str(pids)], deadline=within(1)))
    shell, child = await pids_in(pids, 2)
    with pytest.raises(DeadlineExceeded) as raised:
        await run
    assert raised.value.output is not None
    assert raised.value.output.exit_status is None
    assert await gone(shell, child)
    await host.close()


async def test_what_was_printed_before_the_deadline_is_kept(within: Within) -> None:
    with pytest.raises(DeadlineExceeded) as raised:
        await a_host().run(["sh", "-c", "echo so far; sleep 300"], deadline=within(0.5))
    assert raised.value.output is not None
    assert raised.value.output.stdout == "so far\n"
    assert raised.value.output.failure


async def test_ten_megabytes_are_read_when_they_are_allowed(within: Within) -> None:
    host = a_host(max_output=11_000_000)
    output = await host.run(["head", "-c", "10000000", "/dev/zero"], deadline=within(20))
    assert len(output.stdout) == 10_000_000


async def test_ten_megabytes_are_cut_off_and_the_command_killed(within: Within) -> None:
    with pytest.raises(OutputTooLarge) as raised:
        await a_host().run(["sh", "-c", "echo $$; exec yes"], deadline=within(20))
    assert raised.value.output is not None
    assert await gone(int(raised.value.output.stdout.split()[0]))


async def test_a_child_that_keeps_the_pipe_does_not_hold_the_answer(within: Within) -> None:
    command = ["sh", "-c", "sleep 300 & echo $!"]
    output = await a_host().run(command, deadline=within(20))
    child = int(output.stdout)
    # A daemon that the command started on purpose is not ours to kill.
    assert lives(child)
    end(child)


async def test_a_program_on_standard_input_runs_with_its_arguments(within: Within) -> None:
    output = await a_host().run(INTERPRETED, deadline=within(20), stdin=PROGRAM)
    assert (output.stdout, output.stderr, output.exit_status) == (PRINTED, "", 0)


async def test_a_megabyte_reaches_the_command_whole(within: Within) -> None:
    output = await a_host().run(["sha256sum"], deadline=within(20), stdin=MEGABYTE)
    assert output.stdout == checksum(MEGABYTE)


@pytest.mark.parametrize(("argv", "stdout", "exit_status"), UNREAD)
async def test_what_a_command_does_not_read_is_no_failure(
    within: Within, argv: list[str], stdout: str, exit_status: int
) -> None:
    output = await a_host().run(argv, deadline=within(20), stdin=MEGABYTE)
    assert (output.stdout, output.exit_status, output.failure) == (stdout, exit_status, None)


async def test_a_command_that_hangs_without_reading_is_killed(
    within: Within, tmp_path: Path
) -> None:
    host, pids = a_host(), tmp_path / "pids"
    command = ["sh", "-c", HANGS, str(pids)]
    run = asyncio.create_task(host.run(command, deadline=within(1), stdin=MEGABYTE))
    tree = await pids_in(pids, 2)
    with pytest.raises(DeadlineExceeded):
        await run
    assert await gone(*tree)
    await host.close()


async def test_a_child_that_never_reads_keeps_no_pipe_of_ours(within: Within) -> None:
    host, before = a_host(), psutil.Process().num_fds()
    output = await host.run(CHILD_THAT_INHERITS, deadline=within(20), stdin=MEGABYTE)
    child = int(output.stdout)
    await until(lambda: psutil.Process().num_fds() <= before)
    assert lives(child)
    end(child)


async def test_cancelling_the_caller_kills_the_tree(within: Within, tmp_path: Path) -> None:
    pids = tmp_path / "pids"
    run = asyncio.create_task(a_host().run(["sh", "-c", HANGS, str(pids)], deadline=within(60)))
    tree = await pids_in(pids, 2)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert await gone(*tree)


async def test_closing_the_host_kills_what_runs(within: Within, tmp_path: Path) -> None:
    host, pids = a_host(), tmp_path / "pids"
    run = asyncio.create_task(host.run(["sh", "-c", HANGS, str(pids)], deadline=within(60)))
    tree = await pids_in(pids, 2)
    await host.close()
    assert await gone(*tree)
    with pytest.raises(Unreachable, match="no longer watched"):
        await run


async def test_while_a_command_will_not_die_no_second_one_is_started(
    within: Within, tmp_path: Path
) -> None:
    """The stand-in for a process in uninterruptible sleep is one that is never killed."""
    pids = tmp_path / "pids"
    host = LocalHost("here", Local(), kill_group=lambda group, signal: None)
    command = ["sh", "-c", f"echo $$ >>{pids}; exec sleep 300"]
    with pytest.raises(DeadlineExceeded):
        await host.run(command, deadline=within(0.5))
    with pytest.raises(Stuck, match="still hangs"):
        await host.run(command, deadline=within(20))
    [(line, seconds)] = host.stuck().items()
    assert line.startswith("sh -c")
    assert seconds > 0.5
    [pid] = await pids_in(pids, 1)
    assert (await host.run(["echo", "others"], deadline=within(20))).exit_status == 0
    end(pid)
    await until(lambda: not host.stuck())
    await host.close()


async def test_a_unix_socket_is_talked_to(within: Within, tmp_path: Path) -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()

    path = str(tmp_path / "ctl")
    server = await asyncio.start_unix_server(shout, path)
    reader, writer = await a_host().connect_unix(path, deadline=within(20))
    writer.write(b"hello\n")
    await writer.drain()
    assert await reader.read() == b"HELLO\n"
    writer.close()
    server.close()


async def test_an_absent_socket_is_unavailable(within: Within, tmp_path: Path) -> None:
    with pytest.raises(SocketUnavailable, match="No such file"):
        await a_host().connect_unix(str(tmp_path / "ctl"), deadline=within(20))


async def test_an_ended_command_leaves_no_zombie(within: Within) -> None:
    output = await a_host().run(["sh", "-c", "echo $$"], deadline=within(20))
    assert not psutil.pid_exists(int(output.stdout))


def test_local_settings_open_this_machine() -> None:
    host = open_host("here", Local())
    assert host.name == "here"
    assert host.stuck() == {}
