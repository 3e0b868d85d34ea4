"""What happens in a lab while something is tried there: flooded frames, moved MAC addresses.

Each watcher is a process that listens from the beginning of its block to the end, and what it
noticed is complete when the block has ended.
"""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.labs.netns import Namespaces, run
from tests.labs.waiting import wait_for

ARP = 0x0806
BROADCAST = "ff:ff:ff:ff:ff:ff"
MARKS = ("02:00:00:00:00:01", "02:00:00:00:00:02")
MARKED_ADDRESS = "192.0.2.1"
_SNIFFER = Path(__file__).with_name("sniffer.py")
_LEARNED = re.compile(r"^(?!Deleted )(\S+) dev (\S+)", re.MULTILINE)

Known = set[tuple[str, str]]
"""(MAC address, port) of a switch."""


@dataclass(frozen=True, slots=True)
class Frame:
    """The Ethernet header of a frame."""

    to: str
    source: str
    ether_type: int


@dataclass(slots=True)
class Sniffed:
    """Frames that came in by one device."""

    frames: list[Frame] = field(default_factory=list)

    def arp_of(self, *macs: str) -> list[Frame]:
        """The ARP frames from or to any of some addresses."""
        wanted = set(macs)
        return [f for f in self.frames if f.ether_type == ARP and {f.to, f.source} & wanted]


@contextmanager
def sniffing(namespaces: Namespaces, role: str, device: str) -> Iterator[Sniffed]:
    """Every frame that comes in by a device of a namespace."""
    argv = namespaces.argv(role, sys.executable, str(_SNIFFER), device)
    pipe = subprocess.PIPE
    sniffed = Sniffed()
    with subprocess.Popen(argv, stdin=pipe, stdout=pipe, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "listening\n"
            yield sniffed
            sniffed.frames += [Frame(*each) for each in json.loads(process.communicate()[0])]
        finally:
            process.kill()


@dataclass(slots=True)
class Told:
    """Lines of a monitor."""

    lines: list[str] = field(default_factory=list)

    def of(self, *words: str) -> list[str]:
        """The lines that have any of some words."""
        return [line for line in self.lines if set(line.split()) & set(words)]


@contextmanager
def _monitoring(argv: list[str], mark: Callable[[str], object], file: Path) -> Iterator[Told]:
    """What a monitor tells between two marks, which are changes made for it to tell."""
    told = Told()
    with file.open("w") as out, subprocess.Popen(argv, stdout=out) as process:
        try:
            wait_for(lambda: _shows(file, MARKS[0], mark), 10, f"{argv} telling the first mark")
            yield told
            wait_for(lambda: _shows(file, MARKS[1], mark), 10, f"{argv} telling the last mark")
            ours = {*MARKS, MARKED_ADDRESS}
            lines = file.read_text().splitlines()
            told.lines += [line for line in lines if not ours & set(line.split())]
        finally:
            process.kill()


def _shows(file: Path, mac: str, mark: Callable[[str], object]) -> bool:
    mark(mac)
    return mac in file.read_text()


@contextmanager
def watching_fdb(namespaces: Namespaces, switch: str, port: str, folder: Path) -> Iterator[Told]:
    """What a switch's MAC table learns, moves and forgets. The marks are made at `port`."""
    name = namespaces.name(switch)

    def mark(mac: str) -> None:
        for verb in ("replace", "del"):
            run("bridge", "-n", name, "fdb", verb, mac, "dev", port, "master", "static")

    argv = ["bridge", "-n", name, "monitor", "fdb"]
    with _monitoring(argv, mark, folder / f"fdb-of-{switch}") as told:
        yield told


@contextmanager
def watching_arp(namespaces: Namespaces, role: str, device: str, folder: Path) -> Iterator[Told]:
    """What the ARP table of a namespace learns, doubts and forgets."""

    def mark(mac: str) -> None:
        for words in (("replace", MARKED_ADDRESS, "lladdr", mac), ("del", MARKED_ADDRESS)):
            namespaces.ip(role, "neigh", *words, "dev", device)

    argv = ["ip", "-4", "-n", namespaces.name(role), "monitor", "neigh"]
    with _monitoring(argv, mark, folder / f"arp-of-{role}") as told:
        yield told


def known(namespaces: Namespaces, switch: str) -> Known:
    """What a switch's MAC table has now."""
    shown = run("bridge", "-n", namespaces.name(switch), "fdb", "show", "br", "br0")
    return set(_LEARNED.findall(shown))
