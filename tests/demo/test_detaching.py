"""What a simulated pool does while a dead library is taken off it, and with discs in drives."""

import pytest

from exporter.demo.pool.disc_tables import DRIVE, discs_of, vbd_of
from exporter.demo.pool.names import uuid_of
from tests.demo.simulated import HOSTS, Simulated

ISO_SR = uuid_of("SR", "NFS ISO library/")
PBD = uuid_of("PBD", f"{ISO_SR}/xcp83")
POINT = f"/run/sr-mount/{ISO_SR}"


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def test_a_dead_servers_mount_goes_only_lazily_and_then_the_unplug_returns(pool: Simulated) -> None:
    pool.fault("nfs dead")
    assert pool.run("xcp83", f"umount {POINT}").hangs
    assert pool.run("xcp83", f"umount -f {POINT}").hangs
    assert pool.run("xcp83", f"xe pbd-unplug uuid={PBD}").hangs
    assert pool.printed("xcp83", f"umount -l -f {POINT}") == ""
    assert POINT not in pool.printed("xcp83", "cat /proc/mounts")
    assert "sr-mount" in pool.printed("xcp82", "cat /proc/mounts")
    attached = f"xe pbd-param-get uuid={PBD} param-name=currently-attached"
    assert pool.printed("xcp83", attached) == "true\n"
    assert pool.printed("xcp83", f"xe pbd-unplug uuid={PBD}") == ""
    assert pool.printed("xcp83", attached) == "false\n"


def test_what_is_not_mounted_is_not_unmounted(pool: Simulated) -> None:
    for point in (f"/var{POINT}", "/run/sr-mount/other", "/"):
        result = pool.run("xcp83", f"umount -l -f {point}")
        assert (result.status, result.stderr) == (1, f"umount: {point}: not mounted\n")


def test_a_plug_mounts_again(pool: Simulated) -> None:
    pool.printed("xcp83", f"umount -l {POINT}")
    pool.printed("xcp83", f"xe pbd-unplug uuid={PBD}")
    pool.printed("xcp83", f"xe pbd-plug uuid={PBD}")
    assert POINT in pool.printed("xcp83", "cat /proc/mounts")


def test_an_sr_is_forgotten_once_no_host_has_it_plugged(pool: Simulated) -> None:
    refused = pool.run("xcp82", f"xe sr-forget uuid={ISO_SR}")
    assert refused.status == 1
    assert f"sr: {ISO_SR} (NFS ISO library)" in refused.stderr
    for host in HOSTS:
        pool.printed("xcp82", f"xe pbd-unplug uuid={uuid_of('PBD', f'{ISO_SR}/{host}')}")
    assert pool.printed("xcp82", f"xe sr-forget uuid={ISO_SR}") == ""
    for kind, name in (("sr", "uuid"), ("pbd", "sr-uuid"), ("vdi", "sr-uuid")):
        assert pool.printed("xcp82", f"xe {kind}-list {name}={ISO_SR} --minimal") == "\n"
    assert pool.run("xcp82", f"xe sr-forget uuid={ISO_SR}").status == 1


@pytest.mark.parametrize("host", HOSTS)
def test_an_inserted_disc_is_seen_in_its_drive_and_holds_the_pbd(
    pool: Simulated, host: str
) -> None:
    chassis = pool.model.chassis
    disc = discs_of(chassis.pool.srs[ISO_SR])[0]
    vbd = vbd_of(chassis.pool.vms[uuid_of("VM", "db3")], DRIVE)
    drive = f"xe vbd-list uuid={vbd} params=vm-name-label,vdi-name-label,empty"
    assert "<not in database>" in pool.printed(host, drive)
    pool.printed(host, f"xe vbd-insert uuid={vbd} vdi-uuid={disc}")
    assert [line.rpartition(": ")[2] for line in pool.printed(host, drive).split("\n")[:3]] == [
        "db3",
        "disc0.iso",
        "false",
    ]
    assert pool.printed(host, f"xe vdi-list vbd-uuids:contains={vbd} --minimal") == f"{disc}\n"
    assert "VDI is in use" in pool.run(host, f"xe pbd-unplug uuid={PBD}").stderr
    pool.printed(host, f"xe vbd-eject uuid={vbd}")
    assert pool.printed(host, f"xe pbd-unplug uuid={PBD}") == ""


def test_every_disk_of_a_guest_is_on_a_shared_sr(pool: Simulated) -> None:
    disks = pool.printed("xcp83", "xe vbd-list type=Disk params=vdi-uuid --minimal").strip()
    held = pool.printed("xcp83", "xe vdi-list params=uuid --minimal").strip()
    assert set(disks.split(",")) <= set(held.split(","))
