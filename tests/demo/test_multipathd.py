"""multipathd of the simulated hosts answers, or does not understand, as the real ones do."""

import pytest

from collectors.multipath_json import parse_maps_json
from collectors.multipath_text import parse_multipath
from tests.demo.simulated import Simulated

BOOT = "22202000155fdb617"


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.mark.parametrize("query", ["-k'show daemon'", "-k 'show daemon'", "show daemon"])
def test_the_daemon_says_that_it_lives(pool: Simulated, query: str) -> None:
    assert pool.printed("xcp82", f"multipathd {query}") == "pid 1305 running\n"


@pytest.mark.parametrize(
    ("host", "query", "first_line"),
    [
        ("xcp82", "show nonsense", "multipath-tools v0.4.9 (05/33, 2016)"),
        ("xcp82", "show 'paths", "multipath-tools v0.4.9 (05/33, 2016)"),
        ("xenserver1", "show maps json", " list|show paths"),
        ("xenserver1", "show daemon", " list|show paths"),
    ],
)
def test_what_is_not_understood_gets_the_help_text_and_exit_status_0(
    pool: Simulated, host: str, query: str, first_line: str
) -> None:
    assert pool.printed(host, f'multipathd -k"{query}"').splitlines()[0] == first_line


def test_0_4_7_takes_queries_only_behind_k(pool: Simulated) -> None:
    assert pool.printed("xenserver1", "multipathd show topology") == ""
    assert "[prio=50]" in pool.printed("xenserver1", "multipathd -k'show topology'")


def test_raw_formats_fill_in_every_wildcard(pool: Simulated) -> None:
    style = "%w|%i|%d|%D|%t|%T|%o|%p|%s|%c|%S|%z|%m|%N|%n|%R|%r|%a"
    line = pool.printed("xcp83", f"multipathd show paths raw format '{style}'").splitlines()[0]
    assert line.split("|") == [
        *(BOOT, "0:0:0:0", "sda", "8:0", "active", "ready", "running", "50"),
        *("Intel   ,Multi-Flex      ", "tur", "100G", "55fdb617", BOOT),
        *["[undef]"] * 5,
    ]


def test_raw_format_of_maps_counts_usable_paths_only(pool: Simulated) -> None:
    pool.fault("scm2.paths failing")
    command = "multipathd show maps raw format '%n|%N|%t|%Q|%x|%0|%f'"
    assert pool.printed("xcp83", command).splitlines()[0] == (
        f"{BOOT}|1|active|on|0|1|1 queue_if_no_path"
    )


def test_a_table_has_a_header_and_padded_columns(pool: Simulated) -> None:
    assert pool.printed("xcp83", "multipathd show paths").splitlines()[:2] == [
        "hcil     dev dev_t pri dm_st  chk_st dev_st  next_check     ",
        "0:0:0:0  sda 8:0   50  active ready  running XXX....... 6/20",
    ]


@pytest.mark.parametrize(
    "faults", [(), ("scm1 pulled",), ("scm1.paths failing",), ("scm1 pulled", "scm2 pulled")]
)
def test_json_and_topology_tell_the_same(pool: Simulated, faults: tuple[str, ...]) -> None:
    pool.fault(*faults)
    text = parse_multipath(pool.printed("xcp82", "multipath -ll")).records
    json = parse_maps_json(pool.printed("xcp82", "multipathd show maps json")).records
    assert len(text) == 2
    assert [(m.wwid, m.device, m.queueing, m.hardware_handler) for m in text] == [
        (m.wwid, m.device, m.queueing, m.hardware_handler) for m in json
    ]
    assert [[(g.priority, g.state) for g in m.groups] for m in text] == [
        [(g.priority, g.state) for g in m.groups] for m in json
    ]
    assert [[(p.device, p.checker_state) for p in m.paths] for m in text] == [
        [(p.device, p.checker_state) for p in m.paths] for m in json
    ]
