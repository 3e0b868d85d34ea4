"""A real Prometheus with the bundled rules, a real Alertmanager with the bundled routes, and who
they tell: one web hook for every receiver."""

import json
import re
import subprocess
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import promql_parser as promql
import yaml

from alerts import bundle
from tests.labs.ports import free_port

DEPLOYED = Path(__file__).parents[2] / "deploy" / "prometheus.yml"
XENLENS_AT, ALERTMANAGER_AT = "127.0.0.1:10045", "127.0.0.1:9093"
FASTER = 60
"""So many times faster than in production: a minute of `for` is a second."""
DURATION = re.compile(
    r"\b((?:keep_firing_)?for|group_wait|group_interval): ([1-9]\w*)$", re.MULTILINE
)
Fired = tuple[str, tuple[tuple[str, str], ...]]
"""Receiver, and the labels of an alert."""


@dataclass(slots=True)
class Heard:
    """What receivers heard: the alerts that fire now, and all that fired since `forget`."""

    firing: set[Fired] = field(default_factory=set)
    ever: dict[Fired, float] = field(default_factory=dict)
    """With the monotonic time at which it was first told."""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, receiver: str, notification: Mapping[str, Any]) -> None:
        """Note one notification of Alertmanager (version 4)."""
        with self.lock:
            for alert in notification["alerts"]:
                fired = receiver, tuple(sorted(alert["labels"].items()))
                if alert["status"] == "resolved":
                    self.firing.discard(fired)
                else:
                    self.firing.add(fired)
                    self.ever.setdefault(fired, time.monotonic())

    def now(self) -> set[Fired]:
        """The alerts that fire now."""
        with self.lock:
            return set(self.firing)

    def all(self) -> dict[Fired, float]:
        """The alerts that fired since `forget`, and when that was told."""
        with self.lock:
            return dict(self.ever)

    def forget(self) -> None:
        """Begin anew to note what ever fired."""
        with self.lock:
            self.ever = {fired: time.monotonic() for fired in self.firing}


@contextmanager
def listening(heard: Heard) -> Iterator[str]:
    """Take notifications at URL/RECEIVER while the block runs; gives the URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            heard.take(self.path.strip("/"), json.loads(body))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *args: object) -> None:
            """Nothing: a test's output is its own."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def hurried(text: str, faster: float = FASTER) -> str:
    """A file of rules or routes whose waits are so many times shorter."""

    def shorter(found: re.Match[str]) -> str:
        seconds = promql.parse_duration(found[2]).total_seconds() / faster
        return f"{found[1]}: {round(seconds * 1000)}ms"

    return DURATION.sub(shorter, text)


def alertmanager_config(hook: str, faster: float = FASTER) -> str:
    """The bundled one, hurried, with a web hook in every receiver."""
    config = yaml.safe_load(hurried(bundle.alertmanager_config().read_text(), faster))
    for receiver in config["receivers"]:
        url = f"{hook}/{receiver['name']}"
        receiver["webhook_configs"] = [{"url": url, "send_resolved": True}]
    return yaml.safe_dump(config)


@dataclass(frozen=True, slots=True)
class Alertmanager:
    """A running one, and what it told. No slash at the URL's end."""

    url: str
    heard: Heard

    def post(self, labels: Mapping[str, str], ends_in: float) -> None:
        """Tell it of an alert that ends by itself after so many seconds."""
        ends = datetime.now(UTC) + timedelta(seconds=ends_in)
        body = json.dumps([{"labels": dict(labels), "endsAt": ends.isoformat()}]).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/api/v2/alerts", body, headers)
        urllib.request.urlopen(request, timeout=10).close()


