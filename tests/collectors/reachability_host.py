"""A host with a bond whose rounds of probes go as told, and a clock that can be put forward."""

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from collectors.host import Output, loop_time
from collectors.inventory import Destination, ExpectedBond, HostInventory
from collectors.reachability import Reachability
from collectors.reachability_answer import Row
from collectors.reachability_record import ReachReading
from collectors.registry import Look
from tests.collectors.reachability_rows import RIGHT, document, row
from tests.fakes import Answer, FakeHost

SHOW = """\
---- bond0 ----
bond_mode: active-backup
bond-hash-basis: 0
updelay: 31000 ms
downdelay: 200 ms
lacp_status: off

member eth0: enabled
  {eth0}
  may_enable: true

member eth2: enabled
  {eth2}
  may_enable: true

"""
BY_ETH0 = SHOW.format(eth0="active member", eth2="")
BY_ETH2 = SHOW.format(eth2="active member", eth0="")
BY_NOBODY = SHOW.format(eth2="", eth0="")
ROUTES = (
    "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
    "xenbr0\t00000000\t014DFF0A\t0003\t0\t0\t0\t00000000\t0\t0\t0\n"
    "xenbr0\t004DFF0A\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
)
"""10.255.77.0/24 on xenbr0, with the default route by 10.255.77.1."""
BONDS, ROUTE, BRIDGE = (
    "ovs-appctl bond/show",
    "cat /proc/net/route",
    "ovs-vsctl port-to-br bond0",
)
USUAL: Mapping[str, Answer] = {BONDS: BY_ETH0, ROUTE: ROUTES, BRIDGE: "xenbr0\n"}
SOUND = (row("eth0", RIGHT, way="bridge"), row("eth2", RIGHT))
ETH2_SILENT = (row("eth0", RIGHT, way="bridge"), row("eth2"))
AUTO = Destination()


@dataclass
class ProbedHost(FakeHost):
    """Answers rounds of probes from a list, the last one for ever after.

    An entry of `turns` names one more answer than its command gave before: what changes meanwhile.
    """

    rounds: Sequence[Answer] = ()
    python: str = "python3"
    turns: Mapping[str, Sequence[Answer]] = field(default_factory=dict)
    probed: list[tuple[str, ...]] = field(default_factory=list)
    """The words of each round, from `probe` on."""

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        line = " ".join(argv)
        if argv[0] == self.python:
            self.probed.append(tuple(argv[argv.index("probe") :]))
            self.answers = {**self.answers, line: _turn(self.rounds, len(self.probed))}
        elif line in self.turns:
            turn = self.asked.count(line) + 1
            self.answers = {**self.answers, line: _turn(self.turns[line], turn)}
        return await super().run(argv, deadline=deadline, stdin=stdin)

    def kinds(self) -> list[str]:
        """What was asked, in short, and is forgotten: `bonds`, `route`, `vsctl`, `python3`.

        The control socket, which this host does not have, is left out.
        """
        asked = [_kind(line) for line in self.asked if not line.endswith(".pid")]
        self.asked.clear()
        return asked


def _turn(answers: Sequence[Answer], turn: int) -> Answer:
    return answers[min(turn, len(answers)) - 1]


def _kind(line: str) -> str:
    command = line.split()[0]
    return {"ovs-appctl": "bonds", "cat": "route", "ovs-vsctl": "vsctl"}.get(command, command)


def host_with(*rounds: Iterable[Row], **facts: Any) -> ProbedHost:
    """A host whose rounds give these rows, one after another."""
    given = facts.pop("answers", {})
    return ProbedHost({**USUAL, **given}, rounds=[document(rows) for rows in rounds], **facts)


def inventory(*destinations: Destination, **facts: Any) -> HostInventory:
    """bond0 of eth0 and eth2, with these destinations; none given: the gateway."""
    expected = ExpectedBond(("eth0", "eth2"), "eth0", destinations or (AUTO,))
    return HostInventory({"bond0": expected}, **facts)


async def one_look(
    collector: Reachability,
    host: FakeHost,
    known: HostInventory | None = None,
    seconds: float = 5.0,
) -> ReachReading:
    """One look within `seconds`."""
    return await collector.read(Look(host, loop_time() + seconds, known or inventory()))


class PutForward(asyncio.SelectorEventLoop):
    """An event loop whose clock can be put forward."""

    seconds = 0.0

    def time(self) -> float:
        """Seconds, those put forward included."""
        return super().time() + self.seconds


def with_clock(story: Callable[[PutForward], Any]) -> Any:
    """Run a coroutine function that is given the clock to put forward."""
    loop = PutForward()
    with asyncio.Runner(loop_factory=lambda: loop) as runner:
        return runner.run(story(loop))
