"""What the program prints is JSON, on a Python without json as well."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.reachability_answer import parse_report
from tests.collectors.onhost.program import HOST, every_python, run, work_out
from tests.labs.pythons import Interpreter

DECIMALS = 6
NUMBERS = st.floats(-1e6, 1e6).map(lambda number: round(number, DECIMALS))
VALUES = st.recursive(
    st.none() | st.integers() | st.text() | NUMBERS,
    lambda inside: st.lists(inside, max_size=4) | st.dictionaries(st.text(), inside, max_size=4),
)
NASTY = (
    "",
    "plain",
    'quotes " and \\ backslashes',
    "a\tb\nc\rd\0e\x1f\x7f",
    "caf\u00e9",
    "\u2028\u20ac\uffff",
    "\U0001f600\U0010ffff",
)
ROW_FIELDS = [
    *("bond", "member", "destination", "sent", "answers", "reason", "text"),
    *("vlan", "way", "device", "sender", "mac", "neighbour"),
]
"""In the order in which they are printed."""
NEAR, FAR = "203.0.113.1", "203.0.113.2"
NOWHERE = ("no-such-device1", "no-such-device2")
PROBE = (
    *("probe", "--timeout", "0.3", "--rundir", "/no/such/directory"),
    *("--bond", 'odd "name"\\', "--bridge", "xapi0", "--device", "xapi0", "--active", NOWHERE[0]),
    *("--member", NOWHERE[0], "--member", NOWHERE[1]),
    *("--destination", NEAR, "--destination", f"{FAR},vlan=20"),
)


@given(VALUES)
def test_every_value_reads_back(value: Any) -> None:
    assert json.loads(HOST.json_of(value)) == value


@every_python
def test_pairs_are_printed_in_their_order(python: Interpreter) -> None:
    letters = "zyxwabcd"
    pairs = [[letter, place] for place, letter in enumerate(letters)]
    printed = work_out(python, f"[Ordered({pairs}), list(Ordered({pairs}).order)]")
    assert (list(printed[0]), printed[1]) == (list(letters), list(letters))


@given(st.text())
def test_what_is_printed_is_ascii_on_one_line(text: str) -> None:
    printed = HOST.json_of([text])
    assert printed.isascii()
    assert printed.isprintable()


@every_python
def test_every_python_prints_every_letter_and_number(python: Interpreter) -> None:
    # Old Pythons take `u` for text in any language, and all but 3.2 take it at all.
    texts = ", ".join("u" + ascii(text) for text in NASTY)
    printed = work_out(python, f"[None, 0, -1, 1 << 70, int('7') + (1 << 64), 0.25, {texts}]")
    assert printed == [None, 0, -1, 1 << 70, 7 + (1 << 64), 0.25, *NASTY]


@every_python
def test_numbers_that_are_large_in_the_pythons_eyes_are_printed_as_numbers(
    python: Interpreter,
) -> None:
    expression = "list(struct.unpack('!QI', struct.pack('!QI', 5, 7))) + [type(1 << 64)(3)]"
    assert work_out(python, expression) == [5, 7, 3]


@every_python
def test_the_report_is_read_by_the_collector_whatever_could_not_be_probed(
    python: Interpreter,
) -> None:
    done = run(python, *PROBE)
    assert (done.returncode, done.stderr) == (0, b"")
    document = json.loads(done.stdout)
    assert set(document) == {
        *("xenlens_host", "python", "seconds", "cpu_seconds", "rows", "frames")
    }
    assert document["python"] == ".".join(map(str, python.version))
    assert [(row["member"], row["destination"], row["vlan"]) for row in document["rows"]] == [
        (NOWHERE[0], NEAR, None),
        (NOWHERE[1], NEAR, None),
        (NOWHERE[0], FAR, 20),
        (NOWHERE[1], FAR, 20),
    ]
    assert all(list(row) == ROW_FIELDS for row in document["rows"])
    report = parse_report(done.stdout.decode())
    assert {row.bond for row in report.rows} == {'odd "name"\\'}
    assert {row.sent for row in report.rows} == {0}
    assert all(row.reason and row.text for row in report.rows)
    assert 0 <= report.seconds < 30
    assert 0 < report.cpu_seconds < 30


@every_python
@pytest.mark.parametrize(
    ("words", "reason", "text"),
    [
        (("--way", "raw"), "no_such_device", "No such device"),
        (("--way", "openflow"), "openflow_refused", "xapi0.mgmt: No such file or directory"),
        (
            ("--way", "auto"),
            "no_such_device",
            ": No such device; OpenFlow: xapi0.mgmt: No such file or directory",
        ),
    ],
)
def test_a_device_that_is_not_there_is_said_so_or_asked_for_at_the_bridge(
    python: Interpreter, words: tuple[str, ...], reason: str, text: str
) -> None:
    report = parse_report(run(python, "probe", *words, *PROBE[1:]).stdout.decode())
    assert {row.reason for row in report.rows} == {reason}
    assert all(row.text.endswith(text) for row in report.rows)


@every_python
@pytest.mark.parametrize("mode", ["balance-tcp", "802.3ad", "", "unknown"])
def test_members_of_a_bond_that_may_hear_by_any_of_them_are_not_probed(
    python: Interpreter, mode: str
) -> None:
    report = parse_report(run(python, *PROBE, "--mode", mode).stdout.decode())
    assert {row.reason for row in report.rows} == {"mode"}
    assert {row.text for row in report.rows} == {
        f"{mode or '?'}: a reply may come in by any member"
    }


@every_python
def test_the_hosts_own_address_is_not_probed(python: Interpreter) -> None:
    words = [word.replace(NEAR, "127.0.0.1") for word in PROBE]
    report = parse_report(run(python, *words).stdout.decode())
    own = {(row.reason, row.text) for row in report.rows if row.destination == "127.0.0.1"}
    assert own == {("own_address", "127.0.0.1 is the host's own")}
    assert {row.reason for row in report.rows if row.destination == FAR} == {"no_such_device"}


def test_the_report_has_one_line_for_each_frame() -> None:
    text = HOST.report([], ["first", "second"], 0.5)
    assert text.endswith(' "frames": [\n  "first",\n  "second"\n ]}\n')
    assert json.loads(text)["frames"] == ["first", "second"]


def test_an_empty_round_is_a_report_too() -> None:
    assert json.loads(HOST.report([], [], 0.0))["rows"] == []
