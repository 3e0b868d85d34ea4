"""An installed xenlens, run as a user runs it: elsewhere, with nothing of the checkout's."""

import subprocess
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.labs.waiting import wait_for

CHECKOUT = Path(__file__).parents[2]
PATH = "/usr/local/bin:/usr/bin:/bin"
START_SECONDS = 90.0


@dataclass(frozen=True, slots=True)
class Program:
    """The beginning of its command line, and the folder that it runs in and that is its home."""

    argv: tuple[str, ...]
    home: Path
    environment: Mapping[str, str] = field(default_factory=dict)

    @property
    def _environment(self) -> dict[str, str]:
        return {"PATH": PATH, "HOME": str(self.home), **self.environment}

    def run(self, *words: str | Path) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end."""
        argv = [*self.argv, *map(str, words)]
        return subprocess.run(
            argv, cwd=self.home, env=self._environment, capture_output=True, text=True, check=False
        )

    @contextmanager
    def serving(self, url: str, *words: str | Path) -> Iterator[str]:
        """Run a command that serves, from its first healthy answer on; it ends by SIGTERM."""
        argv = [*self.argv, *map(str, words)]
        log = self.home / "serving.log"
        with (
            log.open("wb") as file,
            subprocess.Popen(
                argv, cwd=self.home, env=self._environment, stdout=file, stderr=file
            ) as process,
        ):
            try:
                wait_for(lambda: healthy(process, url, log), START_SECONDS, f"{words[0]} serves")
                yield url
                process.terminate()
                assert process.wait(timeout=30) == 0, log.read_text()
            finally:
                process.kill()


def healthy(process: "subprocess.Popen[bytes]", url: str, log: Path) -> bool:
    """Whether it answers; fails with what it logged where it ended."""
    assert process.poll() is None, log.read_text()
    try:
        return get(f"{url}/-/healthy") == "xenlens is healthy\n"
    except (urllib.error.URLError, ConnectionError):
        return False


def get(url: str) -> str:
    """The text of an answer. Raises URLError."""
    with urllib.request.urlopen(url, timeout=30) as answer:
        return str(answer.read().decode())


def recorded_host(folder: Path) -> Path:
    """A configuration with the host `old`, recorded, in a folder that is made."""
    folder.mkdir()
    capture = CHECKOUT / "tests" / "fixtures" / "recorded" / "xenserver1.txt"
    (folder / "old.txt").write_bytes(capture.read_bytes())
    config = folder / "xenlens.yml"
    config.write_text("pools: {lab: {hosts: {old: {recorded: old.txt}}}}\n")
    return config
