"""The multipath collector: whom it asks, and what its samples say of paths and controllers."""

import json
from typing import Any

import pytest

from collectors.host import Output, OutputTooLarge, Stuck
from collectors.inventory import ExpectedMap, HostInventory
from collectors.multipath import LISTING, Multipath
from collectors.multipathd import DAEMON, MAPS_JSON, RAW_PATHS, TOPOLOGY, ask
from collectors.parsing import ParseError
from collectors.registry import CollectorFailed, NotPresent, Reading, View
from tests.collectors.reading import read, samples
from tests.fakes import Answer, FakeHost
from tests.synthetic import multipath_listing

WWID = "22202000155fdb615"
LIST = " ".join(LISTING)
JSON = " ".join(ask(*MAPS_JSON))
PATHS = " ".join(ask(*RAW_PATHS))
SHOW_TOPOLOGY = " ".join(ask(*TOPOLOGY))
HELP = "multipath-tools v0.4.9\nCLI commands reference:\n list|show paths\n list|show maps\n"
HEADER = f"""\
{WWID} dm-0 Intel,Multi-Flex
[size=100G][features=1 queue_if_no_path][hwhandler=1 alua][rw]
"""
FIRST = "\\_ round-robin 0 [prio=50][{state}]\n \\_ 0:0:0:0 sda 8:0 [active][ready]\n"
SECOND = "\\_ round-robin 0 [prio=1][{state}]\n \\_ 0:0:1:0 sdb 8:16 [active][ready]\n"
HEALTHY = HEADER + FIRST.format(state="active") + SECOND.format(state="enabled")
WRONG_CONTROLLER = HEADER + FIRST.format(state="enabled") + SECOND.format(state="active")
IDLE = HEADER + FIRST.format(state="enabled") + SECOND.format(state="enabled")
SCM2_PULLED = HEADER + FIRST.format(state="active")
BEST = f'xenlens_multipath_best_group_active{{wwid="{WWID}"}}'
PATHS_NOW = f'xenlens_multipath_paths{{wwid="{WWID}"}}'
EXPECTED = f'xenlens_multipath_paths_expected{{wwid="{WWID}",source="%s"}}'
RUNNING = "xenlens_multipath_daemon_running"
PRESENT = f'xenlens_multipath_map_present{{wwid="{WWID}"}}'


def maps_json(checker: str = "ready", dm_state: str = "active") -> str:
    def path(device: str, number: str, state: str, word: str) -> dict[str, Any]:
        return {"dev": device, "dev_t": number, "dm_st": state, "dev_st": "running", "chk_st": word}

    groups = [
        {
            "selector": "round-robin 0",
            "pri": 50,
            "dm_st": "active",
            "group": 1,
            "paths": [path("sda", "8:0", "active", "ready")],
        },
        {
            "selector": "round-robin 0",
            "pri": 1,
            "dm_st": "enabled",
            "group": 2,
            "paths": [path("sdb", "8:16", dm_state, checker)],
        },
    ]
    one = {
        "name": WWID,
        "uuid": WWID,
        "sysfs": "dm-0",
        "queueing": "on",
        "paths": 2,
        "write_prot": "rw",
        "dm_st": "active",
        "features": "1 queue_if_no_path",
        "hwhandler": "1 alua",
        "vend": "Intel",
        "prod": "Multi-Flex",
        "path_groups": groups,
    }
    return json.dumps({"major_version": 0, "minor_version": 1, "maps": [one]}, indent=3)


async def look(answers: dict[str, Answer], view: View | None = None) -> dict[str, float]:
    multipath = Multipath()
    return samples(multipath, await read(multipath, FakeHost(answers)), view)


async def test_a_host_without_a_daemon_is_read_by_listing() -> None:
    seen = await look({LIST: HEALTHY})
    assert RUNNING not in seen
    assert seen[PATHS_NOW] == 2
    assert seen[BEST] == 1
    assert seen[f'xenlens_multipath_map_queueing{{wwid="{WWID}"}}'] == 1
    assert seen[f'xenlens_multipath_map_size_bytes{{wwid="{WWID}"}}'] == 100 * 2**30


