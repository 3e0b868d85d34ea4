"""The service as the README installs it, on a real systemd, in its sandbox."""

import re
from collections.abc import Iterator

import pytest
from hatchling.builders.wheel import WheelBuilder

from tests.deploy.booted import PACKAGES, ROOT, Booted, booted
from tests.labs.nspawn import SECONDS
from tests.labs.waiting import wait_for

pytestmark = [pytest.mark.systemd, pytest.mark.timeout(600)]
README = (ROOT / "deploy" / "systemd" / "README.md").read_text(encoding="utf-8")
INSTALL, CONFIGURE, START = re.findall("```sh\n(.*?)```", README, re.DOTALL)
UNIT = "/etc/systemd/system/xenlens.service"
SITE = "/opt/xenlens/lib/python3*/site-packages"
UP = 'xenlens_target_up{host="xcp1",pool="lab"} 1.0'
OFFLINE = {"PIP_NO_INDEX": "1", "PIP_NO_DEPS": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
"""Its dependencies are this checkout's, instead of those that pip would download."""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Booted]:
    """Installed by the commands of the README; its one host is a host of the demo."""
    wheels = tmp_path_factory.mktemp("wheels")
    list(WheelBuilder(str(ROOT)).build(directory=str(wheels), versions=["standard"]))
    with booted(tmp_path_factory.mktemp("container"), wheels) as container:
        container.shell(INSTALL, OFFLINE)
        container.shell(f"cd {SITE}; echo {PACKAGES} > dependencies.pth")
        container.shell(CONFIGURE)
        _reach_a_host_of_the_demo(container)
        container.shell(START)
        yield container


def _reach_a_host_of_the_demo(container: Booted) -> None:
    """As an operator edits the example, and fills known_hosts."""
    demo = ("/opt/xenlens/bin/xenlens", "demo", "--no-exporter", "--control-port", "10046")
    container.run("systemd-run", "--quiet", "--unit=demo", *demo)
    log = ("journalctl", "--unit=demo", "--output=cat")
    wait_for(lambda: "--config" in container.run(*log), SECONDS, "xenlens demo")
    named = re.search(r"--config (\S+)/xenlens.yml", container.run(*log))
    assert named
    folder = named[1]
    port = re.search(
        r"xcp83:\n\s+ssh: .*port: (\d+)", container.run("cat", f"{folder}/xenlens.yml")
    )
    assert port
    reached = f"{{address: 127.0.0.1, port: {port[1]}}}"
    container.run("sed", "-i", f"s/192.0.2.11}}/{reached}}}/", "/etc/xenlens/xenlens.yml")
    container.shell(f"cat {folder}/id_demo > /etc/xenlens/id_ed25519")
    container.shell("rm /etc/xenlens/id_ed25519.pub")
    container.shell(f"cat {folder}/known_hosts > /etc/xenlens/known_hosts")


def get(machine: Booted, path: str) -> str:
    return machine.run("curl", "-sS", "--fail", f"http://127.0.0.1:10045{path}")


def shown(machine: Booted, name: str) -> str:
    return machine.run("systemctl", "show", "--value", f"--property={name}", "xenlens")


def main_process(machine: Booted) -> dict[str, str]:
    """The lines of /proc/PID/status."""
    status = machine.run("cat", f"/proc/{shown(machine, 'MainPID')}/status")
    return {
        name: value.strip() for name, _, value in (r.partition(":") for r in status.split("\n"))
    }


def as_the_service(machine: Booted, script: str) -> str:
    """What a shell prints that is let into the sandbox, as its user."""
    inside = ("nsenter", "--target", shown(machine, "MainPID"), "--mount")
    return machine.run(*inside, "runuser", "-u", "xenlens", "--", "sh", "-c", script, check=False)


def test_the_commands_of_the_readme_end_with_a_service_that_answers(machine: Booted) -> None:
    wait_for(lambda: shown(machine, "ActiveState") == "active", SECONDS, "the end of the reload")
    assert shown(machine, "User") == "xenlens"
    assert "hosts in the inventory: 1" in get(machine, "/-/ready")


def test_a_host_is_read_by_ssh_from_within_the_sandbox(machine: Booted) -> None:
    page = get(machine, "/probe?target=xcp1")
    assert re.findall("^xenlens_target_up.*", page, re.MULTILINE) == [UP]
    assert 'member_active{bond="bond0",host="xcp1",member="eth0",pool="lab"} 1.0' in page


