"""Debian's own systemd as PID 1 of a container: this machine's files, and all changes forgotten.

The container has a loopback of its own and no other network. systemd-nspawn needs root.
"""

import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from tests.labs.nspawn import SECONDS, nspawn
from tests.labs.waiting import wait_for

ROOT = Path(__file__).parents[2]
CHECKOUT = "/srv/checkout"
"""Where deploy/ and dist/ are in the container."""
PYTHON = "/opt/python"
"""This Python: where it is now, the sandbox of a service may hide it."""
PACKAGES = "/opt/site-packages"
_NOTHING: Mapping[str, str] = MappingProxyType({})
BOOT = r"""
set -eu
mount -t tmpfs tmpfs "$1"
mkdir "$1/up" "$1/work" "$1/root"
mount -t overlay overlay -o "lowerdir=/,upperdir=$1/up,workdir=$1/work" "$1/root"
cd "$1/root"
rm -rf etc/systemd/system etc/fstab opt/xenlens etc/xenlens var/lib/xenlens
mkdir -p etc/systemd/system etc/ld.so.conf.d srv/checkout
touch etc/fstab
tr -d - < /proc/sys/kernel/random/uuid > etc/machine-id
printf '[Unit]\nDefaultDependencies=no\n' > etc/systemd/system/bare.target
echo "$PYTHON/lib" > etc/ld.so.conf.d/0-python.conf
cp -r "$2/deploy" srv/checkout
cp -r "$3" srv/checkout/dist
exec systemd-nspawn --quiet --register=no --keep-unit --link-journal=no --private-network \
  --machine "$4" --directory "$1/root" --console=pipe \
  --bind-ro="$BASE:$PYTHON" --bind-ro="$SITE:$PACKAGES" --boot systemd.unit=bare.target
"""


@dataclass(frozen=True, slots=True)
class Booted:
    """A container whose systemd runs."""

    leader: int
    """PID 1 of the container, as this machine numbers it."""

    def run(self, *argv: str, check: bool = True, environment: Mapping[str, str] = _NOTHING) -> str:
        """Run a command as root in the container; what it prints, errors too.

        Fails where its exit status is not 0, unless `check` is False.
        """
        known = {"PATH": f"{PYTHON}/bin:/usr/sbin:/usr/bin:/sbin:/bin", "HOME": "/root"}
        given = [f"{name}={value}" for name, value in {**known, **environment}.items()]
        done = subprocess.run(
            ["nsenter", "--target", str(self.leader), "--all", "env", "-i", *given, *argv],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=SECONDS,
            check=False,
        )
        assert done.returncode == 0 or not check, f"{argv}: {done.returncode}: {done.stdout}"
        return done.stdout.strip()

    def is_up(self) -> bool:
        """Whether all has been started."""
        return self.run("systemctl", "is-system-running", check=False) == "running"

    def shell(self, script: str, environment: Mapping[str, str] = _NOTHING) -> str:
        """Run a script, in the checkout, up to its first command that fails."""
        return self.run("sh", "-euc", f"cd {CHECKOUT}\n{script}", environment=environment)

    def write(self, path: str, text: str) -> None:
        """Put a text into a file that is there, or make it."""
        self.run("sh", "-euc", 'printf %s "$1" > "$2"', "sh", text, path)


@contextmanager
def booted(folder: Path, wheels: Path) -> Iterator[Booted]:
    """A container while the block runs; `wheels` is the folder that becomes the checkout's dist."""
    script = ["sh", "-c", BOOT, "sh", str(folder), str(ROOT), str(wheels)]
    argv = ["unshare", "--mount", "--propagation", "private", *script, f"xenlens-{os.getpid()}"]
    (site,) = {path for path in sys.path if path.endswith("site-packages")}
    places = {"BASE": sys.base_prefix, "PYTHON": PYTHON, "SITE": site, "PACKAGES": PACKAGES}
    with nspawn(argv, {**os.environ, **places}) as leader:
        container = Booted(leader)
        wait_for(container.is_up, SECONDS, "bare.target")
        container.run("ldconfig")
        yield container
