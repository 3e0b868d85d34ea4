"""`xenlens check pool:NAME` says by name what is wrong with the demo pool."""

import asyncio
from pathlib import Path

import pytest

from exporter.demo.server import DemoPool
from tests.labs.program import XENLENS

pytestmark = pytest.mark.filterwarnings("ignore:Diffie-Hellman")
SEEN: dict[str, tuple[int, tuple[str, ...]]] = {
    "switch1.uplink.down": (
        2,
        (
            "192.0.2.1 does not answer behind active member eth0",
            "it does behind eth2: check the switch that eth0 leads to",
            "198.51.100.1 does not answer behind active member eth1",
        ),
    ),
    "switch2.uplink.down": (1, ("192.0.2.1 does not answer behind standby member eth2",)),
    "gateway.dead": (2, ("192.0.2.1 answers behind no member",)),
    "nfs.dead": (2, ("xcp82 NFS ISO library", "dead ISO library", "192.0.2.9:2049", "NFS VHDs")),
    "pbd.unplugged": (1, ("pool:modular IMS LUN0", "PBD unplugged on xcp83")),
    "coordinator.lost": (2, ("pool:modular pool", "coordinator lost", "no member's XAPI answers")),
    "vm.hung": (1, ("xcp83 web3", "perhaps hung", "domain 1 is dying")),
    "vm.zombie": (1, ("xcp83 old-web", "perhaps zombie", "XAPI says the VM is halted")),
    "vm.lost": (1, ("xcp83 db3", "perhaps lost", "there is no domain of it")),
    "vm.stuck-operation": (
        1,
        (
            "pool:modular Async.VM.hard_shutdown",
            "has been pending for 25 min",
            "with this operation: mail3 (",
        ),
    ),
    "xcp83.lost": (2, ("xcp83 host", "pool:modular xcp83", "XAPI still calls it live")),
    "mpath-key.degraded-replug": (1, ("222ac00015543fe63", "[1, 1] on xcp83")),
    "mpath-key.removed": (1, ("mpath key gone", "on xcp83")),
    "hostconfig.drifted": (1, ("xcp83 initrd", "/etc/multipath.conf", "/etc/lvm/lvm.conf")),
}


async def checked(pool: DemoPool, folder: Path, *arguments: str) -> tuple[int, str]:
    """Exit status of `xenlens check`, and its table with single blanks."""
    config = str(pool.write_config(folder))
    argv = (str(XENLENS), "check", *arguments, "--config", config)
    process = await asyncio.create_subprocess_exec(*argv, stdout=asyncio.subprocess.PIPE)
    printed, _ = await process.communicate()
    assert process.returncode is not None
    return process.returncode, " ".join(printed.decode().split())


@pytest.mark.parametrize("fault", SEEN)
async def test_each_fault_is_named(fault: str, tmp_path: Path) -> None:
    status, texts = SEEN[fault]
    async with DemoPool() as pool:
        pool.apply(fault)
        found, printed = await checked(pool, tmp_path, "pool:modular", "--timeout", "20")
    assert [text for text in texts if text not in printed] == []
    assert found == status


async def test_a_healthy_pool_is_healthy_in_every_way_it_is_named(tmp_path: Path) -> None:
    async with DemoPool() as pool:
        for arguments in ((), ("modular",), ("pool:modular",)):
            status, printed = await checked(pool, tmp_path, *arguments)
            assert (status, printed[:40]) == (0, "OK: 3 hosts, 1 pool, nothing wrong targe"), (
                printed
            )


async def test_after_a_move_the_new_coordinator_is_the_truth(tmp_path: Path) -> None:
    async with DemoPool() as pool:
        pool.apply("xenserver1.lost")
        pool.apply("coordinator.moved")
        status, printed = await checked(pool, tmp_path, "pool:modular", "--timeout", "20")
    assert status == 2
    assert "pool:modular xenserver1 critical the host does not answer" in printed
    assert "pool:modular storage ok" in printed
