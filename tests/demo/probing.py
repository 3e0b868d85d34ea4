"""Rounds of probes on a simulated host, as the collector asks for them."""

import json
from dataclasses import dataclass
from typing import Any

from collectors.onhost import program
from exporter.demo.command import Result
from exporter.demo.shell import Shell
from tests.demo.simulated import Simulated

BOND0 = (
    "--bond bond0 --mode active-backup --backend openvswitch --bridge xapi0 --device xapi0 "
    "--active eth0 --member eth0 --member eth2"
)
GATEWAY = f"{BOND0} --destination 192.0.2.1,via=xapi0"
GATEWAY_MAC, LIAR_MAC = "02:15:17:fe:00:00", "02:15:17:fd:00:01"
PYTHON = "python -S -E -"


def run(pool: Simulated, host: str, line: str, stdin: str | None = "") -> Result:
    """What a line answers that reads this; None is an input that has not ended."""
    shell = Shell(pool.dom0(host), 4000)
    shell.stdin = stdin
    return shell.run(line)


def probed(pool: Simulated, options: str = GATEWAY, host: str = "xcp82") -> dict[str, Any]:
    """The document that xenlens's program prints there."""
    result = run(pool, host, f"{PYTHON} probe {options}", program())
    assert (result.status, result.stderr) == (0, ""), result
    document: dict[str, Any] = json.loads(result.stdout)
    return document


@dataclass(frozen=True, slots=True)
class Member:
    """What a row says of a member."""

    name: str
    way: str | None
    sent: int
    heard: dict[str, int]
    """Answers by MAC."""
    reason: str | None = None


def members(document: dict[str, Any]) -> list[Member]:
    """The rows of a document with sender 0.0.0.0, in order."""
    return [
        Member(
            row["member"],
            row["way"],
            row["sent"],
            {answer["mac"]: answer["received"] for answer in row["answers"]},
            row["reason"],
        )
        for row in document["rows"]
        if row["sender"] == "0.0.0.0"
    ]
