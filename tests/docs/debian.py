"""An empty Debian 12 with a running systemd, on a copy of what .ci/debian12 prepares.

Its network is a namespace of the test's own. Package managers alone are run in this machine's
network, with this machine's settings of apt and pip, which are given to them when they run.
"""

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.labs.nspawn import SECONDS, nspawn
from tests.labs.waiting import wait_for
from tests.real import EMPTY_DEBIAN

PACKAGES = EMPTY_DEBIAN.with_name("debian12-apt")
"""Where downloads of apt are kept."""
DOWNLOADS = ("apt-get", "/opt/xenlens/bin/pip")
_CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
_GIVEN = "/run/certificates-of-the-machine.crt"
_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"


@dataclass(frozen=True, slots=True)
class Debian:
    """A machine that runs; `root` is its file system as seen from here, `init` its process 1."""

    root: Path
    init: int

    def run(self, command: str, folder: str) -> "subprocess.CompletedProcess[str]":
        """What a login shell of root answers to a command in a folder of the machine."""
        into = ["nsenter", f"--target={self.init}", "--mount", "--uts", "--ipc", "--pid"]
        downloads = command.startswith(DOWNLOADS)
        into += [] if downloads else ["--net"]
        env = {"PATH": _PATH, "HOME": "/root", "LC_ALL": "C", "DEBIAN_FRONTEND": "noninteractive"}
        env |= _settings_of_pip() if downloads else {}
        argv = [*into, f"--wdns={folder}", "bash", "-o", "pipefail", "-c", command]
        return subprocess.run(
            argv, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900
        )

    def is_up(self) -> bool:
        """Whether all has been started, or has failed."""
        state = self.run("systemctl is-system-running", "/").stdout.strip()
        return state in ("running", "degraded")


@contextmanager
def debian(folder: Path, network: str) -> Iterator[Debian]:
    """Start one in a network namespace of that name; what it writes goes into `folder`."""
    with _overlay(folder) as root:
        _give_settings(root)
        argv = ["systemd-nspawn", "--quiet", "--register=no", "--keep-unit", "--boot"]
        argv += [f"--directory={root}", f"--machine=xenlens-{os.getpid()}", "--link-journal=no"]
        argv += [f"--network-namespace-path=/run/netns/{network}", "--resolv-conf=off"]
        argv += [f"--bind-ro={_CERTIFICATES}:{_GIVEN}", "--console=pipe"]
        argv += [f"--bind={PACKAGES}:/var/cache/apt/archives"]
        with (folder / "console").open("wb") as console, nspawn(argv, console=console) as init:
            machine = Debian(root, init)
            wait_for(machine.is_up, SECONDS, "the boot of Debian", step=0.2)
            yield machine


@contextmanager
def _overlay(folder: Path) -> Iterator[Path]:
    made = {name: folder / name for name in ("upper", "work", "root")}
    for place in (*made.values(), PACKAGES):
        place.mkdir(parents=True, exist_ok=True)
    options = f"lowerdir={EMPTY_DEBIAN},upperdir={made['upper']},workdir={made['work']}"
    root = made["root"]
    subprocess.run(["mount", "-t", "overlay", "overlay", "-o", options, str(root)], check=True)
    try:
        yield root
    finally:
        subprocess.run(["umount", str(root)], check=True)


def _give_settings(root: Path) -> None:
    """Apt's settings of downloads, the names' server, and the certificates of this machine."""
    dumped = subprocess.run(
        ["apt-config", "dump", "Acquire"], capture_output=True, text=True, check=True
    ).stdout
    (root / "etc/apt/apt.conf.d/00machine").write_text(dumped)
    (root / "etc/resolv.conf").write_text(Path("/etc/resolv.conf").read_text())


def _settings_of_pip() -> dict[str, str]:
    """Of this machine, in whatever file or variable it keeps them."""
    listed = subprocess.run(["pip", "config", "list"], capture_output=True, text=True, check=False)
    settings = dict(line.split("=", 1) for line in listed.stdout.splitlines() if "=" in line)
    keys = {name.rpartition(".")[2]: value.strip("'") for name, value in settings.items()}
    wanted = ("index-url", "extra-index-url", "trusted-host", "proxy", "default-timeout")
    given = {f"PIP_{k.upper().replace('-', '_')}": keys[k] for k in wanted if k in keys}
    proxies = {k: v for k, v in os.environ.items() if k.lower().endswith("_proxy")}
    return {**given, **proxies, "PIP_CERT": _GIVEN} if _CERTIFICATES.exists() else given
