"""A Prometheus and an Alertmanager of the demo's own, where they are installed: the whole loop."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import yaml

from alerts import bundle

ADDRESS = "127.0.0.1"
SCRAPED = "5s"
NOT_INSTALLED = (
    "Prometheus and Alertmanager are not installed (Debian: apt-get install prometheus "
    "prometheus-alertmanager); without them heal by hand: xenlens remediation run"
)
_ALERTMANAGERS = ("prometheus-alertmanager", "alertmanager")
"""What Debian and the project itself call the program."""
_STOP_SECONDS = 10.0


@dataclass(frozen=True, slots=True)
class Programs:
    """Where the two programs are."""

    prometheus: str
    alertmanager: str


@dataclass(frozen=True, slots=True)
class Loop:
    """Where the two listen, as URLs without a slash at the end."""

    prometheus: str
    alertmanager: str


def installed() -> Programs | None:
    """The two programs; None where one of them is missing."""
    prometheus = shutil.which("prometheus")
    managers = [path for name in _ALERTMANAGERS if (path := shutil.which(name))]
    return Programs(prometheus, managers[0]) if prometheus and managers else None


def planned() -> Loop:
    """Free ports for both."""
    with socket.socket() as one, socket.socket() as other:
        for each in (one, other):
            each.bind((ADDRESS, 0))
        ports = one.getsockname()[1], other.getsockname()[1]
    return Loop(*(f"http://{ADDRESS}:{port}" for port in ports))


@contextmanager
def in_the_loop(
    programs: Programs, loop: Loop, folder: Path, exporter: str, token: Path
) -> Iterator[None]:
    """Run both until the block ends; their files and logs are in `folder`.

    `exporter` is HOST:PORT, `token` the file with the webhook's token.
    """
    _write_files(folder, loop, exporter, token)
    prometheus, alertmanager = (
        url.removeprefix("http://") for url in (loop.prometheus, loop.alertmanager)
    )
    commands = {
        "alertmanager": [
            programs.alertmanager,
            f"--config.file={folder / 'alertmanager.yml'}",
            f"--storage.path={folder / 'notifications'}",
            f"--web.listen-address={alertmanager}",
            "--cluster.listen-address=",
        ],
        "prometheus": [
            programs.prometheus,
            f"--config.file={folder / 'prometheus.yml'}",
            f"--storage.tsdb.path={folder / 'samples'}",
            f"--web.listen-address={prometheus}",
        ],
    }
    with ExitStack() as stack:
        for name, command in commands.items():
            stack.enter_context(_running(command, folder / f"{name}.log"))
        yield


@contextmanager
def _running(command: list[str], log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        # A group of its own: Ctrl-C is for the demo, which ends them in its order.
        process = subprocess.Popen(command, stdout=out, stderr=out, start_new_session=True)
    try:
        yield
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _write_files(folder: Path, loop: Loop, exporter: str, token: Path) -> None:
    rules = folder / "rules"
    rules.mkdir(exist_ok=True)
    for file in bundle.rule_files():
        (rules / file.name).write_text(file.read_text(encoding="utf-8"), encoding="utf-8")
    manager = loop.alertmanager.removeprefix("http://")
    prometheus = {
        "global": {
            "scrape_interval": SCRAPED,
            "scrape_timeout": SCRAPED,
            "evaluation_interval": SCRAPED,
        },
        "rule_files": ["rules/*.yml"],
        "alerting": {"alertmanagers": [{"static_configs": [{"targets": [manager]}]}]},
        "scrape_configs": [
            {
                "job_name": "xenlens",
                "http_sd_configs": [{"url": f"http://{exporter}/sd", "refresh_interval": SCRAPED}],
            },
            {"job_name": "xenlens-itself", "static_configs": [{"targets": [exporter]}]},
            {"job_name": "alertmanager", "static_configs": [{"targets": [manager]}]},
        ],
    }
    (folder / "prometheus.yml").write_text(yaml.safe_dump(prometheus, sort_keys=False))
    (folder / "alertmanager.yml").write_text(_routes(exporter, token))


def _routes(exporter: str, token: Path) -> str:
    """The bundled routes; nobody but xenlens is told."""
    routes = yaml.safe_load(bundle.alertmanager_config().read_text(encoding="utf-8"))
    hook = {
        "url": f"http://{exporter}/api/v1/alerts/webhook",
        "send_resolved": True,
        "http_config": {"authorization": {"credentials_file": str(token)}},
    }
    for receiver in routes["receivers"]:
        if receiver["name"] == "remediation":
            receiver["webhook_configs"] = [hook]
    return yaml.safe_dump(routes, sort_keys=False)
