"""`multipath -ll` and `show topology`: every generation's layout, and what surrounds it."""

import pytest

from collectors.multipath_lines import size_bytes
from collectors.multipath_records import Group, Map, Path
from collectors.multipath_text import parse_multipath
from collectors.parsing import ParseError, ToolError

WWID = "3600a0980383036374f2b4d3947576b31"
PROPERTIES = "size=100G features='1 queue_if_no_path' hwhandler='1 alua' wp=rw"
OLD_PROPERTIES = "[size=100G][features=1 queue_if_no_path][hwhandler=1 alua][rw]"
NEW = f"""\
mpatha ({WWID}) dm-3 NETAPP  ,LUN C-Mode
{PROPERTIES}
|-+- policy='service-time 0' prio=50 status=active
| |- 1:0:0:1  sdb  8:16   active ready   running
| `- 2:0:0:1  sdd  65:48  active i/o pending running
`-+- policy='service-time 0' prio=10 status=enabled
  `- #:#:#:#  -    #:#    failed delayed offline
"""


def only(text: str) -> Map:
    """The one map of a text that is whole."""
    parsed = parse_multipath(text)
    (one,) = parsed.records
    assert parsed.damaged == 0
    return one


def listing(header: str, properties: str = PROPERTIES, path: str = "") -> str:
    """A listing of one map with one path."""
    path = path or "  `- 1:0:0:1 sdb 8:16 active ready running"
    if properties.startswith("["):
        group, path = "\\_ round-robin 0 [prio=50][active]", " \\_ 1:0:0:1 sdb 8:16 [active][ready]"
    else:
        group = "`-+- policy='service-time 0' prio=50 status=active"
    return "\n".join((header, properties, group, path, ""))


def test_the_layout_with_a_tree_reads_into_these_records() -> None:
    assert only(NEW) == Map(
        WWID,
        "mpatha",
        "dm-3",
        "NETAPP",
        "LUN C-Mode",
        100 * 1024**3,
        ("queue_if_no_path",),
        True,
        "alua",
        "rw",
        (
            Group(
                "service-time 0",
                50,
                "active",
                (
                    Path("1:0:0:1", "sdb", 8, 16, "active", "ready", "running"),
                    Path("2:0:0:1", "sdd", 65, 48, "active", "i/o pending", "running"),
                ),
            ),
            Group(
                "service-time 0",
                10,
                "enabled",
                (Path("#:#:#:#", None, None, None, "failed", "delayed", "offline"),),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (f"{WWID} dm-0 V,P", (WWID, None, "dm-0", "V", "P")),
        (f"mpatha ({WWID}) dm-0 V,P", (WWID, "mpatha", "dm-0", "V", "P")),
        (f"mpatha {WWID}) dm-0 V,P", (WWID, "mpatha", "dm-0", "V", "P")),
        (f"create: mpatha ({WWID}) undef V,P", (WWID, "mpatha", None, "V", "P")),
        (f"reload: {WWID} dm-10 V,P", (WWID, None, "dm-10", "V", "P")),
        (f"switchpg: mpatha ({WWID}) dm-0 V,P", (WWID, "mpatha", "dm-0", "V", "P")),
        (f": mpatha ({WWID}) dm-0 V,P", (WWID, "mpatha", "dm-0", "V", "P")),
        (f"{WWID}dm-2  NEXSAN  ,SATABoy2   ", (WWID, None, "dm-2", "NEXSAN", "SATABoy2")),
        (f"db.lun-50_x#1 ({WWID}) dm-0 V,P", (WWID, "db.lun-50_x#1", "dm-0", "V", "P")),
        (f"data(1) ({WWID}) dm-0 V,P", (WWID, "data(1)", "dm-0", "V", "P")),
        (f"-odd ({WWID}) dm-0 V,P", (WWID, "-odd", "dm-0", "V", "P")),
        ("1IET     00010001 dm-4 IET,DISK", ("1IET     00010001", None, "dm-4", "IET", "DISK")),
        (f"{WWID} dm-0 IBM,1814      FAStT", (WWID, None, "dm-0", "IBM", "1814      FAStT")),
        (f"{WWID} dm-0 V,A (B), C", (WWID, None, "dm-0", "V", "A (B), C")),
        (f"\x1b[1m{WWID} dm-0 V,P\x1b[0m", (WWID, None, "dm-0", "V", "P")),
        (f"multipathd> mpatha ({WWID}) dm-0 V,P", (WWID, "mpatha", "dm-0", "V", "P")),
        (
            "nvme.1b36-51 [nvme]:nvme1n1 NVMe,Ctrl,7.2.22  ",
            ("nvme.1b36-51", None, "[nvme]:nvme1n1", "NVMe", "Ctrl,7.2.22"),
        ),
    ],
)
def test_a_header_names_the_map(header: str, name: tuple[str | None, ...]) -> None:
    one = only(listing(header))
    assert (one.wwid, one.alias, one.device, one.vendor, one.product) == name


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (WWID, (WWID, None, None, None)),
        ("22202000155fdb615", ("22202000155fdb615", None, None, None)),
        (f"VOLUME ({WWID})", (WWID, "VOLUME", None, None)),
        (f"{WWID}DGC,RAID 5", (WWID, None, "DGC", "RAID 5")),
    ],
)
def test_old_versions_name_a_map_without_its_device(
    header: str, name: tuple[str | None, ...]
) -> None:
    one = only(listing(header, OLD_PROPERTIES))
    assert (one.wwid, one.alias, one.vendor, one.product) == name
    assert one.device is None


