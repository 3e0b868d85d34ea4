"""The reachability collector: what it asks of a host, and when it does not believe the answers."""

from typing import Any

import pytest

from collectors.host import DeadlineExceeded, Output, Unreachable
from collectors.inventory import Destination, ExpectedBond, HostInventory, Probing
from collectors.onhost import program
from collectors.parsing import ParseError
from collectors.reachability import Reachability
from collectors.reachability_record import ReachReading
from collectors.registry import CollectorFailed, NotPresent
from tests.collectors.reachability_host import (
    BONDS,
    BRIDGE,
    BY_ETH0,
    BY_ETH2,
    BY_NOBODY,
    ETH2_SILENT,
    ROUTE,
    ROUTES,
    SOUND,
    ProbedHost,
    PutForward,
    host_with,
    inventory,
    one_look,
    with_clock,
)
from tests.collectors.reachability_rows import GATEWAY, LIAR, RIGHT, THIRD, refused, row
from tests.collectors.reading import samples

ROUND = ["bonds", "python3", "bonds"]
LAYOUT = ["route", "vsctl"]
FIRST = ["bonds", *LAYOUT, "python3", "bonds"]


def told(reading: ReachReading) -> dict[str, tuple[bool | None, str]]:
    """Verdict and reason by member."""
    return {reach.member: (reach.reachable, reach.reason) for reach in reading.records}


def word(words: tuple[str, ...], option: str) -> str:
    return words[words.index(f"--{option}") + 1]


async def test_a_round_is_probed_between_two_looks_at_the_bonds() -> None:
    host, collector = host_with(SOUND), Reachability()
    reading = await one_look(collector, host)
    assert host.kinds() == FIRST
    assert told(reading) == {"eth0": (True, ""), "eth2": (True, "")}
    assert {reach.destination for reach in reading.records} == {GATEWAY}
    assert [reach.active for reach in reading.records] == [True, False]
    assert reading.via == "xenlens_host.py (bridge, raw); ovs-appctl"
    assert (reading.seconds, reading.cpu_seconds) == (0.211, 0.019)


async def test_the_host_is_told_bond_members_and_the_address_of_its_gateway() -> None:
    host = host_with(SOUND)
    await one_look(Reachability(), host, inventory(Destination(mac=RIGHT)))
    (words,) = host.probed
    assert words[-12:] == (
        *("--bridge", "xenbr0", "--device", "xenbr0", "--active", "eth0"),
        *("--member", "eth0", "--member", "eth2"),
        *("--destination", f"{GATEWAY},mac={RIGHT},via=xenbr0"),
    )


async def test_what_two_members_agreed_upon_is_the_next_rounds_hint_and_its_judge() -> None:
    liar = row("eth0", RIGHT, way="bridge"), row("eth2", LIAR)
    host, collector = host_with(SOUND, liar), Reachability()
    await one_look(collector, host)
    reading = await one_look(collector, host)
    assert [word(words, "destination") for words in host.probed] == [
        f"{GATEWAY},via=xenbr0",
        f"{GATEWAY},hint={RIGHT},via=xenbr0",
    ]
    assert told(reading) == {"eth0": (True, ""), "eth2": (False, "wrong_mac")}


async def test_a_new_device_is_the_destination_once_members_agree_for_five_rounds() -> None:
    replaced = row("eth0", THIRD, way="bridge"), row("eth2", THIRD)
    host, collector = host_with(SOUND, replaced), Reachability()
    readings = [await one_look(collector, host) for _ in range(7)]
    verdicts = [{reach.reachable for reach in reading.records} for reading in readings]
    assert verdicts == [{True}, *[{None}] * 5, {True}]
    assert word(host.probed[-1], "destination") == f"{GATEWAY},hint={THIRD},via=xenbr0"


async def test_an_interrupted_agreement_begins_anew() -> None:
    replaced = row("eth0", THIRD, way="bridge"), row("eth2", THIRD)
    rounds = [SOUND, *[replaced] * 4, SOUND, *[replaced] * 4, replaced, replaced]
    host, collector = host_with(*rounds), Reachability()
    readings = [await one_look(collector, host) for _ in rounds]
    assert [reading.records[0].reachable for reading in readings] == [
        *(True, None, None, None, None),
        *(True, None, None, None, None, None, True),
    ]


async def test_an_address_that_never_answered_is_unknown_and_one_that_did_is_dead() -> None:
    nothing = row("eth0", way="bridge"), row("eth2")
    host, collector = host_with(nothing, SOUND, nothing), Reachability()
    readings = [await one_look(collector, host) for _ in range(3)]
    assert [told(reading)["eth2"] for reading in readings] == [
        (None, "never_answered"),
        (True, ""),
        (False, "no_answer"),
    ]


