"""A dom0 with a real Open vSwitch bond that heals itself: xenlens, Prometheus and Alertmanager run
in its own namespace, and whoever they tell listens there too.

    host(xenlens, Prometheus, Alertmanager; eth0 ─ sw1 ─┐
                                            eth2 ─ sw2 ─┴ core ─ gw)
"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import yaml

from tests.labs.alerting import (
    Heard,
    alertmanager_argv,
    alertmanager_config,
    prometheus_argv,
    prometheus_config,
    running,
    write_rules,
)
from tests.labs.host import HOST
from tests.labs.netns import environment
from tests.labs.ovs import MANAGEMENT, OvsLab
from tests.labs.program import XENLENS
from tests.labs.waiting import wait_for

URL, MANAGER, HOOK = "http://127.0.0.1:10045", "http://127.0.0.1:9093", 10099
TOKEN = "a-token-of-the-lab"
ISOLATED = ("unshare", "-m", "sh", "-c", 'mount -t tmpfs tmpfs /run && exec "$@"', "sh")
"""So that the gate's locks do not go to this machine's own /run."""
PLAYBOOK: dict[str, Any] = {
    "allow": [{"mode": "auto", "host": "dom0", "bond": "bond0"}],
    "confirm": {"reads": 2, "interval": "1s"},
    "verify": {"time": "5s", "every": "1s"},
    "hold": {"time": "3s", "every": "1s"},
    "cooldown": "5m",
}
HURRIED = 10
SCRAPED = 2.0
"""Seconds between scrapes."""
_POST = """\
import sys, urllib.request
request = urllib.request.Request(sys.argv[1], headers={"Authorization": "Bearer " + sys.argv[2]})
sys.stdout.write(urllib.request.urlopen(request, timeout=20).read().decode())
"""


@dataclass(frozen=True, slots=True)
class Healing:
    """What runs in the lab, seen from outside."""

    lab: OvsLab
    folder: Path

    def get(self, url: str) -> str:
        """What a URL inside the namespace answers. Raises CalledProcessError."""
        return self.lab.exec(HOST, sys.executable, "-c", _POST, url, TOKEN)

    def runs(self) -> list[dict[str, Any]]:
        """The runs, the newest first."""
        found: list[dict[str, Any]] = json.loads(self.get(f"{URL}/api/v1/remediation/runs"))["runs"]
        return found

    def states(self, run: int) -> list[str]:
        """Through which states a run went."""
        told = json.loads(self.get(f"{URL}/api/v1/remediation/runs/{run}"))
        return [step["state"] for step in told["steps"]]

    def ended(self, patience: float = 90.0) -> dict[str, Any]:
        """The first run that did more than to be put off, once it has ended."""
        found: list[dict[str, Any]] = []

        def there() -> bool:
            found[:] = [run for run in reversed(self.runs()) if run["ended_at"]]
            return bool(found)

        wait_for(there, patience, "a run that ended")
        return found[0]

    def heard(self) -> Heard:
        """What receivers were told so far."""
        heard, file = Heard(), self.folder / "told"
        for line in file.read_text().splitlines() if file.exists() else ():
            heard.take(*json.loads(line))
        return heard

    def paged(self) -> set[str]:
        """The alerts for which people were called."""
        return {dict(labels)["alertname"] for to, labels in self.heard().all() if to == "page"}


@contextmanager
def healing(folder: Path, lab: OvsLab) -> Iterator[Healing]:
    """Everything is up, scraped and quiet when the block begins; it ends with the block."""
    with ExitStack() as stack:

        def start(name: str, *argv: str) -> None:
            process = running(folder, name, lab.namespaces.argv(HOST, *argv))
            stack.enter_context(process)

        _write_files(folder, lab)
        start(
            "hook",
            sys.executable,
            str(Path(__file__).with_name("hook.py")),
            str(HOOK),
            str(folder / "told"),
        )
        start("alertmanager", *alertmanager_argv(folder, MANAGER.removeprefix("http://")))
        start("xenlens", *ISOLATED, str(XENLENS), "serve", "--config", str(folder / "xenlens.yml"))
        healed = Healing(lab, folder)
        for url in (f"{MANAGER}/-/ready", f"{URL}/-/ready"):
            wait_for(partial(_answers, healed, url), 60, url)
        start("prometheus", *prometheus_argv(folder, "127.0.0.1:9090"))
        wait_for(lambda: _is_scraped(healed), 60, "Prometheus to have scraped the bond")
        yield healed


def _write_files(folder: Path, lab: OvsLab) -> None:
    write_rules(folder, HURRIED)
    token = folder / "token"
    token.write_text(TOKEN)
    token.chmod(0o600)
    (folder / "prometheus.yml").write_text(prometheus_config(URL, MANAGER, SCRAPED))
    routes = yaml.safe_load(alertmanager_config(f"http://127.0.0.1:{HOOK}", HURRIED))
    for receiver in routes["receivers"]:
        if receiver["name"] == "remediation":
            hook = {"url": f"{URL}/api/v1/alerts/webhook", "send_resolved": True}
            credentials = {"credentials_file": str(token)}
            receiver["webhook_configs"] = [hook | {"http_config": {"authorization": credentials}}]
    (folder / "alertmanager.yml").write_text(yaml.safe_dump(routes))
    (folder / "xenlens.yml").write_text(yaml.safe_dump(_configuration(folder, lab)))


def _configuration(folder: Path, lab: OvsLab) -> dict[str, Any]:
    bond = {"members": list(MANAGEMENT.members), "preferred": MANAGEMENT.members[0]}
    token = {"token_file": str(folder / "token")}
    return {
        "listen": "127.0.0.1:10045",
        "pools": {
            "lab": {
                "bonds": {MANAGEMENT.bond: bond | {"destinations": [MANAGEMENT.gateway]}},
                "ovs_rundir": str(lab.rundir),
                "probe": {"timeout": "500ms", "interval": "50ms"},
                "hosts": {"dom0": {"local": {}}},
            }
        },
        "remediation": {
            "journal": str(folder / "remediation.db"),
            "alertmanager": {"url": MANAGER},
            "webhook": token,
            "operators": {"anna": token},
            "kill_switch": str(folder / "remediation.stop"),
            "playbooks": {"set-active-member": PLAYBOOK},
        },
    }


def _answers(healed: Healing, url: str) -> bool:
    try:
        healed.get(url)
    except subprocess.CalledProcessError:
        return False
    return True


def _is_scraped(healed: Healing) -> bool:
    query = "http://127.0.0.1:9090/api/v1/query?query=sum(xenlens_bond_member_reachable)"
    try:
        result = json.loads(healed.get(query))["data"]["result"]
    except subprocess.CalledProcessError:
        return False
    return bool(result) and result[0]["value"][1] == "2"


@contextmanager
def pinging(lab: OvsLab, count: int, interval: float) -> Iterator[list[float | None]]:
    """A running ping during the block; afterwards the replies, None where none came."""
    replies: list[float | None] = []
    pinger = (sys.executable, str(Path(__file__).with_name("pinger.py")), MANAGEMENT.gateway)
    argv = lab.namespaces.argv(HOST, *pinger, str(count), str(interval))
    with subprocess.Popen(argv, stdout=subprocess.PIPE, text=True, env=environment()) as process:
        try:
            yield replies
            replies += json.loads(process.communicate(timeout=count * interval + 30)[0])
        finally:
            process.kill()


@contextmanager
def somebody_reverts(lab: OvsLab, member: str) -> Iterator[None]:
    """Whoever makes another member the active one is answered `done`, and overruled at once."""
    command = (
        "while :; do ovs-appctl bond/set-active-slave "
        f"{MANAGEMENT.bond} {member} >/dev/null; sleep 0.02; done"
    )
    env = environment(**lab.env)
    with subprocess.Popen(["sh", "-c", command], env=env) as process:
        try:
            time.sleep(0.2)
            yield
        finally:
            process.kill()
