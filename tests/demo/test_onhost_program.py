"""On a simulated host xenlens's program answers in its own form and words."""

import importlib
import json
import subprocess
import sys
from typing import Any

import pytest

from collectors import onhost
from collectors.reachability_answer import parse_report
from tests.demo.probing import BOND0, GATEWAY, PYTHON, probed, run
from tests.demo.simulated import Simulated

SILENT_BOND = "--bond none --device none0 --backend linux --member none0 --destination 203.0.113.1"


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


def real(*words: str) -> "subprocess.CompletedProcess[str]":
    """The program itself, on this machine; nothing here sends anything."""
    return subprocess.run(
        [sys.executable, "-S", "-E", "-", *words],
        input=onhost.program(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.parametrize(
    "words",
    [
        "nonsense",
        "probe",
        "probe --bond",
        "probe bond0",
        "probe --nonsense 1",
        "probe --mode active-backup",
        "probe --timeout soon",
        "probe --timeout 0",
        "probe --count 61",
        "probe --count 1.5",
        "probe --way wifi",
        "probe --bond bond0",
        "probe --bond bond0 --timeout 1",
        "probe --bond bond0 --device xapi0 --member eth0 --destination 192.0.2.1",
        f"probe {BOND0} --destination gateway",
        f"probe {BOND0} --destination 192.0.2.1,vlan=4095",
        f"probe {BOND0} --destination 192.0.2.1,vlan",
        f"probe {BOND0} --destination 192.0.2.1,mac=02:03",
        f"probe {BOND0} --destination 192.0.2.1,via=",
        f"probe {BOND0} --destination 192.0.2.1,colour=red",
    ],
)
def test_a_line_that_cannot_be_understood_is_refused_as_the_program_does(
    pool: Simulated, words: str
) -> None:
    simulated, truly = (
        run(pool, "xcp83", f"{PYTHON} {words}", onhost.program()),
        real(*words.split()),
    )
    assert truly.returncode == 2
    assert simulated.status == 2
    assert (simulated.stdout, simulated.stderr) == (truly.stdout, truly.stderr)


def test_without_a_verb_it_tells_its_usage(pool: Simulated) -> None:
    simulated = run(pool, "xcp83", PYTHON, onhost.program())
    assert simulated.stdout == real().stdout
    assert "probe" in simulated.stdout


def test_a_row_has_the_fields_of_the_programs_rows_in_their_order(pool: Simulated) -> None:
    truly = json.loads(real("probe", *SILENT_BOND.split()).stdout)
    simulated = probed(pool, SILENT_BOND)
    assert list(simulated) == list(truly)
    assert [list(row) for row in simulated["rows"]] == [list(row) for row in truly["rows"]]
    assert (simulated["rows"], simulated["frames"]) == (truly["rows"], truly["frames"])


def test_a_standby_nic_probes_from_the_private_address_that_the_program_gives_it(
    pool: Simulated,
) -> None:
    program: Any = importlib.import_module("collectors.onhost.xenlens_host")
    row = probed(pool)["rows"][1]
    assert row["mac"] == program.private_mac("02:15:17:00:01:02", "eth2")


def test_rows_and_frames_stand_on_a_line_each(pool: Simulated) -> None:
    text = run(pool, "xcp82", f"{PYTHON} probe {GATEWAY}", onhost.program()).stdout
    document = json.loads(text)
    lines = [json.loads(line.strip().rstrip(",")) for line in text.splitlines() if line[:2] == "  "]
    assert lines == document["rows"] + document["frames"]


def test_what_is_printed_is_a_report_for_the_collector(pool: Simulated) -> None:
    text = run(pool, "xenserver1", f"{PYTHON} probe {GATEWAY}", onhost.program()).stdout
    report = parse_report(text)
    assert [(row.member, row.answers[0].received) for row in report.rows] == [
        ("eth0", 3),
        ("eth2", 3),
    ]
    assert json.loads(text)["python"] == "2.4.3"
