"""The command `list_domains`: what Xen runs, in columns (XAPI's list_domains.ml and table.ml)."""

from collections.abc import Sequence

from exporter.demo.command import Dom0, Result
from exporter.demo.pool.entries import Domain

_HEAD = ("id", "uuid", "state")
_HEAD_ALL = (
    "tot MiB",
    "max MiB",
    "shadow MiB",
    "shutdown code",
    "sif",
    "cpu time",
    "vcpus online",
    "max vcpu id",
    "ssidref",
)
_NO_CODE = "255"
_CPU_NANOSECONDS = 98_765_432_100


def list_domains(dom0: Dom0, argv: Sequence[str]) -> Result:
    """List domains: `-all` with more columns, `-minimal` only uuids, `-domid N` only one."""
    words = list(argv[1:])
    domains = dom0.model.chassis.pool.domains.get(dom0.name, ())
    if "-domid" in words:
        wanted = words[words.index("-domid") + 1 :][:1]
        domains = tuple(domain for domain in domains if [str(domain.domid)] == wanted)
    if "-minimal" in words:
        return Result("".join(f"{domain.uuid}\n" for domain in domains))
    everything = "-all" in words
    rows = [(*_HEAD, *(_HEAD_ALL if everything else ()))]
    rows += [(*_row(domain), *(_more(domain) if everything else ())) for domain in domains]
    return Result(_table(rows))


def _row(domain: Domain) -> tuple[str, ...]:
    flags = (
        ("D", domain.dying),
        ("S", False),
        ("P", False),
        ("B", domain.blocked),
        ("R", not domain.blocked and not domain.dying),
        ("H", domain.hvm),
    )
    state = "".join(letter if is_set else " " for letter, is_set in flags)
    return (str(domain.domid), domain.uuid, state)


def _more(domain: Domain) -> tuple[str, ...]:
    mib = domain.memory >> 20
    own = domain.domid == 0
    most, shadow = ("N/A", "N/A") if own else (str(mib + 1), "17" if domain.hvm else "0")
    frame = "0" if own else "1044476"
    cpu = str(_CPU_NANOSECONDS // (domain.domid + 1))
    vcpus = (str(domain.vcpus), str(domain.vcpus - 1))
    return (str(mib), most, shadow, _NO_CODE, frame, cpu, *vcpus, "0")


def _table(rows: Sequence[tuple[str, ...]]) -> str:
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    lines = (
        " | ".join(f"{cell:>{width}}" for cell, width in zip(row, widths, strict=True))
        for row in rows
    )
    return "".join(f"{line}\n" for line in lines)