async def test_the_wrong_controller_serving_is_seen_though_nothing_failed() -> None:
    seen = await look({LIST: WRONG_CONTROLLER})
    assert seen[BEST] == 0
    assert seen[f'xenlens_multipath_paths_healthy{{wwid="{WWID}"}}'] == 2


async def test_an_idle_map_accuses_no_controller() -> None:
    assert BEST not in await look({LIST: IDLE})


async def test_a_daemon_that_answers_is_believed_and_nothing_is_listed() -> None:
    host = FakeHost({JSON: maps_json("faulty", "failed"), PATHS: "", LIST: HEALTHY})
    multipath = Multipath()
    reading = await read(multipath, host)
    seen = samples(multipath, reading)
    assert LIST not in host.asked
    assert seen["xenlens_multipath_daemon_running"] == 1
    states = f'xenlens_multipath_path_checker_state{{wwid="{WWID}",path="sdb",hctl=""'
    assert seen[f'{states},state="faulty"}}'] == 1
    assert sum(value for name, value in seen.items() if name.startswith(states)) == 1


async def test_a_daemon_that_prints_its_help_is_asked_for_its_topology_from_then_on() -> None:
    host = FakeHost({JSON: HELP, PATHS: HELP, SHOW_TOPOLOGY: HEALTHY})
    multipath = Multipath()
    await read(multipath, host)
    host.asked.clear()
    reading = await read(multipath, host)
    assert host.asked == [SHOW_TOPOLOGY]
    assert reading.via == "multipathd show topology"


@pytest.mark.parametrize("nothing", ["", "error -1 receiving packet\n", HELP])
async def test_a_daemon_that_gives_no_answer_is_passed_over(nothing: str) -> None:
    seen = await look({JSON: nothing, PATHS: nothing, SHOW_TOPOLOGY: nothing, LIST: HEALTHY})
    assert seen.get(RUNNING, 0) == 0
    assert seen[PATHS_NOW] == 2


@pytest.mark.parametrize("trouble", [Stuck("hangs"), OutputTooLarge("x"), "garbage\n"])
async def test_a_daemon_in_trouble_is_passed_over_and_called_neither_up_nor_down(
    trouble: Answer,
) -> None:
    seen = await look({JSON: trouble, PATHS: trouble, SHOW_TOPOLOGY: trouble, LIST: HEALTHY})
    assert RUNNING not in seen
    assert seen[PATHS_NOW] == 2


async def test_a_daemon_that_does_not_run_is_said_to_and_is_a_finding() -> None:
    multipath = Multipath()
    down = Output((), stdout="error -1 receiving packet\n", exit_status=1)
    silent = Output((), exit_status=1)
    for answer in (
        silent,
        Output((), stderr="ux_socket_connect: No such file or directory\n", exit_status=1),
    ):
        reading = await read(multipath, FakeHost({JSON: answer, PATHS: answer, LIST: HEALTHY}))
        assert samples(multipath, reading)[RUNNING] == 0
        assert "multipathd" in [f.subject for f in multipath.findings(reading, View())]
    reading = await read(multipath, FakeHost({JSON: down, PATHS: down, LIST: HEALTHY}))
    assert reading.daemon_running is None


async def test_an_empty_answer_of_a_living_daemon_means_no_maps() -> None:
    alive = " ".join(ask(*DAEMON))
    host = FakeHost({JSON: "", PATHS: "", alive: "pid 1305 running\n", LIST: HEALTHY})
    reading = await read(Multipath(), host)
    assert (reading.records, reading.daemon_running) == ((), True)
    assert LIST not in host.asked


async def test_maps_by_json_survive_a_list_of_paths_that_hangs() -> None:
    multipath = Multipath()
    host = FakeHost({JSON: maps_json(), PATHS: "<hangs>", LIST: "<hangs>"})
    reading = await read(multipath, host, seconds=0.4)
    assert (reading.via, len(reading.records)) == ("multipathd show json", 1)