def test_the_process_has_no_privilege_and_cannot_get_one(machine: Booted) -> None:
    process = main_process(machine)
    assert process["NoNewPrivs"] == "1"
    assert process["Seccomp"] == "2"
    assert {int(process[name], 16) for name in ("CapPrm", "CapEff", "CapBnd", "CapAmb")} == {0}
    assert process["Uid"].split()[0] != "0"


def test_it_writes_to_its_state_only(machine: Booted) -> None:
    places = "/var/lib/xenlens /run/xenlens /tmp /etc/xenlens /opt/xenlens /etc /root /home /dev"
    script = f"for place in {places}; do touch $place/new && echo wrote $place; done 2>&1"
    found = as_the_service(machine, script).splitlines()
    wrote = [line.removeprefix("wrote ") for line in found if line.startswith("wrote ")]
    assert wrote == ["/var/lib/xenlens", "/run/xenlens", "/tmp"]
    assert machine.run("find", "/tmp", "-maxdepth", "1", "-name", "new") == ""


def test_its_own_metrics_are_right_with_less_of_proc(machine: Booted) -> None:
    """The time since the epoch needs /proc/stat."""
    (line,) = re.findall(
        "^process_start_time_seconds (.+)$", get(machine, "/metrics"), re.MULTILINE
    )
    assert float(line) > 1_500_000_000
    assert "process_max_fds 16384.0" in get(machine, "/metrics")


def test_a_reload_of_a_wrong_file_fails_and_changes_nothing(machine: Booted) -> None:
    right = machine.run("cat", "/etc/xenlens/xenlens.yml")
    machine.write("/etc/xenlens/xenlens.yml", right.replace("pools:", "polls:"))
    told = machine.run("systemctl", "reload", "xenlens", check=False)
    assert "failed" in told
    machine.write("/etc/xenlens/xenlens.yml", right + "\n      another: {ssh: 192.0.2.12}\n")
    assert '"another"' not in get(machine, "/sd")
    machine.run("systemctl", "reload", "xenlens")
    wait_for(lambda: '"another"' in get(machine, "/sd"), SECONDS, "a reload")


def test_a_wrong_file_is_not_tried_again_at_a_start(machine: Booted) -> None:
    right = machine.run("cat", "/etc/xenlens/xenlens.yml")
    machine.write("/etc/xenlens/xenlens.yml", "pools: {}\n")
    machine.run("systemctl", "restart", "xenlens", check=False)
    assert shown(machine, "ActiveState") == "failed"
    assert shown(machine, "NRestarts") == "0"
    machine.write("/etc/xenlens/xenlens.yml", right)
    machine.run("systemctl", "restart", "xenlens")
    assert shown(machine, "ActiveState") == "active"


def test_a_key_can_stay_with_root(machine: Booted) -> None:
    credentials = "deploy/systemd/xenlens-credentials.conf"
    machine.shell(f"install -D -m 644 {credentials} {UNIT}.d/credentials.conf")
    machine.shell("chown root: /etc/xenlens/id_ed25519; systemctl daemon-reload")
    right = machine.run("cat", "/etc/xenlens/xenlens.yml")
    told = re.search(r"ssh: {key: (\S+)}", machine.run("cat", f"{UNIT}.d/credentials.conf"))
    assert told
    machine.write("/etc/xenlens/xenlens.yml", right.replace("id_ed25519  ", told[1]))
    machine.run("systemctl", "restart", "xenlens")
    assert "Permission denied" in as_the_service(machine, "cat /etc/xenlens/id_ed25519 2>&1")
    assert UP in get(machine, "/probe?target=xcp1")


def test_on_a_host_it_is_root_and_unmounts_for_the_whole_machine(machine: Booted) -> None:
    machine.shell(f"install -D -m 644 deploy/systemd/xenlens-on-host.conf {UNIT}.d/on-host.conf")
    machine.run("systemctl", "daemon-reload")
    machine.run("systemctl", "restart", "xenlens")
    process = main_process(machine)
    assert process["Uid"].split()[0] == "0"
    assert process["CapBnd"] == process["CapEff"] != "0" * 16
    own = machine.run("readlink", f"/proc/{process['Pid']}/ns/mnt")
    assert own == machine.run("readlink", "/proc/1/ns/mnt")


def test_it_ends_in_order_when_it_is_stopped(machine: Booted) -> None:
    machine.run("systemctl", "stop", "xenlens")
    assert shown(machine, "Result") == "success"
    assert shown(machine, "ActiveState") == "inactive"