@pytest.mark.parametrize("header", [f"{WWID} dm-1 ##,##", f"{WWID} dm-1 ", f"{WWID} dm-1 none"])
def test_a_map_that_lost_all_its_paths_has_no_groups_and_no_vendor(header: str) -> None:
    one = only(f"{header}\n{PROPERTIES}\n")
    assert (one.groups, one.vendor, one.product) == ((), None, None)


@pytest.mark.parametrize("tree", ["", "\\_ ", " \\_ ", "  |- ", "| '- ", "-- ", "  └─ ", " \\`- "])
def test_a_path_is_read_whatever_became_of_the_tree_before_it(tree: str) -> None:
    path = f"{tree}1:0:0:1    sdb   8:16     active ready running"
    (one,) = only(listing(f"{WWID} dm-0 V,P", path=path)).paths
    assert one == Path("1:0:0:1", "sdb", 8, 16, "active", "ready", "running")


@pytest.mark.parametrize(
    ("states", "words"),
    [
        ("[active][ready]", ("active", "ready", None)),
        ("[failed][faulty]", ("failed", "faulty", None)),
        ("[active]", ("active", None, None)),
        ("[ready ][active]", ("active", "ready", None)),
        ("[active][i/o pending]", ("active", "i/o pending", None)),
        ("[active][undef ]", ("active", "undef", None)),
        ("[active][ready][claimed]", ("active", "ready", None)),
        ("active undef  unknown", ("active", "undef", "unknown")),
        ("active i/o timeout running", ("active", "i/o timeout", "running")),
        ("failed disconnected transport-offline", ("failed", "disconnected", "transport-offline")),
        ("n/a    optimized live", ("n/a", "optimized", "live")),
    ],
)
def test_states_are_read_as_printed(states: str, words: tuple[str | None, ...]) -> None:
    path = f" \\_ 1:0:0:1 sdb 8:16 {states}"
    (one,) = only(listing(f"{WWID} dm-0 V,P", path=path)).paths
    assert (one.dm_state, one.checker_state, one.device_state) == words


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("100G", 100 * 1024**3),
        ("100 GB", 100 * 1024**3),
        ("1.0G", 1024**3),
        ("16T", 16 * 1024**4),
        ("1.5T", 1536 * 1024**3),
        ("64M", 64 * 1024**2),
        ("512 kB", 512 * 1024),
        ("2.0P", 2 * 1024**5),
        ("131072", 64 * 1024**2),
        ("big", None),
        ("", None),
        (None, None),
    ],
)
def test_sizes_are_bytes_in_units_of_1024_and_bare_numbers_are_sectors(
    text: str | None, size: int | None
) -> None:
    assert size_bytes(text) == size


@pytest.mark.parametrize(
    ("properties", "facts"),
    [
        ("size=1.0G features='0' hwhandler='0' wp=ro", ((), False, None, "ro")),
        (
            "size=1.0G features='n/a' hwhandler='ANA' wp=rw",
            ((), False, "ANA", "rw"),
        ),
        ("[size=1.0G][features=0       ][hwhandler=0        ]", ((), False, None, None)),
        (
            '[size=1 GB][features="1 queue_if_no_path"][hwhandler="1 emc"]',
            (("queue_if_no_path",), True, "emc", None),
        ),
        ("[size=1.0G]", ((), None, None, None)),
    ],
)
def test_properties_that_are_not_printed_are_unknown(
    properties: str, facts: tuple[object, ...]
) -> None:
    one = only(listing(f"{WWID} dm-0 V,P", properties))
    assert (one.features, one.queueing, one.hardware_handler, one.write_protect) == facts


