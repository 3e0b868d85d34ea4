"""Faults of the demo pool, and the alerts that each is to give: a table for the tests."""

import asyncio
import time
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from collectors.host import loop_time
from exporter.config import load
from exporter.demo.modular import BONDS, modular_chassis
from exporter.demo.switches import GATEWAYS
from exporter.hosts import open_host
from tests.e2e.conftest import Demo, running_demo
from tests.labs.alerting import Alerting, Fired, alerting, running, wait_until_answers
from tests.labs.ports import free_port
from tests.labs.program import XENLENS
from tests.labs.queries import Queries

CHASSIS = modular_chassis()
HOSTS = tuple(CHASSIS.hosts)
LAST = HOSTS[-1]
SR = {sr.name: sr.uuid for sr in CHASSIS.pool.srs.values()}
VM = {vm.name: vm.uuid for vm in CHASSIS.pool.vms.values()}
NOT_THE_OBJECT = ("alertname", "severity", "audience", "playbook", "pool", "path", "hctl")
"""Labels that do not tell which object of a pool it is about; a path has new names each time."""
MACHINE, PAGE, MAIL, NOBODY = "remediation", "page", "mail", "nobody"
PATIENCE = 120.0


@dataclass(frozen=True, slots=True)
class Told:
    """An alert as a receiver hears of it: what it is about, in the order of its labels' names."""

    receiver: str
    alert: str
    about: tuple[str, ...]


Action = str | Callable[[Demo], None]
"""A fault of the demo, or what a person does about one."""


@dataclass(frozen=True, slots=True)
class Step:
    """Something happens to the pool, and what is told once that has settled."""

    action: Action
    told: frozenset[Told] = frozenset()


@dataclass(frozen=True, slots=True)
class Case:
    """A fault and its end, in steps; `passing` is told between two of them and taken back."""

    steps: tuple[Step, ...]
    passing: frozenset[Told] = frozenset()

    @property
    def ever(self) -> frozenset[Told]:
        """Everything that is told at any time."""
        return self.passing.union(*(step.told for step in self.steps))

    def __str__(self) -> str:
        return str(self.steps[0].action)


def case(fault: str, told: frozenset[Told], undo: Action) -> Case:
    """A fault that is there until it is undone."""
    return Case((Step(fault, told), Step(undo)))


@dataclass(frozen=True, slots=True)
class Stack:
    """The demo, with a real Prometheus and a real Alertmanager."""

    demo: Demo
    alerting: Alerting
    queries: Queries = field(default_factory=Queries)

    def told(self) -> set[Told]:
        """What receivers have been told and was not taken back, the watchdog left out."""
        return set(as_told(self.alerting.heard.now()))

    def settle(
        self,
        wanted: Iterable[Told],
        patience: float = PATIENCE,
        beside: frozenset[Told] = frozenset(),
    ) -> set[Told]:
        """Wait until just `wanted` is told; gives what is told then, or when patience ends.

        What stands `beside` it may be told or not.
        """
        give_up = time.monotonic() + patience
        while self.told() - beside != set(wanted) and time.monotonic() < give_up:
            time.sleep(0.2)
        return self.told() - beside

    def show(
        self, case: Case, patience: float = PATIENCE, beside: frozenset[Told] = frozenset()
    ) -> None:
        """Let a fault happen and end; assert that just its alerts come and go.

        Twice at most: with every wait shortened, a machine that stands still for some seconds looks
        like hosts that are silent, which is told as well.
        """
        try:
            self._show(case, patience, beside)
        except AssertionError as error:
            warnings.warn(f"{case}, first try: {error}", stacklevel=1)
            self._show(case, patience, beside)

    def _show(self, case: Case, patience: float, beside: frozenset[Told]) -> None:
        assert self.settle((), patience, beside) == set()
        self.alerting.heard.forget()
        to_do = list(case.steps)
        try:
            while to_do:
                step = to_do.pop(0)
                self.act(step.action)
                assert self.settle(step.told, patience, beside) == step.told
                self.queries.ask(self.alerting)
        finally:
            # The next case begins with a healthy pool, whatever became of this one.
            for step in to_do:
                self.act(step.action)
        assert set(as_told(self.alerting.heard.all())) - beside == case.ever

    def stays_quiet(self, fault: str, undo: str, seconds: float = 12.0) -> None:
        """Let something happen that is no fault of the hosts; assert that nobody is told."""
        assert self.settle(()) == set()
        self.alerting.heard.forget()
        self.demo.fault(fault)
        time.sleep(seconds)
        self.queries.ask(self.alerting)
        self.demo.fault(undo)
        time.sleep(seconds / 2)
        assert set(as_told(self.alerting.heard.all())) == set()

    def act(self, action: Action) -> None:
        """Let it happen."""
        if isinstance(action, str):
            self.demo.fault(action)
        else:
            action(self.demo)


@contextmanager
def started(folder: Path, every: float = 2.0, faster: float = 60.0) -> Iterator[Stack]:
    """A stack of its own while the block runs. No disk is measured in it."""
    with (
        running_demo("--no-exporter") as demo,
        serving(demo, folder) as url,
        alerting(folder, url, every, faster) as running,
    ):
        yield Stack(demo, running)


@contextmanager
def serving(demo: Demo, folder: Path) -> Iterator[str]:
    """An exporter for the demo's pool without its disk probes, which other faults would disturb."""
    document = yaml.safe_load(demo.config.read_text())
    for pool in document["pools"].values():
        del pool["disk_probes"]
    address = f"127.0.0.1:{free_port()}"
    config = folder / "xenlens.yml"
    config.write_text(yaml.safe_dump({**document, "listen": address}))
    with running(folder, "xenlens", [str(XENLENS), "serve", "--config", str(config)]):
        wait_until_answers(f"http://{address}/-/ready")
        yield f"http://{address}"


def as_told(fired: Iterable[Fired]) -> Iterator[Told]:
    """What receivers were told, the watchdog left out."""
    for receiver, labels in fired:
        if receiver != "watchdog":
            about = tuple(value for name, value in labels if name not in NOT_THE_OBJECT)
            yield Told(receiver, dict(labels)["alertname"], about)


def told(receiver: str, alert: str, *abouts: tuple[str, ...]) -> frozenset[Told]:
    """One alert about several objects."""
    return frozenset(Told(receiver, alert, about) for about in abouts)


def of_bonds(
    receiver: str, alert: str, *, member: int | None = None, gateway: bool = False
) -> frozenset[Told]:
    """An alert about every bond of every host: its first or second member, and its destination."""
    abouts = [
        (
            bond,
            *((GATEWAYS[bond],) if gateway else ()),
            host,
            *((members[member],) if member is not None else ()),
        )
        for host in HOSTS
        for bond, members in BONDS.items()
    ]
    return told(receiver, alert, *abouts)


def of_maps(receiver: str, alert: str) -> frozenset[Told]:
    """An alert about every multipath map of every host."""
    abouts = [(host, disk.wwid) for host in HOSTS for disk in CHASSIS.hosts[host].storage.disks]
    return told(receiver, alert, *abouts)


def run_on_hosts(demo: Demo, *commands: tuple[str, ...]) -> None:
    """Run commands on every host of the demo, by SSH, as a person would to heal it."""
    asyncio.run(_run(demo, commands))


async def _run(demo: Demo, commands: tuple[tuple[str, ...], ...]) -> None:
    for target in load(demo.config).targets():
        host = open_host(target.name, target.settings)
        try:
            for argv in commands:
                output = await host.run(argv, deadline=loop_time() + 20)
                assert output.exit_status == 0, output
        finally:
            await host.close()
