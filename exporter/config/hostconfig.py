"""The configuration hosts should have: the `hostconfig` sections of a pool and of its hosts."""

from collections.abc import Iterator, Mapping
from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from collectors.inventory import ExpectedHostConfig
from exporter.config.kinds import Flag, Sha256, Word, listed, text
from exporter.config.problems import Problem, Refused, repeated
from exporter.config.section import Section
from exporter.config.values import described

ANY = "any"

_PACKAGE = r"[A-Za-z0-9_][A-Za-z0-9._+-]{0,127}"
_PART = r"[A-Za-z0-9._+~^]{1,80}"
_VERSION = f"{ANY}|{_PART}-{_PART}"
_MOUNT_POINT = r"/|(/(?!\.\.?(/|$))[^/\x00-\x1f\x7f]{1,255}){1,40}"
_OPTION = r"[^\s,]{1,128}"
_ARCHITECTURES = (".x86_64", ".noarch", ".i386", ".i586", ".i686")


def _without_architecture(value: str) -> str:
    """`rpm -q` prints it behind the release, where it would never be equal to one."""
    for architecture in _ARCHITECTURES:
        if value.endswith(architecture):
            instead = value.removesuffix(architecture)
            raise ValueError(
                f"{described(value)} is not allowed; leave out {architecture}: {instead}"
            )
    return value


Package = Annotated[
    str,
    *text(_PACKAGE, "the name of an RPM package, without its version"),
    AfterValidator(_without_architecture),
]

Version = Annotated[
    str,
    *text(_VERSION, f"{ANY}, or VERSION-RELEASE such as 0.4.9-119.xs+1.2"),
    AfterValidator(_without_architecture),
]

MountPoint = Annotated[
    str,
    *text(_MOUNT_POINT, "an absolute path as in /proc/mounts, such as / or /var/log"),
]
"""As /proc/mounts has it: no slash at its end, nothing left to resolve."""

Option = Annotated[str, *text(_OPTION, "one mount option, without spaces and commas")]


class HostConfig(Section):
    """Configuration hosts should have; what is not named is not compared."""

    packages: Mapping[Package, Version] = {}
    """RPM packages that should be installed, each with any or its VERSION-RELEASE"""
    driver: Package | None = None
    """the RPM package of the multipath driver; the initrd must not be older than it"""
    multipath_conf_sha256: Sha256 | None = None
    """the SHA-256 of /etc/multipath.conf: 64 hexadecimal digits"""
    lvm_filter: Flag | None = None
    """true or false (default false): lvm.conf should keep /dev/sd* out"""
    mount_options: Mapping[MountPoint, Annotated[tuple[Option, ...], listed("[nobarrier]")]] = {}
    """by mount point, a list of options that should be in effect"""
    hotfixes: Annotated[tuple[Word, ...], listed("[XS602E005]")] | None = None
    """a list of hotfixes that should be applied, such as [XS602E005]"""

    @model_validator(mode="after")
    def _nothing_twice(self) -> Self:
        if problems := list(self._repeated()):
            raise Refused(problems)
        return self

    def _repeated(self) -> Iterator[Problem]:
        yield from repeated(("hotfixes",), self.hotfixes or ())
        for mount_point, options in self.mount_options.items():
            yield from repeated(("mount_options", mount_point), options)


def over(pool: HostConfig, own: HostConfig) -> HostConfig:
    """What a host should have: what the pool says, key by key replaced by the host."""
    given = {name: getattr(own, name) for name in own.model_fields_set}
    given["packages"] = {**pool.packages, **own.packages}
    given["mount_options"] = {**pool.mount_options, **own.mount_options}
    return pool.model_copy(update=given)


def expected(section: HostConfig) -> ExpectedHostConfig:
    """The record the collector compares with."""
    return ExpectedHostConfig(
        packages={n: None if v == ANY else v for n, v in section.packages.items()},
        driver=section.driver,
        multipath_conf_sha256=section.multipath_conf_sha256,
        lvm_filter=bool(section.lvm_filter),
        mount_options=section.mount_options,
        hotfixes=section.hotfixes or (),
    )
