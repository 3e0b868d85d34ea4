"""Which map a drill is of: found by WWID, alias or dm-N among the kernel's."""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from collectors.dmsetup import LISTED, KernelMap, Mapped, parse_listed
from collectors.host import NOT_FOUND, Host, loop_time
from collectors.parsing import ParseError, ToolError
from exporter.drill.multipath_asking import Unreadable, answer_of, kernel_maps
from exporter.drill.subject import NoSubject

SECONDS = 10.0
_UUID = "mpath-"
_FOLDER = "/dev/mapper/"


@dataclass(frozen=True, slots=True)
class Found:
    """A map by its names."""

    name: str
    """As dmsetup has it: the alias, or the WWID where there is none."""
    wwid: str
    device: str
    """Such as `dm-0`."""

    @property
    def path(self) -> str:
        """Its device file."""
        return _FOLDER + self.name

    def __str__(self) -> str:
        return self.wwid if self.name == self.wwid else f"{self.wwid} ({self.name})"


async def find(host: Host, wanted: str | None) -> Found:
    """The map that is wanted, or the only one. Raises NoSubject and HostError."""
    try:
        maps, devices = await asyncio.gather(kernel_maps(host, SECONDS), _devices(host))
    except Unreadable as error:
        if error.output is None or error.output.exit_status != NOT_FOUND:
            raise
        raise NoSubject(f"{host.name} has no dmsetup: no map can be watched there") from error
    return chosen(host.name, maps_of(maps, devices), wanted)


async def _devices(host: Host) -> Sequence[Mapped]:
    output = await host.run(LISTED, deadline=loop_time() + SECONDS)
    try:
        return parse_listed(answer_of(output)).records
    except (ParseError, ToolError) as error:
        raise Unreadable(f"dmsetup info: {error}", output) from error


def maps_of(maps: Iterable[KernelMap], devices: Iterable[Mapped]) -> tuple[Found, ...]:
    """The maps with all their names. One without multipath's UUID goes by its name (0.4.7)."""
    named = {one.name: one for one in devices}
    return tuple(_found(named[one.name]) for one in maps if one.name in named)


def _found(one: Mapped) -> Found:
    wwid = one.uuid.removeprefix(_UUID) if one.uuid.startswith(_UUID) else one.name
    return Found(one.name, wwid, f"dm-{one.minor}")


def chosen(host: str, maps: Sequence[Found], wanted: str | None) -> Found:
    """The one that is called so, or the only one. Raises NoSubject, which names those there are."""
    if not maps:
        raise NoSubject(f"{host} has no multipath map")
    names = {one: (one.wwid, one.name, one.device, one.path) for one in maps}
    fitting = [one for one in maps if wanted is None or wanted in names[one]]
    if len(fitting) == 1:
        return fitting[0]
    known = ", ".join(f"{one} {one.device}" for one in maps)
    if wanted is None:
        raise NoSubject(f"{host} has {len(maps)} multipath maps, name one of {known}")
    raise NoSubject(f"{host} has no multipath map {wanted}, but {known}")
