"""What a key started can be killed with it, and no other process."""

import asyncio
import os
import shlex
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from subprocess import DEVNULL, Popen

import asyncssh
import pytest

from collectors.host import DeadlineExceeded
from exporter.hosts.ssh import SshHost
from exporter.hosts.ssh_command import RemoteProcess, kill_line, process_in
from exporter.hosts.ssh_options import client_options
from tests.collectors.onhost.key_program import MARKER, STREAMED, started
from tests.hosts.processes import end, gone, lives, pids_in
from tests.live.key_lab import KeyLab, key_lab

pytestmark = pytest.mark.openssh
HANGS = "trap '' TERM HUP; sleep 300 & echo $$ $! >>{}; wait; sleep 300"


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[KeyLab]:
    """A server whose only key has level `read`."""
    async with key_lab(tmp_path) as made:
        yield made


@pytest.fixture
def stranger() -> Iterator[Popen[bytes]]:
    """A process of the same account that no key started."""
    with Popen(["sleep", "300"], start_new_session=True, stdout=DEVNULL) as process:
        yield process
        process.kill()


def named(pid: int) -> RemoteProcess:
    """A process as its own /proc tells it."""
    words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return RemoteProcess(pid, int(words[19]))


async def killed(lab: KeyLab, process: RemoteProcess) -> tuple[int | None, str, str]:
    """What the line that kills ends with and prints."""
    settings = lab.sshd.settings()
    async with asyncssh.connect(
        settings.address, settings.port, options=client_options(settings), config=None
    ) as connection:
        done = await connection.run(kill_line(process))
    return done.exit_status, str(done.stdout), str(done.stderr)


@pytest.mark.parametrize(
    "argv",
    [("multipath", "-ll"), ("env", "-i", "A=b", "multipath", "-ll")],
    ids=["command", "empty environment"],
)
async def test_a_tree_that_hangs_is_killed_at_its_deadline(
    lab: KeyLab, tmp_path: Path, argv: tuple[str, ...]
) -> None:
    """Also one with the empty environment of `env -i`, as xe has it."""
    pids = tmp_path / "pids"
    lab.tool("multipath", HANGS.format(pids))
    if argv[0] == "env":
        argv = (*argv[:2], f"PATH={lab.tools}:{os.defpath}", *argv[3:])
        lab.allow(shlex.join(("read", *argv)))
    host = SshHost("xs1", lab.sshd.settings())
    run = asyncio.create_task(host.run(argv, deadline=asyncio.get_running_loop().time() + 10))
    tree = await pids_in(pids, 2)
    with pytest.raises(DeadlineExceeded):
        await run
    assert await gone(*tree)
    await host.close()


async def test_a_process_that_no_key_started_is_left_alone(
    lab: KeyLab, stranger: Popen[bytes]
) -> None:
    status, printed, said = await killed(lab, named(stranger.pid))
    assert (status, printed) == (126, "")
    assert said == (f"xenlens_key: refused: process {stranger.pid} was not started with this key\n")
    assert lives(stranger.pid)


async def test_what_still_waits_for_its_program_can_be_killed(lab: KeyLab) -> None:
    """It has no mark in its environment before it becomes the command."""
    lab.give("probe")
    settings = lab.sshd.settings()
    line = started((*STREAMED, "probe", "--count", "3"), reads=True)
    async with asyncssh.connect(
        settings.address, settings.port, options=client_options(settings), config=None
    ) as connection:
        waiting = await connection.create_process(line, encoding=None)
        process = process_in(await waiting.stdout.readline(), MARKER)
        assert process is not None
        assert await killed(lab, process) == (0, "alive\n", "")
        assert await gone(process.pid)


async def test_a_process_that_is_gone_or_another_by_now_is_no_refusal(
    lab: KeyLab, stranger: Popen[bytes]
) -> None:
    now = named(stranger.pid)
    other = RemoteProcess(now.pid, now.start_ticks + 1)
    assert await killed(lab, other) == (1, "", "")
    assert lives(stranger.pid)


async def test_what_a_key_of_another_level_started_is_left_alone(
    lab: KeyLab, tmp_path: Path
) -> None:
    pids = tmp_path / "pids"
    lab.tool("multipath", HANGS.format(pids))
    lab.give("heal")
    host = SshHost("xs1", lab.sshd.settings())
    loop = asyncio.get_running_loop()
    run = asyncio.create_task(host.run(("multipath", "-ll"), deadline=loop.time() + 60))
    tree = await pids_in(pids, 2)
    lab.give("read")
    status, _, said = await killed(lab, named(tree[0]))
    assert (status, "was not started with this key" in said) == (126, True)
    assert all(map(lives, tree))
    lab.give("heal")
    assert await killed(lab, named(tree[0])) == (0, "alive\n", "")
    assert await gone(*tree)
    run.cancel()
    await asyncio.gather(run, return_exceptions=True)
    await host.close()
    for pid in tree:
        end(pid)