@dataclass(frozen=True, slots=True)
class Alerting:
    """A running Prometheus and its Alertmanager."""

    prometheus: str
    alertmanager: Alertmanager

    @property
    def heard(self) -> Heard:
        """What receivers heard."""
        return self.alertmanager.heard

    def query(self, expression: str) -> list[dict[str, Any]]:
        """The series of an instant query."""
        url = f"{self.prometheus}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
        with urllib.request.urlopen(url, timeout=10) as reply:
            result: list[dict[str, Any]] = json.load(reply)["data"]["result"]
        return result


def prometheus_config(exporter: str, manager: str, every: float) -> str:
    """The deployed one, scraping and evaluating every so many seconds; URLs are for its own."""
    text = DEPLOYED.read_text(encoding="utf-8")
    for deployed, url in ((XENLENS_AT, exporter), (ALERTMANAGER_AT, manager)):
        text = text.replace(deployed, url.removeprefix("http://"))
    text = text.replace("refresh_interval: 1m", "refresh_interval: 1s")
    return re.sub(r"(_interval|_timeout): 15s", rf"\1: {round(every * 1000)}ms", text)


@contextmanager
def alerting(
    folder: Path,
    exporter: str,
    every: float = 1.0,
    faster: float = FASTER,
    past: str = "",
) -> Iterator[Alerting]:
    """Start both for an exporter at a URL; end them, by their processes, with the block.

    `past` are samples in OpenMetrics text that Prometheus is to remember. A rule may not wait at
    all; Alertmanager, given no time to group, would tell things out of their order.
    """
    address = f"127.0.0.1:{free_port()}"
    with alertmanager(folder, min(faster, FASTER)) as manager:
        write_rules(folder, faster)
        (folder / "prometheus.yml").write_text(prometheus_config(exporter, manager.url, every))
        if past:
            remember(folder, past)
        with running(folder, "prometheus", prometheus_argv(folder, address)):
            wait_until_answers(f"http://{address}/-/ready")
            yield Alerting(f"http://{address}", manager)


@contextmanager
def alertmanager(folder: Path, faster: float = FASTER) -> Iterator[Alertmanager]:
    """Start an Alertmanager alone; it answers when the block begins.

    Else Prometheus' first alerts would be lost, and it sends them again only after a minute.
    """
    heard, address = Heard(), f"127.0.0.1:{free_port()}"
    with listening(heard) as hook:
        (folder / "alertmanager.yml").write_text(alertmanager_config(hook, faster))
        with running(folder, "alertmanager", alertmanager_argv(folder, address)):
            wait_until_answers(f"http://{address}/-/ready")
            yield Alertmanager(f"http://{address}", heard)


def wait_until_answers(url: str, seconds: float = 90.0) -> None:
    """Return once a URL gives 200. Raises URLError when it does not in time."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError):
            if time.monotonic() > give_up:
                raise
        time.sleep(0.1)


def write_rules(folder: Path, faster: float) -> None:
    """The bundled rules, hurried; what is recorded every two minutes, every five seconds."""
    (folder / "rules").mkdir()
    for file in bundle.rule_files():
        text = file.read_text(encoding="utf-8").replace("interval: 2m", "interval: 5s")
        (folder / "rules" / file.name).write_text(hurried(text, faster))


def remember(folder: Path, past: str) -> None:
    """Put samples into the blocks that Prometheus will find at its start."""
    file = folder / "past"
    file.write_text(past)
    argv = ["promtool", "tsdb", "create-blocks-from", "openmetrics", str(file), f"{folder}/data"]
    subprocess.run(argv, check=True, capture_output=True, timeout=60)


def prometheus_argv(folder: Path, address: str) -> list[str]:
    return [
        "prometheus",
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    ]


def alertmanager_argv(folder: Path, address: str) -> list[str]:
    return [
        "prometheus-alertmanager",
        f"--config.file={folder / 'alertmanager.yml'}",
        f"--storage.path={folder / 'notifications'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    ]


@contextmanager
def running(folder: Path, name: str, argv: list[str]) -> Iterator["subprocess.Popen[bytes]"]:
    """A process while the block runs; its log is in the folder."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(argv, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)
