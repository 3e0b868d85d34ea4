"""The simulated `xe` prints byte for byte in XAPI's layout, from the same records as RPC."""

import pytest

from exporter.demo.faces.xe_print import minimal
from exporter.demo.pool.names import uuid_of
from tests.demo.simulated import HOSTS, Simulated

LUN = "222ac00015543fe63"
LUN_SR = uuid_of("SR", "IMS LUN0/")
ISO_SR = uuid_of("SR", "NFS ISO library/")
LUN_PBD = uuid_of("PBD", f"{LUN_SR}/xcp83")
LAST = uuid_of("host", "xcp83")


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def test_a_list_of_srs_has_columns_for_its_longest_name(pool: Simulated) -> None:
    shown = pool.printed("xcp82", f"xe sr-list uuid={ISO_SR}")
    assert shown == (
        f"uuid ( RO)                : {ISO_SR}\n"
        "          name-label ( RW): NFS ISO library\n"
        "    name-description ( RW): NFS ISO Library [192.0.2.9:/export/iso]\n"
        "                host ( RO): <shared>\n"
        "                type ( RO): iso\n"
        "        content-type ( RO): iso\n"
        "\n\n"
    )


def test_an_empty_value_leaves_a_blank_behind_its_colon(pool: Simulated) -> None:
    shown = pool.printed("xcp82", f"xe sr-list params=uuid,content-type uuid={LUN_SR}")
    assert shown == f"uuid ( RO)            : {LUN_SR}\n    content-type ( RO): \n\n\n"


def test_a_pbd_shows_its_map_fields(pool: Simulated) -> None:
    params = "uuid,host-uuid,sr-uuid,device-config,currently-attached,other-config"
    shown = pool.printed("xcp83", f"xe pbd-list params={params} uuid={LUN_PBD}")
    assert shown == (
        f"uuid ( RO)                  : {LUN_PBD}\n"
        f"             host-uuid ( RO): {LAST}\n"
        f"               sr-uuid ( RO): {LUN_SR}\n"
        f"         device-config (MRO): SCSIid: {LUN}\n"
        "    currently-attached ( RO): true\n"
        f"          other-config (MRW): multipathed: true; mpath-{LUN}: [2, 2]\n"
        "\n\n"
    )


def test_a_local_sr_names_its_host(pool: Simulated) -> None:
    shown = pool.printed("xcp83", 'xe sr-list params=name-label,host name-label="Local storage"')
    hosts = [line.split(": ")[1] for line in shown.splitlines() if "host ( RO)" in line]
    assert hosts == list(HOSTS)


def test_params_do_not_reorder_and_unknown_ones_are_dropped(pool: Simulated) -> None:
    shown = pool.printed("xcp82", "xe pool-list params=ha-enabled,nonsense,uuid")
    assert shown.splitlines()[:2] == [
        f"uuid ( RO)          : {uuid_of('pool', 'modular')}",
        "    ha-enabled ( RO): true",
    ]


def test_without_any_known_field_a_record_is_three_empty_lines(pool: Simulated) -> None:
    assert pool.printed("xcp82", "xe pool-list params=nonsense") == "\n\n\n"


def test_minimal_gives_the_first_field_in_one_line(pool: Simulated) -> None:
    shown = pool.printed("xcp82", "xe host-list --minimal")
    assert shown == ",".join(uuid_of("host", host) for host in HOSTS) + "\n"


def test_minimal_escapes_commas_and_backslashes_alone() -> None:
    assert minimal(["a,b\\c", "", "multi\nline"]) == "a\\,b\\\\c,,multi\nline\n"


def test_nothing_found_prints_nothing_or_an_empty_line(pool: Simulated) -> None:
    assert pool.printed("xcp82", "xe sr-list uuid=nonsense") == ""
    assert pool.printed("xcp82", "xe sr-list uuid=nonsense --minimal") == "\n"


def test_vm_list_has_control_domains_but_no_templates_and_snapshots(pool: Simulated) -> None:
    shown = pool.printed("xcp82", "xe vm-list params=name-label,power-state")
    assert shown.count("Control domain on host: ") == 3
    assert "Debian Squeeze" not in shown
    assert "before the upgrade" not in shown
    assert "power-state ( RO): halted" in shown
    assert pool.printed("xcp82", "xe vm-list is-control-domain=false --minimal").count(",") == 9


