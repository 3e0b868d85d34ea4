"""Installed packages, the kernel, and the initrd of a simulated dom0."""

from collections.abc import Sequence
from dataclasses import dataclass

from exporter.demo.command import Dom0, Result

INSTALLED = 1_700_000_000
"""Unix time at which the packages were installed."""
_INITRD_LATER = 3600
_DAY = 86400
_DUMP_BYTES = 1_843_200
_DEFAULT_FORMAT = "%{NAME}-%{VERSION}-%{RELEASE}\\n"


@dataclass(frozen=True, slots=True)
class Package:
    """An RPM package; `release` is `VERSION-RELEASE`."""

    name: str
    release: str

    def printed(self, form: str) -> str:
        """The package in the words of `--qf`."""
        version, _, release = self.release.partition("-")
        tags = {"NAME": self.name, "VERSION": version, "RELEASE": release, "ARCH": "i386"}
        tags["INSTALLTIME"] = str(INSTALLED)
        for tag, value in tags.items():
            form = form.replace(f"%{{{tag}}}", value)
        return form.replace("\\n", "\n").replace("\\t", "\t")


def packages(dom0: Dom0) -> tuple[Package, ...]:
    """What is installed, as far as anybody asks."""
    flavour = dom0.state.flavour
    of_all = (
        Package("device-mapper-multipath", flavour.multipath_rpm),
        Package("openvswitch", f"{flavour.ovs}-1"),
    )
    driver = (Package("scsi_dh_alua_CBVTrak", "2-1"),) if flavour.version < (6, 1, 0) else ()
    return of_all + driver


def rpm(dom0: Dom0, argv: Sequence[str]) -> Result:
    """`rpm -q [--qf FORMAT] PACKAGE…`; the exit status counts the packages that are missing."""
    words = list(argv[1:])
    form = _DEFAULT_FORMAT
    for option in ("--qf", "--queryformat"):
        if option in words[:-1]:
            place = words.index(option)
            form = words[place + 1]
            del words[place : place + 2]
    if words[:1] != ["-q"]:
        return Result(stderr="RPM version 4: only rpm -q is simulated\n", status=1)
    known = {package.name: package for package in packages(dom0)}
    missing = [name for name in words[1:] if name not in known]
    lines = (
        known[name].printed(form) if name in known else f"package {name} is not installed\n"
        for name in words[1:]
    )
    return Result("".join(lines), status=len(missing))


def uname(dom0: Dom0, argv: Sequence[str]) -> Result:
    """`uname -r`, else the name of the kernel."""
    return Result(f"{dom0.state.flavour.kernel if '-r' in argv else 'Linux'}\n")


def initrd(dom0: Dom0) -> str:
    """The path of the running kernel's initrd."""
    return f"/boot/initrd-{dom0.state.flavour.kernel}.img"


def stat(dom0: Dom0, argv: Sequence[str]) -> Result:
    """`stat -c %Y FILE` of the initrd: seconds of its last change; the size of a database's dump.

    Nothing else is there.
    """
    path = argv[-1]
    if list(argv[1:3]) == ["-c", "%s"] and (dom0.name, path) in dom0.model.chassis.pool.dumps:
        return Result(f"{_DUMP_BYTES}\n")
    if list(argv[1:3]) != ["-c", "%Y"] or path != initrd(dom0):
        complaint = f"stat: cannot stat '{path}': No such file or directory\n"
        return Result(stderr=complaint, status=1)
    drifted = dom0.name in dom0.model.chassis.pool.drifted
    return Result(f"{INSTALLED - _DAY if drifted else INSTALLED + _INITRD_LATER}\n")