@pytest.mark.parametrize("status", [-9, -11, 137, 126])
async def test_a_listing_that_was_killed_is_no_answer(status: int) -> None:
    half = HEALTHY[: HEALTHY.index("\\_ round-robin 0 [prio=1]")]
    for text in ("", half):
        with pytest.raises(CollectorFailed, match="exited"):
            await look({LIST: Output((), stdout=text, exit_status=status)})


async def test_a_listing_that_breaks_off_is_no_answer() -> None:
    whole = multipath_listing(2, 4, "0.9")
    lines = whole.splitlines(keepends=True)
    for kept in range(1, len(lines)):
        text = "".join(lines[:kept])
        try:
            seen = await look({LIST: text})
        except ParseError:
            continue
        counts = [v for k, v in seen.items() if k.startswith("xenlens_multipath_paths{")]
        assert set(counts) <= {4.0}, text
    with pytest.raises(ParseError, match="breaks off"):
        await look({LIST: whole[:-3]})


async def test_a_hung_daemon_leaves_time_for_the_listing() -> None:
    multipath = Multipath()
    host = FakeHost({JSON: "<hangs>", PATHS: "<hangs>", LIST: HEALTHY})
    reading = await read(multipath, host, seconds=0.4)
    assert reading.via == "multipath -ll"


async def test_no_multipath_tools_is_no_failure() -> None:
    with pytest.raises(NotPresent):
        await look({})


async def test_no_maps_is_an_answer() -> None:
    multipath = Multipath()
    assert (await read(multipath, FakeHost({LIST: ""}))).records == ()


async def test_the_inventory_says_how_many_paths_there_should_be() -> None:
    view = View(HostInventory(paths_per_map=2))
    seen = await look({LIST: SCM2_PULLED}, view)
    assert (seen[PATHS_NOW], seen[EXPECTED % "config"]) == (1, 2)


async def test_a_map_named_in_the_inventory_and_not_there_is_missing() -> None:
    view = View(HostInventory(maps={WWID: ExpectedMap(2)}))
    seen = await look({LIST: ""}, view)
    assert (seen[PRESENT], seen[PATHS_NOW], seen[EXPECTED % "config"]) == (0, 0, 2)


async def test_a_path_and_then_a_map_that_vanish_are_remembered() -> None:
    multipath = Multipath()
    await read(multipath, FakeHost({LIST: HEALTHY}))
    one = samples(multipath, await read(multipath, FakeHost({LIST: SCM2_PULLED})))
    assert (one[PATHS_NOW], one[EXPECTED % "seen"]) == (1, 2)
    none = samples(multipath, await read(multipath, FakeHost({LIST: ""})))
    assert (none[PRESENT], none[PATHS_NOW], none[EXPECTED % "seen"]) == (0, 0, 2)


async def test_a_controller_pulled_for_the_whole_pool_does_not_lower_what_is_expected() -> None:
    here, there = Multipath(), Multipath()
    for listing in (HEALTHY, SCM2_PULLED):
        peer = await read(there, FakeHost({LIST: listing}))
        reading = await read(here, FakeHost({LIST: listing}))
    seen = samples(here, reading, View(peers={"b": peer}))
    assert (seen[PATHS_NOW], seen[EXPECTED % "peers"]) == (1, 2)


async def test_a_subject_the_inventory_names_is_missing_where_the_tools_are() -> None:
    inventory = HostInventory(maps={WWID: ExpectedMap(2)})
    multipath = Multipath()
    reading = await read(multipath, FakeHost({}), inventory)
    assert samples(multipath, reading, View(inventory))[PRESENT] == 0


async def test_a_path_in_no_known_state_is_unknown_and_not_well() -> None:
    multipath = Multipath()
    unknown = HEALTHY.replace("[active][ready]", "[active][undef]")
    reading = await read(multipath, FakeHost({LIST: unknown}))
    assert {f.severity for f in multipath.findings(reading, View())} == {"unknown"}
    assert not [k for k in samples(multipath, reading) if "paths_healthy" in k]


async def test_of_two_maps_with_one_wwid_the_sick_one_is_told_of_everywhere() -> None:
    multipath = Multipath()
    sick = HEALTHY.replace("[active][ready]", "[failed][faulty]")
    for listing in (HEALTHY + sick, sick + HEALTHY):
        reading = await read(multipath, FakeHost({LIST: listing}))
        assert samples(multipath, reading)[f'xenlens_multipath_paths_healthy{{wwid="{WWID}"}}'] == 0
        assert "critical" in {f.severity for f in multipath.findings(reading, View())}


