"""A key of level `read` with a real OpenSSH server is enough for a scrape."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from collectors.bonds import Bonds
from collectors.host import Output, SocketUnavailable
from collectors.inventory import HostInventory
from collectors.onhost import HOST, program
from collectors.registry import Look
from exporter.config import Target
from exporter.fleet import Fleet
from exporter.hosts.ssh import SshHost
from exporter.hosts.ssh_errors import KeyRefused
from tests.exporter.fleets import BOND0, MAP
from tests.live.key_lab import KeyLab, key_lab

pytestmark = pytest.mark.openssh


@pytest.fixture
async def lab(tmp_path: Path) -> AsyncIterator[KeyLab]:
    """A server whose only key has level `read`."""
    async with key_lab(tmp_path) as made:
        yield made


@pytest.fixture
async def host(lab: KeyLab) -> AsyncIterator[SshHost]:
    """The host, as xenlens reaches it."""
    reached = SshHost("xs1", lab.sshd.settings())
    yield reached
    await reached.close()


def soon(seconds: float = 30) -> float:
    return asyncio.get_running_loop().time() + seconds


async def scraped(lab: KeyLab) -> dict[str, tuple[str | None, bool, str]]:
    """One scrape of this machine: reason of failure, whether it is there, and the way."""
    target = Target("xs1", "lab", lab.sshd.settings(), HostInventory())
    fleet = Fleet([target], time.time)
    try:
        scrape = await fleet.watch("xs1").scrape(budget=30)
    finally:
        await fleet.close()
    assert scrape.up
    return {
        one.collector: (one.reason, one.present, one.reading.via if one.reading else "")
        for one in scrape.outcomes
    }


async def test_a_scrape_with_level_read_is_a_scrape_with_a_key_for_everything(
    lab: KeyLab,
) -> None:
    """With tools of dom0 where this machine has none: real commands behind a real server."""
    lab.tool("ovs-appctl", f"cat <<'END'\n{BOND0}END")
    lab.tool("multipath", f"cat <<'END'\n{MAP}END")
    lab.tool("multipathd", "exit 1")
    told = await scraped(lab)
    lab.give_all()
    assert told == await scraped(lab)
    assert told["bonds"] == (None, True, "ovs-appctl")
    assert told["multipath"] == (None, True, "multipath -ll")


async def test_a_command_beyond_the_level_is_a_clear_failure(host: SshHost) -> None:
    with pytest.raises(KeyRefused, match=r"the key on this host allows read only: id -u$") as seen:
        await host.run(("id", "-u"), deadline=soon())
    assert seen.value.output is not None
    assert (seen.value.output.exit_status, seen.value.reason) == (126, "not_permitted")


async def test_no_socket_is_forwarded_and_after_one_try_none_is_asked_for(
    lab: KeyLab, host: SshHost, tmp_path: Path
) -> None:
    rundir, reached = tmp_path / "run", []

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        reached.append(writer)
        writer.close()

    rundir.mkdir()
    (rundir / "ovs-vswitchd.pid").write_text("7")
    server = await asyncio.start_unix_server(connected, rundir / "ovs-vswitchd.7.ctl")
    lab.allow(f"read cat {rundir}/ovs-vswitchd.pid")
    lab.allow(f"read env OVS_RUNDIR={rundir} ovs-appctl bond/show")
    lab.tool("ovs-appctl", f"cat <<'END'\n{BOND0}END")
    bonds, heard = Bonds(), list[Output]()
    for _ in range(2):
        look = Look(host, soon(), HostInventory(ovs_rundir=str(rundir)), heard.append)
        reading = await bonds.read(look)
        assert (reading.via, len(reading.records)) == ("ovs-appctl", 1)
    assert [output.argv[-1].rpartition("/")[2] for output in heard] == [
        "ovs-vswitchd.pid",
        "show",
        "show",
    ]
    with pytest.raises(SocketUnavailable):
        await host.connect_unix(f"{rundir}/ovs-vswitchd.7.ctl", deadline=soon())
    assert reached == []
    server.close()


async def test_the_program_that_is_installed_runs_with_level_probe(lab: KeyLab) -> None:
    argv, text = ("python3", "-S", "-E", "-", "probe", "--nonsense"), program(HOST)
    for level, why in (("read", "allows read only"), ("probe", ""), ("heal", "")):
        lab.give(level)
        reached = SshHost("xs1", lab.sshd.settings())
        if why:
            with pytest.raises(KeyRefused, match=why):
                await reached.run(argv, deadline=soon(), stdin=text)
        else:
            output = await reached.run(argv, deadline=soon(), stdin=text)
            assert (output.exit_status, "--nonsense" in output.stderr) == (2, True)
            with pytest.raises(KeyRefused, match=r"another version of xenlens_host\.py"):
                await reached.run(argv, deadline=soon(), stdin=text + "\n")
        await reached.close()
