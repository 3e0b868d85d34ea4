"""What a real OpenSSH server does with it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collectors.host import (
    DeadlineExceeded,
    OutputTooLarge,
    SocketUnavailable,
    Stuck,
    Unreachable,
)
from exporter.hosts.ssh import SshHost
from tests.hosts.conftest import Within
from tests.hosts.inputs import (
    CHILD_THAT_INHERITS,
    FIVE_MEGABYTES,
    INTERPRETED,
    MEGABYTE,
    PRINTED,
    PROGRAM,
    UNREAD,
    checksum,
)
from tests.hosts.processes import end, gone, lives, pids_in, until
from tests.labs.sshd import Sshd, running_sshd

pytestmark = pytest.mark.openssh

HANGS = "trap '' TERM HUP; sleep 300 & echo $$ $! >>$0; wait; sleep 300"
"""A shell that ignores signals and has a child; adds both process ids to the file `$0`."""
OLD = (
    "KexAlgorithms diffie-hellman-group1-sha1",
    "Ciphers 3des-cbc",
    "MACs hmac-md5",
    "HostKeyAlgorithms ssh-rsa",
)
"""The oldest of what OpenSSH 4.3 speaks."""
FORCED = "ForceCommand exec sh -c 'eval \"$SSH_ORIGINAL_COMMAND\"'"
"""Runs what it is asked to, in a shell of its own."""


@pytest.fixture
async def host(sshd: Sshd) -> AsyncIterator[SshHost]:
    host = SshHost("xs1", sshd.settings())
    yield host
    await host.close()


@pytest.mark.parametrize(
    ("argv", "stdout", "exit_status"),
    [
        (["printf", "%s|", "a b", "$HOME", "'"], "a b|$HOME|'|", 0),
        (["sh", "-c", "echo a; exit 3"], "a\n", 3),
        (["sh", "-c", "kill -TERM $$"], "", -15),
        (["no-such-multipath", "-ll"], "", 127),
        (["/etc/passwd"], "", 126),
        (["sh", "-c", "echo $LC_ALL; cat"], "C\n", 0),
    ],
)
async def test_a_command_ends_as_it_would_here(
    host: SshHost, within: Within, argv: list[str], stdout: str, exit_status: int
) -> None:
    output = await host.run(argv, deadline=within(20))
    assert (output.stdout, output.exit_status) == (stdout, exit_status)


async def test_a_banner_of_the_login_shell_is_no_output(tmp_path: Path, within: Within) -> None:
    forced = """ForceCommand echo Welcome; printf hm >&2; eval "$SSH_ORIGINAL_COMMAND" """
    async with running_sshd(tmp_path, forced) as sshd:
        host = SshHost("xs1", sshd.settings())
        output = await host.run(["sh", "-c", "echo data; echo bad >&2"], deadline=within(20))
        assert (output.stdout, output.stderr) == ("data\n", "bad\n")
        await host.close()


@pytest.mark.parametrize("extra", ["", FORCED])
async def test_a_program_on_standard_input_runs_with_its_arguments(
    tmp_path: Path, within: Within, extra: str
) -> None:
    async with running_sshd(tmp_path, extra) as sshd:
        host = SshHost("xs1", sshd.settings())
        output = await host.run(INTERPRETED, deadline=within(20), stdin=PROGRAM)
        assert (output.stdout, output.stderr, output.exit_status) == (PRINTED, "", 0)
        await host.close()


@pytest.mark.parametrize("extra", ["", FORCED])
@pytest.mark.parametrize("text", [MEGABYTE, FIVE_MEGABYTES], ids=["1MB", "5MB"])
async def test_standard_input_reaches_the_command_whole(
    tmp_path: Path, within: Within, extra: str, text: str
) -> None:
    async with running_sshd(tmp_path, extra) as sshd:
        host = SshHost("xs1", sshd.settings())
        output = await host.run(["sha256sum"], deadline=within(30), stdin=text)
        assert output.stdout == checksum(text)
        await host.close()


async def test_a_command_that_prints_nothing_more_reads_on(
    host: SshHost, within: Within, tmp_path: Path
) -> None:
    sums = tmp_path / "sums"
    command = ["sh", "-c", f"exec >{sums} 2>&1; sleep 0.5; exec sha256sum"]
    await host.run(command, deadline=within(30), stdin=FIVE_MEGABYTES)
    assert sums.read_text() == checksum(FIVE_MEGABYTES)


@pytest.mark.parametrize("text", [MEGABYTE, FIVE_MEGABYTES], ids=["1MB", "5MB"])
@pytest.mark.parametrize(("argv", "stdout", "exit_status"), UNREAD)
async def test_what_a_command_does_not_read_is_no_failure(
    host: SshHost, within: Within, argv: list[str], stdout: str, exit_status: int, text: str
) -> None:
    output = await host.run(argv, deadline=within(20), stdin=text)
    assert (output.stdout, output.exit_status, output.failure) == (stdout, exit_status, None)


async def test_a_child_that_never_reads_keeps_no_session(tmp_path: Path, within: Within) -> None:
    async with running_sshd(tmp_path, "MaxSessions 1") as sshd:
        host = SshHost("xs1", sshd.settings())
        for _ in range(4):
            output = await host.run(CHILD_THAT_INHERITS, deadline=within(20), stdin=FIVE_MEGABYTES)
            assert lives(int(output.stdout))
            end(int(output.stdout))
        await host.close()


async def test_ten_megabytes_come_through_or_are_cut_off(sshd: Sshd, within: Within) -> None:
    command = ["head", "-c", "10000000", "/dev/zero"]
    roomy = SshHost("xs1", sshd.settings(max_output=11_000_000))
    assert len((await roomy.run(command, deadline=within(30))).stdout) == 10_000_000
    await roomy.close()
    narrow = SshHost("xs1", sshd.settings())
    with pytest.raises(OutputTooLarge):
        await narrow.run(command, deadline=within(30))
    await narrow.close()


@pytest.mark.parametrize("extra", ["", FORCED])
@pytest.mark.parametrize("unread", ["", FIVE_MEGABYTES], ids=["no input", "5MB"])
async def test_a_hanging_tree_is_killed_on_the_host(
    tmp_path: Path, within: Within, extra: str, unread: str
) -> None:
    async with running_sshd(tmp_path, extra) as sshd:
        host, pids = SshHost("xs1", sshd.settings()), tmp_path / "pids"
        command = ["sh", "-c", HANGS, str(pids)]
        run = asyncio.create_task(host.run(command, deadline=within(2), stdin=unread))
        tree = await pids_in(pids, 2)
        with pytest.raises(DeadlineExceeded):
            await run
        assert await gone(*tree)
        assert (await host.run(["echo", "next"], deadline=within(20))).stdout == "next\n"
        await host.close()


async def test_cancelling_the_caller_kills_on_the_host(
    host: SshHost, within: Within, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    run = asyncio.create_task(host.run(["sh", "-c", HANGS, str(pids)], deadline=within(60)))
    tree = await pids_in(pids, 2)
    run.cancel()
    with pytest.raises(asyncio.CancelledError):
        await run
    assert await gone(*tree)


async def test_a_child_that_keeps_the_pipe_does_not_hold_the_answer(
    host: SshHost, within: Within
) -> None:
    output = await host.run(["sh", "-c", "sleep 300 & echo $!"], deadline=within(20))
    child = int(output.stdout)
    assert lives(child)
    end(child)


async def test_after_a_restart_of_the_server_the_next_call_reconnects(
    sshd: Sshd, host: SshHost, within: Within, tmp_path: Path
) -> None:
    """What the broken connection left running is killed before the same is started again."""
    pids = tmp_path / "pids"
    command = ["sh", "-c", HANGS, str(pids)]
    run = asyncio.create_task(host.run(command, deadline=within(60)))
    left = await pids_in(pids, 2)
    # The marker was printed before; it has to reach us too.
    await asyncio.sleep(0.5)
    await sshd.stop()
    with pytest.raises(Unreachable, match="connection lost"):
        await run
    with pytest.raises(Unreachable, match="connection refused"):
        await host.run(["echo", "down"], deadline=within(20))
    await sshd.start()
    again = asyncio.create_task(_patiently(host, command, within))
    tree = await pids_in(pids, 4)
    assert await gone(*left)
    again.cancel()
    assert await gone(*tree[2:])


async def _patiently(host: SshHost, command: list[str], within: Within) -> None:
    """Run, and again while the host is left alone after a failure."""
    for _ in range(100):
        try:
            await host.run(command, deadline=within(60))
        except Unreachable:
            await asyncio.sleep(0.1)


async def test_what_a_broken_connection_left_and_cannot_be_killed_is_stuck(
    sshd: Sshd, host: SshHost, within: Within, tmp_path: Path
) -> None:
    """The stand-in for uninterruptible sleep: the host's `kill` refuses to work."""
    pids = tmp_path / "pids"
    command = ["sh", "-c", HANGS, str(pids)]
    run = asyncio.create_task(host.run(command, deadline=within(60)))
    left = await pids_in(pids, 2)
    # The marker was printed before; it has to reach us too.
    await asyncio.sleep(0.5)
    await sshd.stop()
    with pytest.raises(Unreachable):
        await run
    powerless = 'ForceCommand kill() { :; }; eval "$SSH_ORIGINAL_COMMAND"'
    sshd.prepend(powerless)
    await sshd.start()
    with pytest.raises(Stuck, match="left by a lost connection"):
        await host.run(command, deadline=within(20))
    assert list(host.stuck()) == [f"sh -c {shell_quoted(HANGS)} {pids}"]
    for pid in left:
        end(pid)


