"""The log files of a simulated dom0, as syslog and Open vSwitch write its journal."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from exporter.demo.command import Dom0
from exporter.demo.journal import Entry

Files = Mapping[str, tuple[str, ...]]
_OVS, _OVS_LOG = "ovs-vswitchd", "/var/log/openvswitch/ovs-vswitchd.log"
_OLD: Files = {"/var/log/messages": ("kernel", "multipathd")}
_NEW: Files = {
    "/var/log/kern.log": ("kernel",),
    "/var/log/daemon.log": ("multipathd",),
    _OVS_LOG: (_OVS,),
}
"""Programs by file, before XenServer 7 and since. Open vSwitch 1.0 writes dates without a year,
in which nobody looks for anything: its log is left out."""
_FIRST_INODE = 131_073


def log_text(dom0: Dom0, path: str) -> str | None:
    """The contents of a log, or None where there is no such file."""
    programs = _files(dom0).get(path)
    if programs is None:
        return None
    entries = (one for one in _entries(dom0) if one.program in programs)
    lines = (_line(dom0, number, one) for number, one in enumerate(entries, 1))
    return "".join(f"{line}\n" for line in lines)


def inode_of(dom0: Dom0, path: str) -> int | None:
    """Another one after every rotation; None where there is no such file."""
    files = list(_files(dom0))
    if path not in files:
        return None
    return _FIRST_INODE + dom0.state.journal.rotations * len(files) + files.index(path)


def _files(dom0: Dom0) -> Files:
    return _OLD if dom0.state.flavour.version < (7, 0, 0) else _NEW


def _entries(dom0: Dom0) -> Iterator[Entry]:
    """What was said at boot, as long as that was not rotated away, and since."""
    journal = dom0.state.journal
    if not journal.rotations:
        yield Entry(0.0, "kernel", f"Linux version {dom0.state.flavour.kernel}")
        yield Entry(0.0, "multipathd", "--------start up--------")
        yield Entry(0.0, "multipathd", "path checkers start up")
    yield from journal.entries


def _line(dom0: Dom0, number: int, entry: Entry) -> str:
    at = datetime.fromtimestamp(dom0.model.unix(entry.at), UTC)
    if entry.program == _OVS:
        return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z|{number:05}|{entry.text}"
    is_old = dom0.state.flavour.version < (7, 0, 0)
    stamp = f"[{entry.at:12.6f}] " if entry.program == "kernel" and not is_old else ""
    return f"{at:%b} {at.day:>2} {at:%H:%M:%S} {dom0.name} {entry.program}: {stamp}{entry.text}"
