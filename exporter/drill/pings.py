"""Pings from a host, with iputils' ping of any age: which were answered, and when each was sent.

Old ones have no `-D` to print times, and none keeps its pace: each packet is some milliseconds
late, and after an ICMP error the same one may be sent again. So the host's shell writes its clock
before every line as it comes. Not `-w`: with it, ping ends at the first ICMP error.
"""

import re
from dataclasses import dataclass, field, replace
from itertools import pairwise

from collectors.host import Host, HostError, loop_time
from exporter.drill.record import Io
from exporter.drill.subject import HostIo

INTERVAL = 0.2
"""Seconds between two pings, at least: ping may be late and never sends sooner."""
START = 0.1
"""Seconds that ping may take to start; what seems later is a line that came late."""
LINGER = 1.0
"""Seconds that ping waits for answers after its last packet."""
BEYOND = 60.0
"""Seconds that the way to the host may be dead before the run counts as lost."""
NO_ANSWER = "no answer"
STAMPED = (
    f'date +%s.%N; ping -n -i {INTERVAL} -W {LINGER:.0f} -c "$1" -- "$2" 2>&1 '
    '| while read -r line; do echo "$(date +%s.%N) $line"; done'
)
"""For `sh -c`: packets and address come behind its name."""
_LINE = re.compile(r"(\d+\.\d+) (.*)")
_ANSWER = re.compile(r"\d+ bytes from .*\bicmp_seq=(\d+) .*\btime[=<]([\d.]+) ?ms")
_ERROR = re.compile(r"From \S+ icmp_seq=(\d+) (.+)")
_SUMMARY = re.compile(r"(\d+) packets transmitted, .*\btime (\d+) ?ms")


@dataclass(slots=True)
class _Run:
    """What ping said so far, by sequence number."""

    began: float
    answers: dict[int, Io] = field(default_factory=dict)
    """Sent no later than their `at`: the line may have come late."""
    errors: dict[int, str] = field(default_factory=dict)
    sent: int | None = None
    took: float = 0.0
    """From the first packet to the last."""


async def ping(host: Host, address: str, seconds: float) -> HostIo:
    """Pings of about `seconds` by the host's clock. Raises HostError when nothing came back."""
    count = max(1, round(seconds / INTERVAL))
    deadline = loop_time() + seconds + LINGER + BEYOND
    words = ("sh", "-c", STAMPED, "ping", str(count), address)
    return pings_in((await host.run(words, deadline=deadline)).stdout)


async def answers(host: Host, address: str, deadline: float) -> bool:
    """Whether one ping is answered within a second. Raises HostError."""
    words = ("ping", "-n", "-c", "1", "-W", f"{LINGER:.0f}", "--", address)
    return (await host.run(words, deadline=deadline)).exit_status == 0


def pings_in(text: str) -> HostIo:
    """Every packet of a run of `STAMPED`. Raises HostError for a run that sent none."""
    first, *lines = text.splitlines() or [""]
    if not re.fullmatch(r"\d+\.\d+", first):
        raise HostError(f"date +%s.%N told no time: {first!r}")
    run = _Run(float(first))
    for line in lines:
        if stamped := _LINE.fullmatch(line):
            _take(run, float(stamped[1]), stamped[2])
    if run.sent is None:
        raise HostError(f"ping ended without a word of how many it sent: {text[-200:]!r}")
    return HostIo(run.began, _packets(run, run.sent))


def _take(run: _Run, at: float, line: str) -> None:
    if answer := _ANSWER.match(line):
        # Of duplicates the first one counts.
        seconds = float(answer[2]) / 1000
        run.answers.setdefault(int(answer[1]), Io(at - seconds, seconds))
    elif error := _ERROR.match(line):
        run.errors.setdefault(int(error[1]), error[2])
    elif summary := _SUMMARY.match(line):
        run.sent, run.took = int(summary[1]), int(summary[2]) / 1000


def _packets(run: _Run, sent: int) -> list[Io]:
    """Every packet in order; the first has number 1, of old iputils 0."""
    first = 0 if 0 in run.answers or 0 in run.errors else 1
    times = _times(run, first, first + sent - 1)
    return [_packet(run, number, times[number]) for number in sorted(times)]


def _packet(run: _Run, number: int, at: float) -> Io:
    if answer := run.answers.get(number):
        return replace(answer, at=at)
    return Io(at, None, run.errors.get(number, NO_ANSWER))


def _times(run: _Run, first: int, last: int) -> dict[int, float]:
    """When each packet was sent: those without an answer stand evenly between the others."""
    known = {first: run.began, last: run.began + run.took}
    known |= {number: io.at for number, io in run.answers.items()}
    known[last] = min(known[last], run.began + run.took + START)
    for a, b in pairwise(sorted(known, reverse=True)):
        known[b] = min(known[b], known[a] - INTERVAL * (a - b))
    times = dict(known)
    for a, b in pairwise(sorted(known)):
        step = (known[b] - known[a]) / (b - a)
        times |= {number: known[a] + step * (number - a) for number in range(a + 1, b)}
    return times
