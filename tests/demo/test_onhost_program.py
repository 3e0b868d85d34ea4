"""On a simulated host xenlens's program answers in its own form and words."""

import importlib
import json
import re
import shlex
import subprocess
import sys
from typing import Any

import pytest

from collectors import onhost
from collectors.reachability_answer import parse_report
from tests.demo.probing import BOND0, GATEWAY, GATEWAY_MAC, PYTHON, probed, run
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
        f"probe {BOND0} --destination 192.0.2",
        f"probe {BOND0} --destination 192.0.2.1,mac=2:15:17:fe:0:100",
        "probe --bond bond0 --backend z --device xapi0 --member eth0 --destination 192.0.2.1",
        "probe --bond bond0 --backend z",
        "probe --timeout nan",
        f"probe --count 60 --interval 60 --timeout nan {BOND0}",
        f"probe --bond bond0 {BOND0} --help-me",
        "probe --bond b\x7f",
        "nonsense\x7f",
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


@pytest.mark.parametrize("words", ["", "help", "-h", "--help", "probe --help", f"probe {BOND0} -h"])
def test_without_a_verb_it_or_when_asked_it_tells_its_usage(pool: Simulated, words: str) -> None:
    simulated = run(pool, "xcp83", f"{PYTHON} {words}", onhost.program())
    assert simulated.stdout == real(*words.split()).stdout
    assert "probe" in simulated.stdout


def test_a_row_has_the_fields_of_the_programs_rows_in_their_order(pool: Simulated) -> None:
    truly = json.loads(real("probe", *SILENT_BOND.split()).stdout)
    simulated = probed(pool, SILENT_BOND)
    assert list(simulated) == list(truly)
    assert [list(row) for row in simulated["rows"]] == [list(row) for row in truly["rows"]]
    assert (simulated["rows"], simulated["frames"]) == (truly["rows"], truly["frames"])


@pytest.mark.parametrize(
    "options",
    [
        SILENT_BOND,
        SILENT_BOND.replace("203.0.113.1", "127.0.0.1"),
        SILENT_BOND.replace("203.0.113.1", "127.0.0.2"),
        SILENT_BOND.replace("203.0.113.1", "0.0.0.0"),
        f"{SILENT_BOND},mac=2:15:17:fe:0:0,vlan=20 --mode balance-slb",
        f"{SILENT_BOND} --mode 802.3ad --destination 127.0.0.1",
        f'{SILENT_BOND} --member no"ne\\1',
    ],
)
def test_it_prints_what_the_program_prints(pool: Simulated, options: str) -> None:
    truly = real("probe", *options.split())
    line = f"{PYTHON} probe {shlex.join(options.split())}"
    simulated = run(pool, "xcp82", line, onhost.program())
    assert simulated.stdout.splitlines()[1:] == truly.stdout.splitlines()[1:]
    heads = [_without_numbers(text.splitlines()[0]) for text in (simulated.stdout, truly.stdout)]
    assert heads[0] == heads[1]


def _without_numbers(head: str) -> str:
    """The first line but for Python's version and the seconds."""
    return re.sub(r"\d+\.\d{6}(?=,)", "N", re.sub(r'"[\d.]+"', "V", head))


@pytest.mark.parametrize("host", ["xenserver1", "xcp82", "xcp83"])
def test_the_hosts_own_addresses_are_not_asked_for(pool: Simulated, host: str) -> None:
    loopback = SILENT_BOND.replace("203.0.113.1", "127.0.0.1")
    (truly,) = json.loads(real("probe", *loopback.split()).stdout)["rows"]
    for bond in pool.dom0(host).state.bonds:
        rows = probed(pool, f"{BOND0} --destination {bond.address}", host)["rows"]
        said = (truly["reason"], truly["text"].replace("127.0.0.1", bond.address))
        assert [(row["reason"], row["text"]) for row in rows] == [said, said]
        assert [(row["way"], row["sent"], row["answers"]) for row in rows] == [(None, 0, [])] * 2


def test_a_mac_may_be_written_as_the_program_reads_it(pool: Simulated) -> None:
    short, whole = (probed(pool, f"{GATEWAY},mac={mac}") for mac in ("2:15:17:FE:0:0", GATEWAY_MAC))
    assert short == whole


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