def test_paths_without_any_group_line_are_one_group_of_which_nothing_is_known() -> None:
    paths = "  |- 1:0:0:1 sdb 8:16 active ready running\n  `- 2:0:0:1 sdc 8:32 failed ready running"
    (group,) = only(f"{WWID} dm-0 V,P\n{PROPERTIES}\n{paths}\n").groups
    assert (group.policy, group.priority, group.state) == (None, None, None)
    assert [path.device for path in group.paths] == ["sdb", "sdc"]


def test_a_priority_that_is_no_number_is_unknown() -> None:
    group = "|-+- policy='n/a' prio=n/a status=n/a"
    path = "| `- 1:0:1 nvme1c0n1 0:0 n/a n/a live"
    header = "nvme.1b36-51 [nvme]:nvme1n1 NVMe,Ctrl"
    (shown,) = only(f"{header}\n{PROPERTIES}\n{group}\n{path}\n").groups
    assert (shown.policy, shown.priority, shown.state) == ("n/a", None, "n/a")


@pytest.mark.parametrize("newline", ["\r\n", "  \n", "\n\n"])
def test_line_ends_and_blank_lines_do_not_matter(newline: str) -> None:
    assert only(NEW.replace("\n", newline)) == only(NEW)


def test_an_indented_listing_reads_as_any_other() -> None:
    text = listing(f"mpatha ({WWID}) dm-0 V,P", OLD_PROPERTIES)
    assert only("".join(f"   {line}\n" for line in text.splitlines())) == only(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "\n \n",
        "ok\n",
        "multipathd> \n",
        "multipathd> show topology\nok\nmultipathd> ",
        "[root@xenserver1 ~]# multipath -ll\n",
        "Nov 05 17:17:03 | DM multipath kernel driver not loaded\n",
        "33.497911 | /etc/multipath.conf does not exist, blacklisting all devices.\n",
        "===== paths list =====\nuuid hcil    dev dev_t\n     0:0:0:0 sda 8:0 -1 undef ready X\n",
        "hcil    dev dev_t pri dm_st  chk_st dev_st  next_check\n"
        "1:0:0:0 sda 8:0   50  active ready  running XXXX...... 8/20\n",
    ],
)
def test_a_text_that_tells_of_no_maps_is_an_answer(text: str) -> None:
    assert parse_multipath(text).records == ()


def test_rows_of_a_path_table_after_a_map_are_not_its_paths() -> None:
    table = "hcil    dev dev_t pri dm_st  chk_st dev_st\n3:0:0:0 sdz 8:0   active ready running\n"
    assert only(NEW + table) == only(NEW)
    assert len(parse_multipath(NEW + table).noise) == 2


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ux_socket_connect: No such file or directory", "not-running"),
        ("ux_socket_connect: Connection refused", "not-running"),
        ("ux_socket_connect: Permission denied", "permission"),
        ("ERROR: failed to connect to multipathd", "not-running"),
        ("need to be root", "permission"),
        ("permission deny: need to be root", "permission"),
        ("multipath-tools v0.9.4\nCLI commands reference:\n list|show paths\n", "not-understood"),
        (" list|show paths\n list|show maps|multipaths\n", "not-understood"),
        ("show x: not found\nmultipath-tools\nCLI commands reference:\n", "not-understood"),
        ("timeout\n", "lost-connection"),
        ("timeout receiving packet", "lost-connection"),
        ("error -104 receiving packet", "lost-connection"),
        ("fail\n", "no-such-object"),
        ("bash: multipath: command not found", "bad-command"),
        ("sh: 1: multipath: not found", "bad-command"),
    ],
)
def test_an_error_message_is_no_listing(text: str, kind: str) -> None:
    with pytest.raises(ToolError) as caught:
        parse_multipath(text)
    assert caught.value.kind == kind
    assert "\n" not in str(caught.value)


def test_a_listing_among_warnings_is_a_listing() -> None:
    text = "12.5 | Warning: multipath devices exist, but multipathd service is not running\n"
    assert parse_multipath(text + NEW).records == parse_multipath(NEW).records


def test_a_text_of_another_kind_is_refused_at_its_first_strange_line() -> None:
    with pytest.raises(
        ParseError, match=r"^line 2: expected the first line of a map.*'{\"a\": 1}'"
    ):
        parse_multipath('\n{"a": 1}\n')
