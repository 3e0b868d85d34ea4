"""What else dom0 has: domains, packages, files, and connections that bash makes."""

import re

import pytest

from exporter.demo.pool.names import uuid_of
from tests.demo.simulated import HOSTS, Simulated

TCP = """bash -c 'exec 3<>"/dev/tcp/$0/$1"'"""


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def test_list_domains_pads_its_columns(pool: Simulated) -> None:
    uuids = [uuid_of("VM", f"{role}3") for role in ("web", "db", "mail")]
    control = uuid_of("VM", "Control domain on host: xcp83")
    assert pool.printed("xcp83", "list_domains") == (
        "id |                                 uuid |  state\n"
        f" 0 | {control} |     R \n"
        f" 1 | {uuids[0]} |    B  \n"
        f" 2 | {uuids[1]} |    B H\n"
        f" 3 | {uuids[2]} |    B  \n"
    )


def test_list_domains_tells_more_or_less(pool: Simulated) -> None:
    more = pool.printed("xcp83", "list_domains -all").splitlines()
    assert more[0].endswith("|    cpu time | vcpus online | max vcpu id | ssidref")
    assert len({len(line) for line in more}) == 1
    uuids = pool.printed("xcp83", "list_domains -minimal").splitlines()
    assert [len(uuid) for uuid in uuids] == [36] * 4
    one = pool.printed("xcp83", "list_domains -domid 2").splitlines()
    assert one[1].startswith(" 2 | ")


@pytest.mark.parametrize(
    ("host", "place"),
    [("xenserver1", "/opt/xensource/bin"), ("xcp82", "/usr/bin")],
)
def test_list_domains_is_where_the_version_has_it(pool: Simulated, host: str, place: str) -> None:
    assert pool.printed(host, "command -v list_domains") == f"{place}/list_domains\n"
    found = pool.run(host, "env PATH=/usr/bin:/bin list_domains").status
    assert found == (127 if host == "xenserver1" else 0)
    assert pool.run(host, f"{place}/list_domains").status == 0


@pytest.mark.parametrize("host", HOSTS)
def test_packages_are_told_in_the_format_asked_for(pool: Simulated, host: str) -> None:
    form = r"'%{NAME} %{VERSION}-%{RELEASE} %{INSTALLTIME}\n'"
    shown = pool.printed(host, f"rpm -q --qf {form} device-mapper-multipath")
    assert re.fullmatch(r"device-mapper-multipath 0\.4\.\d-\S+ \d{10}\n", shown)


def test_a_package_that_is_not_there_is_named(pool: Simulated) -> None:
    line = "rpm -q scsi_dh_alua_CBVTrak"
    assert pool.printed("xenserver1", line) == "scsi_dh_alua_CBVTrak-2-1\n"
    result = pool.run("xcp82", line)
    assert (result.stdout, result.status) == (
        "package scsi_dh_alua_CBVTrak is not installed\n",
        1,
    )


@pytest.mark.parametrize("host", HOSTS)
def test_the_initrd_of_the_running_kernel_has_a_date(pool: Simulated, host: str) -> None:
    kernel = pool.printed(host, "uname -r").strip()
    assert int(pool.printed(host, f"stat -c %Y /boot/initrd-{kernel}.img")) > 0
    result = pool.run(host, "stat -c %Y /boot/initrd-none.img")
    assert (result.status, result.stdout) == (1, "")


@pytest.mark.parametrize("host", HOSTS)
def test_the_inventory_names_the_host_as_xapi_does(pool: Simulated, host: str) -> None:
    text = pool.printed(host, "cat /etc/xensource-inventory")
    entries = dict(re.findall(r"^(\w+)='(.*)'$", text, re.M))
    assert entries["INSTALLATION_UUID"] == uuid_of("host", host)
    line = f"xe host-param-get uuid={entries['INSTALLATION_UUID']} param-name=name-label"
    assert pool.printed(host, line) == f"{host}\n"


def test_the_operators_filter_keeps_single_paths_out(pool: Simulated) -> None:
    for host in HOSTS:
        shown = pool.printed(host, "cat /etc/lvm/lvm.conf")
        assert 'filter = [ "r|/dev/sd.*|", "r|/dev/xvd.|", "r|/dev/VG_Xen.*/*|"]' in shown


@pytest.mark.parametrize(
    ("host", "folder"), [("xenserver1", "/var/run/sr-mount"), ("xcp82", "/run/sr-mount")]
)
def test_nfs_srs_are_mounted(pool: Simulated, host: str, folder: str) -> None:
    sr = uuid_of("SR", "NFS VHDs/")
    shown = pool.printed(host, "cat /proc/mounts")
    assert f"192.0.2.9:/export/vhd/{sr} {folder}/{sr} nfs " in shown


def test_bash_connects_in_silence(pool: Simulated) -> None:
    assert pool.printed("xenserver1", f"{TCP} 192.0.2.9 2049") == ""


@pytest.mark.parametrize(
    ("address", "port", "reason"),
    [("192.0.2.9", "3260", "Connection refused"), ("203.0.113.9", "2049", "No route to host")],
)
def test_bash_says_why_it_cannot_connect(
    pool: Simulated, address: str, port: str, reason: str
) -> None:
    result = pool.run("xcp82", f"{TCP} {address} {port}")
    assert result.stderr == (
        f"{address}: connect: {reason}\n{address}: line 0: /dev/tcp/{address}/{port}: {reason}\n"
    )
    assert (result.status, result.stdout) == (1, "")


def test_a_lost_host_answers_no_connection(pool: Simulated) -> None:
    assert pool.run("xcp82", f"{TCP} 192.0.2.13 22").status == 0
    pool.fault("xcp83 lost")
    assert pool.run("xcp82", f"{TCP} 192.0.2.13 22").hangs