async def test_paths_that_lost_their_names_keep_a_series_each() -> None:
    nameless = HEALTHY.replace("0:0:0:0 sda 8:0", "#:#:#:# - #:#").replace(
        "0:0:1:0 sdb 8:16", "#:#:#:# - #:#"
    )
    seen = await look({LIST: nameless})
    assert len([k for k in seen if k.startswith("xenlens_multipath_path_healthy")]) == 2


async def test_a_lun_of_two_other_hosts_is_missing_here_but_one_hosts_boot_lun_is_not() -> None:
    multipath = Multipath()
    peer = await read(multipath, FakeHost({LIST: HEALTHY}))
    shared: dict[str, Reading[Any]] = {"b": peer, "c": peer}
    assert (await look({LIST: ""}, View(peers=shared)))[PRESENT] == 0
    assert PRESENT not in await look({LIST: ""}, View(peers={"b": peer}))


async def test_findings_name_the_victim_in_a_sentence() -> None:
    multipath = Multipath()
    view = View(HostInventory(paths_per_map=2))
    reading = await read(multipath, FakeHost({LIST: SCM2_PULLED}))
    assert [(f.subject, f.text) for f in multipath.findings(reading, view)] == [
        (WWID, "1 of 2 paths (config); the others vanished")
    ]
    wrong = await read(multipath, FakeHost({LIST: WRONG_CONTROLLER}))
    assert [f.text for f in multipath.findings(wrong, view)] == [
        "wrong controller: the active path group has priority 1, the best has 50"
    ]


async def test_multipath_tools_0_4_7_lists_maps_and_exits_1() -> None:
    seen = await look({LIST: Output((), stdout=HEALTHY, exit_status=1)})
    assert seen[PATHS_NOW] == 2
    assert await look({LIST: Output((), exit_status=1)}) == {}


async def test_a_map_left_out_because_its_lines_were_damaged_is_not_called_missing() -> None:
    multipath = Multipath()
    other = HEALTHY.replace(WWID, "222ac00015543fe63").replace("dm-0", "dm-5")
    await read(multipath, FakeHost({LIST: HEALTHY + other}))
    torn = (HEALTHY + other).replace("sda 8:0 [active][ready]", "sda 8:0 [act", 1)
    reading = await read(multipath, FakeHost({LIST: torn}))
    assert reading.damaged == 1
    seen = samples(multipath, reading)
    assert PRESENT not in seen
    assert PRESENT.replace(WWID, "222ac00015543fe63") in seen


async def test_another_map_that_is_gone_is_missed_though_a_third_ones_lines_are_damaged() -> None:
    multipath = Multipath()
    second, third = (HEALTHY.replace(WWID, w) for w in ("222ac00015543fe63", "222ac00015543fe64"))
    await read(multipath, FakeHost({LIST: HEALTHY + second + third}))
    torn = HEALTHY.replace("sda 8:0 [active][ready]", "sda 8:0 [act") + second
    seen = samples(multipath, await read(multipath, FakeHost({LIST: torn})))
    assert PRESENT not in seen
    assert seen[PRESENT.replace(WWID, "222ac00015543fe64")] == 0


async def test_the_wrong_controller_is_described_by_what_is_wrong_with_it() -> None:
    multipath = Multipath()
    dead = HEALTHY.replace("sda 8:0 [active][ready]", "sda 8:0 [failed][faulty]")
    reading = await read(multipath, FakeHost({LIST: dead}))
    texts = [f.text for f in multipath.findings(reading, View())]
    assert (
        "wrong controller: the active path group has no usable path, that of priority 1 has"
        in texts
    )


async def test_a_strange_exit_is_a_failure_with_its_text() -> None:
    broken = Output((), stderr="DM multipath kernel driver not loaded\n", exit_status=1)
    with pytest.raises(Exception, match="kernel driver not loaded"):
        await look({LIST: broken})
