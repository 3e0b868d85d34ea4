"""docs/quickstart.md, copied line by line into an empty Debian 12, ends with metrics."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from alerts import bundle
from tests.docs.blocks import ROOT, SHELL, YAML, Block, blocks, commands
from tests.docs.debian import Debian, debian
from tests.labs.alerting import running
from tests.labs.netns import Namespaces
from tests.labs.program import XENLENS
from tests.labs.waiting import wait_for

PAGE = ROOT / "docs" / "quickstart.md"
HERE = "/root/xenlens"
"""The checkout on the empty machine."""
HOSTS = {"192.0.2.12": 23, "192.0.2.13": 24}
"""The page's addresses; ports of the demo's SSH servers: its first, of XenServer 6, has 22, and is
no longer the coordinator, as the page has two hosts."""
LINES = {
    "ssh-copy-id": "cd /etc/xenlens && cp /root/id_demo id_ed25519"
    " && ssh-keygen -yf id_ed25519 > id_ed25519.pub",
    "systemctl restart grafana-server": "",
    "docker compose": "",
}
"""Lines that are not run as they are: the demo's hosts take the demo's key and no other; Grafana is
no package of Debian; there is no container engine in the empty machine."""
ASK = (
    "/opt/xenlens/bin/python -c 'import sys, urllib.request as r;"
    " print(r.urlopen(sys.argv[1]).read().decode())'"
)
"""The empty machine has no curl."""
ENOUGH = 180.0
pytestmark = [pytest.mark.quickstart, pytest.mark.timeout(1500)]


def join_network(network: Namespaces) -> None:
    """A private address with a default route: without one Alertmanager does not start."""
    network.cable("empty", "eth0", "gateway", "eth0")
    network.ip("empty", "address", "add", "10.0.0.2/24", "dev", "eth0")
    network.ip("empty", "route", "add", "default", "via", "10.0.0.1")


@contextmanager
def hosts(network: Namespaces, folder: Path) -> Iterator[Path]:
    """The page's hosts: the demo's, at the page's addresses. Gives the key that opens them."""
    join_network(network)
    for address in HOSTS:
        network.ip("empty", "address", "add", f"{address}/32", "dev", "lo")
    xenlens = str(XENLENS)
    demo = [xenlens, "demo", "--no-exporter", "--ssh-port", "22", "--control-port", "10046"]
    demo += ["--fault", "coordinator.moved"]
    pairs = [word for address, port in HOSTS.items() for word in (address, "22", str(port))]
    forward = [sys.executable, "-m", "tests.docs.forward", *pairs]
    with ExitStack() as stack:
        stack.enter_context(running(folder, "demo", network.argv("empty", *demo)))
        stack.enter_context(running(folder, "forward", network.argv("empty", *forward)))
        guide = folder / "demo.log"
        wait_for(lambda: "stops it" in guide.read_text(), 60, "the demo's start")
        named = re.search(r"-i (\S+)", guide.read_text())
        assert named
        yield Path(named[1])


def checkout(machine: Debian, key: Path) -> None:
    """A checkout with the wheel in dist/, as the page wants it."""
    there = machine.root / HERE.lstrip("/")
    listed = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", "deploy"]
    files = subprocess.run(listed, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    for name in filter(None, files.split("\0")):
        (there / name).parent.mkdir(parents=True, exist_ok=True)
        (there / name).write_bytes((ROOT / name).read_bytes())
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir"]
    subprocess.run([*build, str(there / "dist")], cwd=ROOT, check=True, capture_output=True)
    (machine.root / "root/id_demo").write_bytes(key.read_bytes())


def obey(machine: Debian, block: Block) -> None:
    """Do what a block says: run it, or write the file that its first line names."""
    if block.tag == YAML:
        named = block.text.partition("\n")[0].removeprefix("# ")
        (machine.root / named.lstrip("/")).write_text(block.text)
    for command in commands(block) if block.tag == SHELL else ():
        line = next((stand_in for k, stand_in in LINES.items() if command.startswith(k)), command)
        done = machine.run(line, HERE)
        said = f"{done.stdout[-2000:]}\n{done.stderr[-2000:]}"
        if done.returncode:
            said += machine.run("journalctl --no-pager -n 30", "/").stdout
        assert done.returncode == 0, f"{block}: {line} ended with {done.returncode}\n{said}"


def test_the_commands_of_the_quickstart_in_their_order_end_with_metrics_in_prometheus(
    tmp_path: Path,
) -> None:
    with (
        Namespaces("empty", "gateway") as network,
        hosts(network, tmp_path) as key,
        debian(tmp_path, network.name("empty")) as machine,
    ):
        checkout(machine, key)
        for block in blocks(PAGE):
            obey(machine, block)
        wait_for(lambda: reached(machine), ENOUGH, "xenlens_target_up 1 everywhere", step=1)
        rules = asked(machine, "/api/v1/rules")["groups"]
        loaded = {Path(str(group["file"])).name for group in rules}
        assert loaded == {file.name for file in bundle.rule_files()}


def asked(machine: Debian, path: str) -> dict[str, list[dict[str, object]]]:
    """What the Prometheus of the machine answers."""
    done = machine.run(f"{ASK} http://127.0.0.1:9090{path}", "/")
    answer: dict[str, list[dict[str, object]]] = json.loads(done.stdout)["data"]
    return answer


def reached(machine: Debian) -> bool:
    """Whether every target of the page is up: two hosts and their pool."""
    series = asked(machine, "/api/v1/query?query=xenlens_target_up")["result"]
    values = [one["value"][1] for one in series if isinstance(one["value"], list)]
    return values == ["1"] * 3
