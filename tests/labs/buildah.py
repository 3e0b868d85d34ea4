"""Containers by buildah, in a store of its own that `.ci/container` makes, with no daemon.

They are run in a chroot: files, user and environment are the image's, the network is this
machine's. Nothing asks a registry.
"""

import json
import os
import shlex
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHECKOUT = Path(__file__).parents[2]
BASE = "localhost/xenlens-base"
BASE_PYTHON = (3, 11)
"""Of Debian 12."""


def prepared() -> Path:
    """Where `.ci/container` made the store."""
    return Path(os.environ.get("XENLENS_CONTAINER") or CHECKOUT / ".cache/container").absolute()


def command(*words: str | Path) -> list[str]:
    """The command line of buildah with our store."""
    home = prepared()
    store = ("--storage-driver", "vfs", "--root", home / "store", "--runroot", home / "run")
    return ["buildah", *map(str, (*store, *words))]


def buildah(*words: str | Path) -> str:
    """What it prints. Raises AssertionError with what it says is wrong."""
    done = subprocess.run(command(*words), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout.strip()


@dataclass(frozen=True, slots=True)
class Container:
    """A container of an image that does not run by itself."""

    name: str
    root: Path
    """Its files, as seen from outside."""
    config: dict[str, Any] = field(repr=False)
    """As Docker has it: User, Env, Entrypoint, Cmd, Healthcheck, Labels, Volumes."""

    @property
    def main(self) -> Sequence[str]:
        """What it runs."""
        return [*self.config["Entrypoint"], *self.config["Cmd"]]

    def argv(self, mounts: Sequence[str], *words: str) -> list[str]:
        """The command line of a command in it; `mounts` are SOURCE:TARGET[:ro]."""
        volumes = [word for mount in mounts for word in ("--volume", mount)]
        return command("run", "--isolation", "chroot", *volumes, self.name, "--", *words)

    def argv_read_only(self, mounts: Sequence[str], *words: str) -> list[str]:
        """The same with the image's files mounted read-only, as `--read-only` has it."""
        root = self.root
        script = [f"mount --bind {root} {root}", f"mount -o remount,ro,bind {root}"]
        script += [f"mount --rbind /{name} {root}/{name}" for name in ("proc", "dev")]
        for mount in mounts:
            source, target, *read_only = mount.split(":")
            script.append(f"mount --bind {source} {root}{target}")
            script += [f"mount -o remount,ro,bind {root}{target}"] * bool(read_only)
        environment = shlex.join(self.config["Env"])
        user = self.config["User"]
        script.append(f'exec env -i {environment} chroot --userspec={user} "$@"')
        text = "\n".join(["set -e", *script])
        return ["unshare", "--mount", "bash", "-c", text, "bash", str(root), *words]


@contextmanager
def container_of(image: str) -> Iterator[Container]:
    """A container of an image, and its files, until the block ends."""
    name = buildah("from", "--pull-never", image)
    try:
        told = json.loads(buildah("inspect", "--type", "container", name))
        yield Container(name, Path(buildah("mount", name)), told["Docker"]["config"])
    finally:
        buildah("rm", name)
