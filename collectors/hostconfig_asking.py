"""Asking a host for its configuration: rpm, the initrd, two files of /etc, what is mounted."""

import asyncio
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeVar

from collectors.host import NOT_FOUND, HostError, Output, Unreachable, loop_time
from collectors.hostconfig_facts import (
    LVM_CONF,
    MULTIPATH_CONF,
    MULTIPATH_PACKAGE,
    Facts,
    File,
    Package,
)
from collectors.hostconfig_lvm import BadLvmConf, rejects_sd
from collectors.inventory import ExpectedHostConfig
from collectors.own_host import own_uuid
from collectors.parsing import ParseError
from collectors.pool_lost import state_of
from collectors.proc_mounts import PROC_MOUNTS, Mount, parse_proc_mounts
from collectors.registry import CollectorFailed, Look, NotPresent

QUERY = r"%{NAME} %{VERSION}-%{RELEASE} %{INSTALLTIME}\n"
POOL_SHARE = 0.5
"""Share of the time the pool has to tell the hotfixes: a lost coordinator costs nothing else."""
_KERNEL = re.compile(r"[A-Za-z0-9_.+~-]{1,120}")
_PACKAGE = re.compile(r"(\S+) (\S+-\S+) ([0-9]{1,12})")
T = TypeVar("T")


class NotKnown(Exception):
    """One fact could not be had; the others can."""


class NotNow(NotKnown):
    """It had no answer this time."""


class Asking:
    """One round of questions to a host; `why` collects what could not be had."""

    def __init__(self, look: Look) -> None:
        self.look = look
        self.why: dict[str, str] = {}
        self._no_rpm = False
        self._ask_again = False

    async def facts(self) -> Facts:
        """Everything at once. Raises Unreachable, when the host is not there at all."""
        expected = self.look.inventory.hostconfig
        packages, initrd, multipath, lvm, mounts, hotfixes = await asyncio.gather(
            self._packages(_asked_for(expected)),
            self._known("initrd", self._initrd),
            self._known(MULTIPATH_CONF, partial(self._file, MULTIPATH_CONF)),
            self._known(LVM_CONF, partial(self._file, LVM_CONF)),
            self._mounts(bool(expected.mount_options)),
            self._known("hotfixes", self._hotfixes),
        )
        files = {MULTIPATH_CONF: multipath, LVM_CONF: lvm}
        path, written = initrd or (None, None)
        return Facts(
            packages,
            path,
            written,
            self._read(MULTIPATH_CONF, multipath, _sha256),
            self._read(LVM_CONF, lvm, rejects_sd),
            tuple(name for name, file in files.items() if file == File(None)),
            mounts,
            hotfixes,
            self.why,
            has_rpm=not self._no_rpm,
            ask_again=self._ask_again,
        )

    async def _known(self, what: str, ask: Callable[[], Awaitable[T]]) -> T | None:
        try:
            return await ask()
        except Unreachable:
            raise
        except (HostError, NotKnown, NotPresent, ParseError, BadLvmConf) as error:
            self.why[what] = str(error)
            self._ask_again |= isinstance(error, (HostError, NotNow))
            return None

    def _read(self, what: str, file: File | None, read: Callable[[str], T]) -> T | None:
        if file is None or file.text is None:
            return None
        try:
            return read(file.text)
        except (NotKnown, BadLvmConf) as error:
            self.why[what] = f"{what}: {error}"
            return None

    async def _packages(self, names: Iterable[str]) -> dict[str, tuple[Package, ...] | None]:
        """One after the other: every rpm reads the same database."""
        packages: dict[str, tuple[Package, ...] | None] = {}
        for name in names:
            packages[name] = await self._known(name, partial(self._package, name))
        return packages

    async def _package(self, name: str) -> tuple[Package, ...]:
        output = await self.look.run("rpm", "-q", "--qf", QUERY, name)
        if output.exit_status == NOT_FOUND:
            self._no_rpm = True
            raise NotKnown("no rpm on this host")
        if output.exit_status == 1 and f"package {name} is not installed" in output.stdout:
            return ()
        matches = [_PACKAGE.fullmatch(line) for line in _text(output).splitlines()]
        found = [Package(m[1], m[2], float(m[3])) for m in matches if m and m[1] == name]
        if not found or len(found) < len(matches):
            raise NotKnown(f"rpm -q {name} printed {output.stdout.strip()[:200]!r}")
        return tuple(found)

    async def _initrd(self) -> tuple[str, float]:
        kernel = _text(await self.look.run("uname", "-r")).strip()
        if not _KERNEL.fullmatch(kernel):
            raise NotKnown(f"uname -r printed {kernel[:60]!r}")
        path = f"/boot/initrd-{kernel}.img"
        written = _text(await self.look.run("stat", "-c", "%Y", path)).strip()
        if not re.fullmatch(r"[0-9]{1,12}", written):
            raise NotKnown(f"stat {path} printed {written[:60]!r}")
        return path, float(written)

    async def _file(self, path: str) -> File:
        output = await self.look.run("cat", path)
        if output.exit_status == 1 and "No such file or directory" in output.stderr:
            return File(None)
        return File(_text(output))

    async def _mounts(self, wanted: bool) -> dict[str, Mount] | None:
        return await self._known("mounts", self._mounted) if wanted else None

    async def _mounted(self) -> dict[str, Mount]:
        return dict(parse_proc_mounts(_text(await self.look.run(*PROC_MOUNTS))))

    async def _hotfixes(self) -> tuple[str, ...]:
        left = self.look.deadline - loop_time()
        reading = await self.look.pool_reading(within=POOL_SHARE * left)
        try:
            state = state_of(reading)
        except (CollectorFailed, NotPresent) as error:
            raise NotNow(str(error)) from error
        here = own_uuid(reading, self.look.host.name)
        host = next((host for host in state.hosts if host.uuid == here), None)
        if host is None or host.hotfixes is None:
            raise NotKnown(f"XAPI does not tell the hotfixes of this host ({reading.via})")
        return host.hotfixes


def _asked_for(expected: ExpectedHostConfig) -> list[str]:
    driver = (expected.driver,) if expected.driver else ()
    return list(dict.fromkeys((MULTIPATH_PACKAGE, *driver, *expected.packages)))


def _text(output: Output) -> str:
    if output.exit_status == 0:
        return output.stdout
    said = (output.stderr or output.stdout).strip()[:200] or "it said nothing"
    raise NotKnown(f"{' '.join(output.argv)} exited {output.exit_status}: {said}")


def _sha256(text: str) -> str:
    if "\ufffd" in text:
        raise NotKnown("not UTF-8 text, so its bytes are not known")
    return hashlib.sha256(text.encode()).hexdigest()