def test_all_shows_what_default_filters_hide(pool: Simulated) -> None:
    shown = pool.printed("xcp82", "xe vm-list params=name-label --all")
    assert "Debian Squeeze" in shown


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("xe pbd-list currently-attached=false", 1),
        ("xe pbd-list other-config:multipathed=true", 3),
        ("xe pbd-list other-config-multipathed=true", 3),
        (f"xe pbd-list device-config:SCSIid={LUN} host-uuid={LAST}", 1),
        ("xe sr-list allowed-operations:contains=VDI.create", 5),
        ("xe vm-list power-state=halted", 1),
        ("xe vm-list current-operations:contains=hard_shutdown", 1),
        ("xe vm-list resident-on=nowhere", 0),
        ("xe message-list name=MULTIPATH_PERIODIC_ALERT", 2),
        ("xe task-list status=pending", 1),
    ],
)
def test_filters_leave_what_they_name(pool: Simulated, line: str, found: int) -> None:
    pool.fault("pbd unplugged", "vm stuck-operation", "scm2 pulled")
    assert pool.printed("xcp83", line).count("uuid ( RO) ") == found


def test_expensive_fields_are_only_evaluated_one_by_one(pool: Simulated) -> None:
    listed = pool.printed("xcp82", f"xe host-list params=memory-free-computed uuid={LAST}")
    assert listed == "memory-free-computed ( RO)    : <expensive field>\n\n\n"
    one = pool.printed("xcp82", f"xe host-param-get uuid={LAST} param-name=memory-free-computed")
    assert int(one) > 0
    every = pool.printed("xcp82", f"xe host-param-list uuid={LAST}")
    assert "<expensive field>" not in every


def test_references_to_nothing_are_not_in_the_database(pool: Simulated) -> None:
    halted = pool.printed("xcp82", "xe vm-list params=resident-on,dom-id name-label=old-web")
    assert halted == "resident-on ( RO)    : <not in database>\n         dom-id ( RO): -1\n\n\n"


def test_hidden_fields_are_never_listed(pool: Simulated) -> None:
    assert "vswitch-controller" not in pool.printed("xcp82", "xe pool-list params=all")
    line = f"xe pool-param-get uuid={uuid_of('pool', 'modular')} param-name=vswitch-controller"
    assert pool.printed("xcp82", line) == "\n"


def test_a_deprecated_field_says_so(pool: Simulated) -> None:
    shown = pool.printed("xcp82", f"xe pbd-list params=host uuid={LUN_PBD}")
    assert shown == f"host ( RO) [DEPRECATED]    : {LAST}\n\n\n"


@pytest.mark.parametrize(("host", "has"), [("xenserver1", False), ("xcp82", True)])
def test_a_version_drops_fields_it_does_not_know(pool: Simulated, host: str, has: bool) -> None:
    shown = pool.printed(host, f"xe pbd-list params=uuid,sr-name-label uuid={LUN_PBD}")
    assert ("sr-name-label ( RO): IMS LUN0" in shown) == has


def test_patches_and_updates_name_their_hosts(pool: Simulated) -> None:
    old = pool.printed("xenserver1", "xe patch-list params=name-label,hosts name-label=XS602E005")
    new = pool.printed("xcp82", "xe update-list params=name-label,hosts name-label=XS602E005")
    assert f"hosts (SRO): {uuid_of('host', 'xenserver1')}\n" in old
    assert old == new


def test_one_key_of_a_map_is_given_raw(pool: Simulated) -> None:
    line = f"xe pbd-param-get uuid={LUN_PBD} param-name=other-config param-key=mpath-{LUN}"
    assert pool.printed("xcp82", line) == "[2, 2]\n"
    plain = f"xe pbd-param-get uuid={LUN_PBD} param-name=currently-attached param-key=ignored"
    assert pool.printed("xcp82", plain) == "true\n"


def test_a_date_and_a_fraction_are_printed_as_ocaml_does(pool: Simulated) -> None:
    pool.fault("vm stuck-operation")
    line = "xe task-list status=pending params=progress,created"
    shown = pool.printed("xcp82", line).splitlines()
    assert shown[0] == "progress ( RO)    : 0.000"
    created = pool.model.time_of(pool.now - 1500)
    assert shown[1] == f"     created ( RO): {created:%Y%m%dT%H:%M:%SZ}"
