"""One look at a map: what the kernel and multipathd say becomes lanes, and which group serves."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from collectors.dmsetup import KernelGroup, KernelMap, KernelPath
from collectors.multipath_records import Group, Path, path_healthy, usable
from collectors.multipathd import RawPath
from exporter.drill.record import State, Tone
from exporter.drill.subject import Sample

GONE = State("the host has no such map", "absent")
ORPHAN = State("not in the map", "bad")

Number = tuple[int, int]
Names = Mapping[Number, str]


@dataclass(frozen=True, slots=True)
class Looked:
    """A map at one time: the kernel's groups, and multipathd's paths of its WWID by number."""

    kernel: KernelMap | None
    """None: the kernel has no such map."""
    daemon: Mapping[Number, RawPath]
    strays: tuple[RawPath, ...]
    """Paths of the map's WWID that are in no group of the kernel's."""


def looked(
    name: str, wwid: str, kernel: Iterable[KernelMap], daemon: Iterable[RawPath] | None
) -> Looked:
    """What concerns the map called `name`. A number that multipathd gives another disk is none."""
    one = next((one for one in kernel if one.name == name), None)
    ours = [path for path in daemon or () if path.wwid == wwid]
    known = {number: path for path in ours if (number := number_of(path)) is not None}
    inside = set(numbers(one))
    strays = tuple(path for path in ours if number_of(path) not in inside)
    return Looked(one, known, strays)


def number_of(path: RawPath | KernelPath) -> Number | None:
    """A path's major and minor number; None for a device that is gone."""
    return None if path.major is None or path.minor is None else (path.major, path.minor)


def numbers(kernel: KernelMap | None) -> list[Number]:
    """The numbers of a map's paths, in its order."""
    groups = () if kernel is None else kernel.groups
    return [(path.major, path.minor) for group in groups for path in group.paths]


def told_name(path: RawPath) -> str | None:
    """`sdb 1:0:1:0`, by which a person knows the path; None without both."""
    return f"{path.device} {path.hctl}" if path.device and path.hctl else None


def sample_of(seen: Looked, names: Names) -> Sample:
    """Lanes and what serves. `names` has the paths of the kernel's map; others go by number."""
    lanes = {name: ORPHAN for path in seen.strays if (name := told_name(path))}
    if seen.kernel is None:
        return Sample(lanes, GONE)
    for group in seen.kernel.groups:
        for path in group.paths:
            lanes[_name(path, names)] = _state(path, group, seen)
    return Sample(lanes, _serving(seen.kernel, seen, names))


def _name(path: KernelPath, names: Names) -> str:
    return names.get((path.major, path.minor), f"{path.major}:{path.minor}")


def _state(path: KernelPath, group: KernelGroup, seen: Looked) -> State:
    whole = _whole(path, seen)
    words = (whole.dm_state, whole.checker_state, whole.device_state)
    return State(" ".join(word for word in words if word), _tone(whole, group.state))


def _whole(path: KernelPath, seen: Looked) -> Path:
    """The kernel's word, and multipathd's for the rest."""
    told = seen.daemon.get((path.major, path.minor), RawPath())
    number = path.major, path.minor
    return Path(told.hctl, told.device, *number, path.state, told.checker_state, told.device_state)


def _tone(path: Path, group_state: str) -> Tone:
    healthy = path_healthy(path, Group(None, None, group_state))
    if healthy is None:
        return "unknown"
    if not healthy:
        return "bad"
    return "good" if group_state == "active" else "standby"


def _serving(kernel: KernelMap, seen: Looked, names: Names) -> State:
    for number, group in enumerate(kernel.groups, 1):
        if group.state == "active":
            return _carrying(number, group, seen, names)
    left = [path for group in kernel.groups for path in group.paths if path.state != "failed"]
    if left:
        return State("no group is active", "standby")
    return State("no group is active: every path has failed", "bad")


def _carrying(number: int, group: KernelGroup, seen: Looked, names: Names) -> State:
    """The active group by its priority, and the paths of it that the kernel uses."""
    used = [path for path in group.paths if path.state == "active"]
    priority = _priority(used or group.paths, seen)
    title = f"group {number}" if priority is None else f"priority {priority}"
    if not used:
        return State(f"{title}: every path has failed", "bad")
    known = [usable(_whole(path, seen)) for path in used]
    tone: Tone = "good" if True in known else "unknown" if None in known else "bad"
    return State(f"{title}: {', '.join(_name(path, names) for path in used)}", tone)


def _priority(paths: Sequence[KernelPath], seen: Looked) -> int | None:
    """The highest that multipathd knows of the paths."""
    return max(_priorities(paths, seen), default=None)


def _priorities(paths: Sequence[KernelPath], seen: Looked) -> Iterator[int]:
    for path in paths:
        told = seen.daemon.get((path.major, path.minor))
        if told is not None and told.priority is not None and told.priority >= 0:
            yield told.priority
