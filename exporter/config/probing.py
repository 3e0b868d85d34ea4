"""How reachability through bond members is probed: the `probe` sections of pools and hosts."""

from collections.abc import Iterator
from typing import Annotated, Literal

from pydantic import Field, Strict

from collectors.inventory import Probing
from exporter.config.kinds import ProbeInterval, ProbeTimeout, Program
from exporter.config.problems import Problem
from exporter.config.section import Section
from exporter.config.values import DECIMALS

Count = Annotated[int, Strict(), Field(ge=2, le=10)]
_DEFAULT = Probing()
_PACE = ("interval", "count", "timeout")
RESERVE, AROUND = 0.1, 0.5
"""Of a scrape, kept by the watch for rendering (a share) and by the collector (seconds)."""


class Probe(Section):
    """How the destinations behind bonds are probed."""

    timeout: ProbeTimeout = _DEFAULT.timeout
    """a time from 100ms to 10s that one round takes at most (default 1s)"""
    count: Count = _DEFAULT.count
    """requests per member and destination: a whole number from 2 to 10 (default 3)"""
    interval: ProbeInterval = _DEFAULT.interval
    """a time from 20ms to 1s between two requests (default 100ms)"""
    way: Literal["auto", "raw", "openflow"] = _DEFAULT.way
    """auto, raw or openflow (default auto: raw sockets, or OpenFlow where there are none)"""
    program: Program | None = None
    """where xenlens_host.py is installed on the host (default nowhere: it is streamed)"""


def over(pool: Probe, own: Probe) -> Probe:
    """How a host is probed: as the pool says, key by key replaced by the host."""
    return pool.model_copy(update={name: getattr(own, name) for name in own.model_fields_set})


def crowded(outer: Probe, own: Probe) -> Iterator[Problem]:
    """Says that requests do not fit into the timeout once `own` has changed `outer`."""
    changed = [key for key in _PACE if key in own.model_fields_set]
    section = over(outer, own)
    lasting = round((section.count - 1) * section.interval, DECIMALS)
    if changed and lasting >= section.timeout:
        said = f"{section.count} requests {section.interval:.12g}s apart take {lasting:.12g}s"
        allowed = f"less than the timeout of {section.timeout:.12g}s"
        yield Problem(("probe", changed[0]), f"{said}; allowed: {allowed}")


def overlong(section: Probe, scrape: float, budget: float) -> Iterator[Problem]:
    """Says that a timeout written in `section` cannot fit into the `budget` of a scrape.

    The default, also where `config show` wrote it out, gives way to a short scrape instead.
    """
    left = max(0.0, round(budget * (1 - RESERVE) - AROUND, DECIMALS))
    written = "timeout" in section.model_fields_set and section.timeout != _DEFAULT.timeout
    if written and section.timeout > left:
        said = f"{section.timeout:.12g}s cannot fit: scrape.timeout of {scrape:.12g}s leaves"
        advice = "raise scrape.timeout or lower probe.timeout"
        yield Problem(("probe", "timeout"), f"{said} {left:.12g}s for a round; {advice}")


def probing(section: Probe) -> Probing:
    """The record the collector probes by."""
    return Probing(section.timeout, section.count, section.interval, section.way, section.program)
