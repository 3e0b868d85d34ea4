"""What a thief of a key of level `read` tries at a real OpenSSH server, with its own clients."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import asyncssh
import pytest

from exporter.hosts.ssh_options import client_options
from tests.live.key_lab import KeyLab, key_lab

pytestmark = pytest.mark.openssh
PERSONS = (
    "",
    "id",
    "bash -c id",
    "sh -c 'id'",
    "uname -r; id",
    "uname -r\nid",
    "cat /proc/mounts | id",
    "$(id)",
    "`id`",
    "exec id",
    "xenlens_key.py heal",
    "XENLENS_KEY=heal uname -r",
)


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[KeyLab]:
    """A server whose only key has level `read`."""
    async with key_lab(tmp_path) as made:
        yield made


def client(lab: KeyLab, program: str, *words: str) -> tuple[str, ...]:
    """The command line of one of OpenSSH's own clients."""
    known = ("-o", f"UserKnownHostsFile={lab.sshd.known_hosts}", "-o", "IdentitiesOnly=yes")
    key = ("-F", "none", "-o", "BatchMode=yes", "-i", str(lab.sshd.key))
    flag = "-p" if program == "ssh" else "-P"
    return (program, *known, *key, flag, str(lab.sshd.port), *words)


async def ended(lab: KeyLab, program: str, *words: str) -> tuple[int, str]:
    """Exit status and last words of a client."""
    pipe = asyncio.subprocess.PIPE
    argv = client(lab, program, *words)
    process = await asyncio.create_subprocess_exec(
        *argv, stdin=asyncio.subprocess.DEVNULL, stdout=pipe, stderr=asyncio.subprocess.STDOUT
    )
    async with asyncio.timeout(30):
        printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, printed.decode()


@pytest.mark.parametrize("old", [False, True], ids=["restrict", "old-openssh"])
async def test_a_person_with_the_key_gets_nothing_but_a_refusal(lab: KeyLab, old: bool) -> None:
    """A shell, commands, ways around them, and a subsystem."""
    lab.give("read", old=old)
    place = f"{lab.sshd.settings().user}@127.0.0.1"
    for line in PERSONS[:2] if old else PERSONS:
        status, printed = await ended(lab, "ssh", place, line)
        assert status == 126, printed
        assert "xenlens_key: refused: " in printed
        assert "uid=" not in printed
    # A subsystem's standard error stays with sshd.
    assert await ended(lab, "ssh", "-s", place, "sftp") == (126, "")
    status, printed = await ended(lab, "ssh", "-tt", place)
    assert status == 255
    assert "PTY allocation request failed" in printed


@pytest.mark.parametrize("program", ["scp", "sftp"])
async def test_no_file_goes_in_or_out(lab: KeyLab, tmp_path: Path, program: str) -> None:
    secret, taken = tmp_path / "secret", tmp_path / "taken"
    secret.write_text("secret")
    place = f"{lab.sshd.settings().user}@127.0.0.1"
    for words in (
        (f"{place}:{secret}", str(taken)),
        *([(str(secret), f"{place}:{taken}")] if program == "scp" else []),
        *([("-O", f"{place}:{secret}", str(taken))] if program == "scp" else []),
    ):
        status, _ = await ended(lab, program, *words)
        assert status != 0
    assert not taken.exists()


async def test_nothing_is_forwarded(lab: KeyLab, tmp_path: Path) -> None:
    """Neither ports in either direction, nor sockets, nor a terminal, nor the agent."""
    settings = lab.sshd.settings()
    async with asyncssh.connect(
        settings.address, settings.port, options=client_options(settings), config=None
    ) as connection:
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.open_connection("127.0.0.1", settings.port)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_port("127.0.0.1", 0, "127.0.0.1", settings.port)
        with pytest.raises(asyncssh.ChannelListenError):
            await connection.forward_remote_path(str(tmp_path / "s"), str(tmp_path / "t"))
        with pytest.raises(asyncssh.ChannelOpenError):
            await connection.create_process("id", term_type="xterm")
