"""Which real programs this machine has, for tests with one of the markers in `MISSING`.

A test whose real part is missing is skipped, and the end of the run says so. With
XENLENS_REQUIRE_REAL=1 it fails instead, except for the corpus, which lies beside the checkout and
may rightly be absent.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

from tests.labs.buildah import BASE_PYTHON
from tests.labs.buildah import prepared as container_store
from tests.labs.machine_qemu import QEMU, prepared
from tests.labs.multipath.lab import prepared as multipath_prepared
from tests.labs.pythons import interpreters

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus"
EMPTY_DEBIAN = Path(__file__).parents[1] / ".cache" / "debian12"
REQUIRED_BY = "XENLENS_REQUIRE_REAL"
OPTIONAL = frozenset({"corpus"})
_SBIN = "/usr/local/sbin:/usr/sbin:/sbin"


def _program_missing(*names: str) -> str | None:
    path = f"{os.environ.get('PATH', os.defpath)}:{_SBIN}"
    absent = [name for name in names if shutil.which(name, path=path) is None]
    return f"no {', '.join(absent)} on this machine" if absent else None


def _namespaces_missing() -> str | None:
    if os.geteuid() != 0:
        return "network namespaces need root"
    tried = subprocess.run(["unshare", "--net", "true"], capture_output=True, check=False)
    return "network namespaces are not allowed here" if tried.returncode else None


def _ovs_missing() -> str | None:
    programs = ("ovs-vswitchd", "ovsdb-server", "ovs-vsctl", "ovs-appctl", "ip", "unshare")
    return _program_missing(*programs) or _namespaces_missing()


def _machine_missing() -> str | None:
    if not (prepared() / "stamp").exists():
        return f"no kernel in {prepared()}, which bash .ci/machine prepares"
    in_the_guest = ("ovs-vswitchd", "ovsdb-server", "ovs-vsctl", "ovs-appctl", "ip", "ping")
    return _program_missing(QEMU, "setpriv", "modprobe", *in_the_guest)


def _multipath_missing() -> str | None:
    for folder, maker in ((prepared(), "machine"), (multipath_prepared(), "multipath")):
        if not (folder / "stamp").exists():
            return f"nothing in {folder}, which bash .ci/{maker} prepares"
    return _program_missing(QEMU, "setpriv", "modprobe", "sshd", "fio")


def _openssh_missing() -> str | None:
    return _program_missing("sshd")


def _prometheus_missing() -> str | None:
    return _program_missing("promtool", "prometheus", "amtool", "prometheus-alertmanager")


def _quickstart_missing() -> str | None:
    if os.geteuid() != 0:
        return "an empty Debian to start needs root"
    if not (EMPTY_DEBIAN / "etc" / "debian_version").exists():
        return f"no empty Debian in {EMPTY_DEBIAN}, which bash .ci/debian12 makes"
    return _program_missing("systemd-nspawn", "nsenter", "ip", "git")


def _systemd_missing() -> str | None:
    if os.geteuid() != 0:
        return "a container with systemd needs root"
    return _program_missing("systemd-nspawn", "systemctl", "nsenter", "ssh-keygen", "curl")


def _container_missing() -> str | None:
    if os.geteuid() != 0:
        return "a container's files of several users need root"
    if sys.version_info[:2] != BASE_PYTHON:
        return "wheels for the base image are fetched by Python {}.{}".format(*BASE_PYTHON)
    if not (container_store() / "stamp").exists():
        return f"no base image in {container_store()}, which bash .ci/container makes"
    return _program_missing("buildah", "unshare", "mount", "chroot")


def _fio_missing() -> str | None:
    if os.geteuid() != 0:
        return "loop devices need root"
    programs = ("fio", "hdparm", "losetup", "mkfs.ext4", "mount", "fsfreeze")
    return _program_missing(*programs) or _loop_missing()


def _loop_missing() -> str | None:
    asked = subprocess.run(["losetup", "--find"], capture_output=True, text=True, check=False)
    return f"no loop device is to be had: {asked.stderr.strip()}" if asked.returncode else None


def _python2_missing() -> str | None:
    found = any(python.version[:2] == (2, 7) for python in interpreters())
    return None if found else "no Python 2.7 on this machine; .ci/python2 unpacks one"


def _corpus_missing() -> str | None:
    return None if CORPUS.is_dir() else f"optional captured outputs, none in {CORPUS}"


MISSING: Mapping[str, Callable[[], str | None]] = {
    "ovs": _ovs_missing,
    "machine": _machine_missing,
    "multipath": _multipath_missing,
    "container": _container_missing,
    "openssh": _openssh_missing,
    "prometheus": _prometheus_missing,
    "python2": _python2_missing,
    "quickstart": _quickstart_missing,
    "fio": _fio_missing,
    "systemd": _systemd_missing,
    "corpus": _corpus_missing,
}
"""By marker: why its real part is not here, or None when it is."""
