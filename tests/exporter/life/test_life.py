"""The whole life of the process, as its supervisor and a reader of its log see it."""

import json
import signal
from pathlib import Path

from tests.exporter.fleets import BOND0
from tests.exporter.life.hearing import hearing
from tests.exporter.life.program import program
from tests.labs.waiting import wait_for

CONFIG = "log: {format: json, level: debug}\npools: {p: {hosts: {one: {recorded: one.txt}}}}\n"


async def test_a_supervisor_hears_of_start_life_reload_and_end_and_the_log_tells_them(
    tmp_path: Path,
) -> None:
    (tmp_path / "one.txt").write_text(f"# ovs-appctl bond/show\n{BOND0}")
    config = tmp_path / "xenlens.yml"
    config.write_text(CONFIG)
    with hearing(tmp_path / "notify") as heard:
        told: list[str] = []

        def hears(message: str, times: int) -> bool:
            told.extend(heard.messages())
            return sum(one.startswith(message) for one in told) >= times

        environ = {"NOTIFY_SOCKET": heard.address, "WATCHDOG_USEC": "200000"}
        async with program(config, **environ) as running:
            wait_for(lambda: hears("READY=1", 1) and hears("WATCHDOG=1", 3), 30)
            config.write_text(CONFIG.replace("json", "xml"))
            running.process.send_signal(signal.SIGHUP)
            wait_for(lambda: hears("RELOADING=1\nMONOTONIC_USEC=", 1) and hears("READY=1", 2), 30)
            config.write_text(CONFIG)
            running.process.send_signal(signal.SIGHUP)
            await running.says("configuration reloaded")
            assert (await running.get("/-/healthy"))[0] == 200
            running.process.send_signal(signal.SIGTERM)
            assert await running.ended() == 0
        assert hears("STOPPING=1", 1)
    lines = [json.loads(line) for line in running.log()]
    events = [line["msg"] for line in lines if line["level"] != "debug"]
    expected = ["listening", "configuration not reloaded", "configuration reloaded"]
    assert events == [*expected, "ending", "ended"]
    assert "log.format" in lines[1]["problem"]
    requests = [line for line in lines if line["msg"] == "request"]
    assert [(line["url"], line["status"]) for line in requests] == [("/-/healthy", 200)]