async def test_where_bridges_and_routes_cannot_be_asked_anew_a_bad_verdict_is_unknown() -> None:
    broken = {ROUTE: (ROUTES, Unreachable("connection lost"))}
    host, collector = host_with(SOUND, ETH2_SILENT, turns=broken), Reachability()
    await one_look(collector, host)
    reading = await one_look(collector, host)
    assert told(reading) == {"eth0": (True, ""), "eth2": (None, "layout")}
    assert reading.records[1].text == (
        "3 requests, no answer; it may be wrong, since the host's bridges and routes could not be "
        "read: connection lost"
    )


async def test_a_host_without_destinations_has_nothing_to_probe_and_is_not_asked() -> None:
    host = host_with(SOUND)
    bare = HostInventory({"bond0": ExpectedBond(("eth0", "eth2"), "eth0")})
    for known in (HostInventory(), bare):
        with pytest.raises(NotPresent, match="no destinations configured"):
            await one_look(Reachability(), host, known)
    assert host.asked == []


def test_what_is_known_of_bridges_and_routes_is_kept_for_five_minutes() -> None:
    async def story(clock: PutForward) -> list[list[str]]:
        host, collector, asked = host_with(SOUND), Reachability(), []
        for seconds in (0, 1, 298, 2):
            clock.seconds += seconds
            await one_look(collector, host)
            asked.append(host.kinds())
        return asked

    assert with_clock(story) == [FIRST, ROUND, ROUND, FIRST]


async def test_a_bad_verdict_is_given_only_after_bridges_and_routes_were_asked_anew() -> None:
    host, collector = host_with(SOUND, ETH2_SILENT), Reachability()
    await one_look(collector, host)
    host.kinds()
    reading = await one_look(collector, host)
    assert host.kinds() == [*ROUND, *LAYOUT]
    assert told(reading) == {"eth0": (True, ""), "eth2": (False, "no_answer")}


async def test_where_the_bond_is_on_another_bridge_by_now_it_is_probed_again_there() -> None:
    bridges = {BRIDGE: ("xenbr0\n", "xapi4\n")}
    routes = {ROUTE: (ROUTES, ROUTES.replace("xenbr0", "xapi4"))}
    host = host_with(SOUND, ETH2_SILENT, SOUND, turns={**bridges, **routes})
    collector = Reachability()
    await one_look(collector, host)
    reading = await one_look(collector, host)
    assert [word(words, "bridge") for words in host.probed] == ["xenbr0", "xenbr0", "xapi4"]
    assert told(reading) == {"eth0": (True, ""), "eth2": (True, "")}


async def test_a_bad_verdict_of_the_first_look_rests_on_fresh_knowledge() -> None:
    host = host_with(ETH2_SILENT)
    assert told(await one_look(Reachability(), host))["eth2"] == (False, "no_answer")
    assert host.kinds() == FIRST


@pytest.mark.parametrize(
    "after",
    [BY_ETH2, BY_NOBODY, BY_ETH0.replace("eth2", "eth4"), BY_ETH0.replace("bond0", "bond9")],
)
async def test_a_bond_that_changed_while_it_was_probed_was_not_measured(after: str) -> None:
    host, collector = host_with(SOUND, turns={BONDS: (BY_ETH0, after)}), Reachability()
    reading = await one_look(collector, host)
    assert told(reading) == {"eth0": (None, "bond_moved"), "eth2": (None, "bond_moved")}
    assert reading.records[0].text == "the bond changed its active member while it was probed"
    measured = {name.split("{")[0] for name in samples(collector, reading)}
    assert not measured & {
        f"xenlens_bond_member_probe_{what}" for what in ("loss_ratio", "rtt_seconds")
    }


async def test_nothing_is_learned_while_the_bond_changes_its_active_member() -> None:
    host, collector = host_with(SOUND, turns={BONDS: (BY_ETH0, BY_ETH2)}), Reachability()
    await one_look(collector, host)
    await one_look(collector, host)
    assert "hint" not in word(host.probed[-1], "destination")


async def test_a_bond_that_is_not_there_is_unknown_for_every_member_it_should_have() -> None:
    host = host_with(SOUND, answers={BONDS: BY_ETH0.replace("bond0", "bond9")})
    reading = await one_look(Reachability(), host, inventory(Destination(), Destination("1.2.3.4")))
    assert [(r.member, r.destination, r.reachable, r.reason) for r in reading.records] == [
        ("eth0", "auto", None, "no_bond"),
        ("eth2", "auto", None, "no_bond"),
        ("eth0", "1.2.3.4", None, "no_bond"),
        ("eth2", "1.2.3.4", None, "no_bond"),
    ]
    assert host.probed == []
    assert reading.via == "xenlens_host.py (nothing sent); ovs-appctl"


