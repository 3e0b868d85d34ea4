"""Example drills, as a recorder would have written them."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime

from exporter.drill.record import Drill, Io, Lane, Note, Span, State, Tone, WouldFire

ZONE = UTC
BEGAN = datetime(2026, 4, 7, 17, 26, 31, tzinfo=UTC).timestamp()
EVERY = 0.1
"""Seconds between two reads."""
HOSTILE = "<script>alert(1)</script>"
FIRST, SECOND = "priority 50: sda 0:0:0:0", "priority 1: sdb 0:0:2:0"
_TONES: dict[str, Tone] = {
    "active ready running": "good",
    "enabled ready running": "standby",
    "failed faulty offline": "bad",
    "not there": "absent",
    "unknown": "unknown",
}


def state(text: str) -> State:
    """With the tone that belongs to the text; others carry I/O."""
    return State(text, _TONES.get(text, "good"))


def lane(name: str, *changes: tuple[float, str], end: float = 240.0) -> Lane:
    """Each state holds until the next begins."""
    ends = [*(at for at, _ in changes[1:]), end]
    return Lane(
        name,
        tuple(Span(at, to, state(text)) for (at, text), to in zip(changes, ends, strict=True)),
    )


def reads(start: float, end: float, every: float = EVERY) -> Iterator[Io]:
    """Reads of about 640 µs, none of which fails."""
    for number in range(round((end - start) / every)):
        yield Io(start + number * every, 0.00052 + 0.00001 * (number * 7 % 25))


def empty() -> Drill:
    """Nothing was recorded at all."""
    return Drill(
        "multipath", "host1", "mpatha", BEGAN, 30.0, (), Lane("path group", ()), (), "", ()
    )


def failover() -> Drill:
    """Four stages: SCM2 out and back under a new address, SCM1 out and back under another."""
    ready, standby, gone = "active ready running", "enabled ready running", "not there"
    return Drill(
        *("multipath", "host1", "22202000155fdb615 (mpatha)", BEGAN, 240.0),
        facts=(
            ("multipath-tools", "0.4.9"),
            ("samples", "every 0.25 s"),
            ("I/O", "direct reads of 4 KiB, 10 a second"),
        ),
        serving=lane(
            "path group", (0.0, FIRST), (125.0, SECOND), (193.0, "priority 50: sda 0:0:4:0")
        ),
        lanes=(
            lane("sda 0:0:0:0", (0.0, ready), (121.5, "failed faulty offline"), (126.0, gone)),
            lane("sdb 0:0:1:0", (0.0, standby), (30.5, gone)),
            lane("sdb 0:0:2:0", (0.0, gone), (73.0, standby), (125.0, ready), (193.0, standby)),
            lane("sda 0:0:4:0", (0.0, gone), (183.0, standby), (193.0, ready)),
        ),
        io_name="4 KiB reads of /dev/mapper/mpatha",
        io=(*reads(0.0, 121.0), Io(121.0, 3.9), *reads(124.9, 240.0)),
        notes=_failover_notes(),
        alerts=(
            WouldFire(
                *("MultipathPathsMissing", "warning", (("map", "mpatha"),), 31.0, 61.0, 74.0),
            ),
            WouldFire(
                "MultipathNoStandbyGroup", "critical", (("map", "mpatha"),), 122.0, None, 130.0
            ),
        ),
    )


def _failover_notes() -> tuple[Note, ...]:
    return (
        Note(30.0, "mark", "SCM2 out"),
        Note(30.4, "kernel", "sd 0:0:1:0: [sdb] Synchronizing SCSI cache"),
        Note(30.5, "multipathd", "sdb: remove path (operator)"),
        Note(70.0, "mark", "SCM2 back"),
        Note(71.2, "kernel", "scsi 0:0:2:0: alua: port group 01 state S supports touSnA"),
        Note(73.0, "multipathd", "sdb: add path (operator)"),
        Note(120.0, "mark", "SCM1 out"),
        Note(121.5, "kernel", "sd 0:0:0:0: [sda] Result: hostbyte=DID_NO_CONNECT"),
        Note(125.0, "kernel", "sd 0:0:2:0: alua: port group 01 switched to state A"),
        Note(180.0, "mark", "SCM1 back"),
        Note(183.0, "multipathd", "sda: add path (operator)"),
        Note(193.0, "kernel", "sd 0:0:4:0: alua: port group 00 switched to state A"),
    )


def without_io() -> Drill:
    """The failover, of which no I/O was recorded."""
    return replace(failover(), io=())


def hanging() -> Drill:
    """The last read began at 200 s and never ended."""
    return replace(failover(), io=(*reads(0.0, 200.0), Io(200.0, None)))


def with_holes() -> Drill:
    """The host gave no sample from 110 to 128 s, nor any I/O."""
    before = failover()
    lanes = tuple(_blind(lane, 110.0, 128.0) for lane in before.lanes)
    return replace(
        before,
        lanes=lanes,
        serving=_blind(before.serving, 110.0, 128.0),
        holes=((110.0, 128.0),),
        io=(*reads(0.0, 110.0), *reads(128.0, 240.0)),
    )


def _blind(lane: Lane, start: float, end: float) -> Lane:
    """The lane with nothing known between two times."""
    spans = [replace(s, end=min(s.end, start)) for s in lane.spans if s.start < start]
    spans.append(Span(start, end, state("unknown")))
    spans += [replace(s, start=max(s.start, end)) for s in lane.spans if s.end > end]
    return replace(lane, spans=tuple(spans))


def pings(start: float, end: float, every: float = 0.2) -> Iterator[Io]:
    """Pings that are answered."""
    return (replace(one, seconds=0.0003) for one in reads(start, end, every))


def bond() -> Drill:
    """A switch is pulled for a while: the other member takes over after 1.2 s without answers."""
    lost = (Io(10.0 + 0.2 * number, None, "no answer") for number in range(6))
    return Drill(
        *("bond", "host2", "bond0", BEGAN, 30.0),
        facts=(("Open vSwitch", "3.1.0"), ("samples", "every 0.2 s")),
        serving=lane("active member", (0.0, "eth0"), (11.0, "eth1"), end=30.0),
        lanes=(
            lane("eth0", (0.0, "active ready running"), (10.4, "failed faulty offline"), end=30.0),
            lane("eth1", (0.0, "enabled ready running"), (11.0, "active ready running"), end=30.0),
        ),
        io_name="pings to 192.0.2.1",
        io=(*pings(0.0, 10.0), *lost, *pings(11.2, 30.0)),
        notes=(
            Note(10.0, "mark", "switch 1 off"),
            Note(10.5, "ovs-vswitchd", "bond bond0: link down"),
        ),
    )


def eight_marks() -> Drill:
    """Eight marks within 20 s of a long drill."""
    marks = tuple(Note(100.0 + 2.5 * n, "mark", f"cable {n + 1} pulled") for n in range(8))
    return replace(failover(), notes=marks)


def long_drill(seconds: float = 3600.0) -> Drill:
    """20 reads a second for an hour: 72,000."""
    return replace(
        failover(),
        seconds=seconds,
        io=tuple(reads(0.0, seconds, 0.05)),
        lanes=(lane("sda 0:0:0:0", (0.0, "active ready running"), end=seconds),),
        serving=lane("path group", (0.0, FIRST), end=seconds),
    )


def hostile(words: str = HOSTILE) -> Drill:
    """Every text of it is `words`."""
    bad = State(words, "bad")
    lanes = (Lane(words, (Span(0.0, 10.0, State(words, "good")), Span(10.0, 30.0, bad))),)
    return Drill(
        *("multipath", words, words, BEGAN, 30.0, ((words, words),), lanes[0], lanes, words),
        io=(Io(1.0, 0.001), Io(2.0, 0.1, words), Io(3.0, None)),
        notes=(Note(5.0, "mark", words), Note(6.0, words, words)),
        alerts=(WouldFire(words, words, ((words, words),), 6.0, 7.0, None),),
    )


def logged(lines: Sequence[str]) -> Drill:
    """A mark, and these lines after it."""
    notes = (Note(1.0, "mark", "SCM2 out"), *(Note(2.0, "kernel", text) for text in lines))
    return replace(failover(), notes=notes)