def shell_quoted(text: str) -> str:
    return "'" + text.replace("'", "'\"'\"'") + "'"


@pytest.mark.parametrize("extra", ["", "MaxSessions 2", "MaxSessions 1"])
async def test_more_commands_than_sessions_take_turns(
    tmp_path: Path, within: Within, extra: str
) -> None:
    async with running_sshd(tmp_path, extra) as sshd:
        host = SshHost("xs1", sshd.settings())
        runs = [host.run(["echo", str(x)], deadline=within(50)) for x in range(20)]
        outputs = await asyncio.gather(*runs)
        assert [x.stdout for x in outputs] == [f"{x}\n" for x in range(20)]
        await host.close()


async def test_a_server_that_allows_no_session_is_told(tmp_path: Path, within: Within) -> None:
    async with running_sshd(tmp_path, "MaxSessions 0") as sshd:
        host = SshHost("xs1", sshd.settings())
        with pytest.raises(Unreachable, match="no session opened: open failed"):
            await host.run(["true"], deadline=within(20))
        await host.close()


async def test_a_unix_socket_is_forwarded(host: SshHost, within: Within, tmp_path: Path) -> None:
    async def shout(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write((await reader.readline()).upper())
        writer.close()

    path = str(tmp_path / "ctl")
    listener = await asyncio.start_unix_server(shout, path)
    reader, writer = await host.connect_unix(path, deadline=within(20))
    writer.write(b"hello\n")
    await writer.drain()
    assert await reader.read(100) == b"HELLO\n"
    writer.close()
    listener.close()
    with pytest.raises(SocketUnavailable):
        await host.connect_unix(str(tmp_path / "absent"), deadline=within(20))


async def test_a_server_that_may_not_forward_says_so(tmp_path: Path, within: Within) -> None:
    async with running_sshd(tmp_path, "AllowStreamLocalForwarding no") as sshd:
        host = SshHost("xs1", sshd.settings())
        with pytest.raises(SocketUnavailable):
            await host.connect_unix("/var/run/x", deadline=within(20))
        await host.close()


async def test_a_wrong_host_key_is_refused(sshd: Sshd, within: Within, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong"
    public = (tmp_path / "client_key.pub").read_text()
    wrong.write_text(f"[127.0.0.1]:{sshd.port} {public}")
    host = SshHost("xs1", sshd.settings(known_hosts=wrong))
    with pytest.raises(Unreachable, match="wrong host key"):
        await host.run(["true"], deadline=within(20))


async def test_refused_authentication_says_so(sshd: Sshd, within: Within, tmp_path: Path) -> None:
    host = SshHost("xs1", sshd.settings(key=tmp_path / "host_key"))
    with pytest.raises(Unreachable, match="authentication refused"):
        await host.run(["true"], deadline=within(20))


@pytest.mark.filterwarnings("ignore:Diffie-Hellman over finite fields")
async def test_a_server_of_old_is_reached_only_when_that_is_allowed(
    tmp_path: Path, within: Within
) -> None:
    async with running_sshd(tmp_path, *OLD) as sshd:
        with pytest.raises(Unreachable, match="legacy: true"):
            await SshHost("xs1", sshd.settings()).run(["true"], deadline=within(20))
        host = SshHost("xs1", sshd.settings(legacy=True))
        assert (await host.run(["echo", "hi"], deadline=within(20))).stdout == "hi\n"
        await host.close()


async def test_the_keys_own_line_may_forbid_everything_but_a_command(
    sshd: Sshd, within: Within, tmp_path: Path
) -> None:
    """A forced command that ignores what it is asked never counts as the command's output."""
    keys = tmp_path / "authorized_keys"
    keys.write_text(f'restrict,command="echo I only do this" {keys.read_text()}')
    host = SshHost("xs1", sshd.settings())
    with pytest.raises(Unreachable, match="did not start"):
        await host.run(["multipath", "-ll"], deadline=within(20))
    await until(lambda: not host.stuck())
    await host.close()