async def test_a_gateway_behind_no_bond_is_unknown_and_nothing_is_sent() -> None:
    host = host_with(SOUND, answers={ROUTE: ROUTES.splitlines()[0] + "\n"})
    reading = await one_look(Reachability(), host)
    assert told(reading) == {"eth0": (None, "no_route"), "eth2": (None, "no_route")}
    assert host.probed == []


async def test_a_member_that_the_report_leaves_out_is_unknown() -> None:
    reading = await one_look(Reachability(), host_with(SOUND[:1]))
    assert told(reading) == {"eth0": (True, ""), "eth2": (None, "not_reported")}


async def test_rows_of_other_bonds_and_addresses_are_nobodys_answers() -> None:
    strange = [row("eth2", THIRD, bond="bond1"), row("eth2", THIRD, destination="192.0.2.1")]
    reading = await one_look(Reachability(), host_with([*ETH2_SILENT, *strange]))
    assert told(reading) == {"eth0": (True, ""), "eth2": (False, "no_answer")}


async def test_a_member_without_carrier_is_no_reason_to_doubt_the_other() -> None:
    rows = SOUND[0], refused("eth2", "no_carrier")
    reading = await one_look(Reachability(), host_with(rows))
    assert told(reading) == {"eth0": (True, ""), "eth2": (False, "no_carrier")}


async def test_a_round_takes_no_more_time_than_is_left_in_whole_tenths() -> None:
    host, known = host_with(SOUND), inventory(probing=Probing(timeout=2.25))
    await one_look(Reachability(), host, known, seconds=5)
    await one_look(Reachability(), host, known, seconds=2.05)
    usual, hurried = (word(words, "timeout") for words in host.probed)
    assert usual == "2.250"
    assert 0.4 <= float(hurried) <= 1.5
    assert hurried.endswith("00")


async def test_silence_in_a_round_that_was_cut_short_proves_nothing() -> None:
    known = inventory(probing=Probing(timeout=2.0))
    reading = await one_look(Reachability(), host_with(ETH2_SILENT), known, seconds=2.05)
    assert told(reading) == {"eth0": (True, ""), "eth2": (None, "short_round")}
    text = reading.records[1].text
    assert text.startswith("no answer in 1.")
    assert text.endswith("raise its timeout, or lower probe.timeout")


async def test_where_too_little_time_is_left_nothing_is_probed_and_nothing_claimed() -> None:
    host = host_with(SOUND)
    with pytest.raises(DeadlineExceeded, match=r"^0\.\d s are left, too few to probe$"):
        await one_look(Reachability(), host, seconds=0.6)
    assert host.probed == []


@pytest.mark.parametrize(
    ("answer", "error", "said"),
    [
        ("bash: warning: it works\n", ParseError, "line 1: expected the JSON document"),
        (
            Output((), stderr="Traceback:\nMemoryError\n", exit_status=1),
            CollectorFailed,
            "xenlens_host.py exited 1: MemoryError",
        ),
        (Unreachable("connection lost"), Unreachable, "connection lost"),
    ],
)
async def test_a_round_that_failed_is_a_failure(
    answer: Any, error: type[Exception], said: str
) -> None:
    with pytest.raises(error, match=said):
        await one_look(Reachability(), ProbedHost(host_with().answers, rounds=[answer]))


async def test_the_program_is_streamed_or_run_where_it_is_installed() -> None:
    streamed, installed = host_with(SOUND), host_with(SOUND)
    await one_look(Reachability(), streamed)
    assert list(streamed.given.values()) == [program()]
    probing = Probing(program="/opt/xenlens_host.py")
    await one_look(Reachability(), installed, inventory(probing=probing))
    assert installed.given == {}
    assert next(line for line in installed.asked if "python" in line).startswith(
        "python3 -S -E /opt/xenlens_host.py probe --timeout 1.000"
    )


async def test_a_host_with_the_old_python_only_is_asked_by_it() -> None:
    host, collector = host_with(SOUND, python="python"), Reachability()
    await one_look(collector, host)
    assert [kind for kind in host.kinds() if "python" in kind] == ["python3", "python"]
    await one_look(collector, host)
    assert [kind for kind in host.kinds() if "python" in kind] == ["python"]


async def test_a_host_without_python_cannot_be_probed() -> None:
    with pytest.raises(CollectorFailed, match="no python3 nor python") as failure:
        await one_look(Reachability(), host_with(SOUND, python="perl"))
    assert failure.value.reason == "no_python"
