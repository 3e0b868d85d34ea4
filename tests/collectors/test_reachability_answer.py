"""What `xenlens_host.py probe` prints: read, or refused with a line."""

import json
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from collectors.parsing import ParseError
from collectors.reachability_answer import Answer, Report, Row, parse_report
from tests.collectors.reachability_rows import GATEWAY, OWN, RIGHT, control, document, heard, row

PRINTED = """\
{"xenlens_host": 1, "python": "2.4.3", "seconds": 0.211000, "cpu_seconds": 0.019000,
 "rows": [
  {"bond": "bond0", "member": "eth0", "destination": "10.255.77.1", "vlan": null, "way": "bridge", \
"device": "xenbr0", "sender": "0.0.0.0", "mac": "3e:00:00:00:00:01", "sent": 3, "answers": \
[{"mac": "5a:00:00:00:00:01", "received": 2, "rtts": [0.000211, 0.000190]}], \
"neighbour": "5a:00:00:00:00:01", "reason": null, "text": ""},
  {"bond": "bond0", "member": "eth2", "destination": "10.255.77.1", "vlan": null, "way": null, \
"device": null, "sender": "0.0.0.0", "mac": null, "sent": 0, "answers": [], \
"neighbour": null, "reason": "no_carrier", "text": "eth2 has no carrier"}
 ],
 "frames": [
  "0.000310 xenbr0 sent 3e:00:00:00:00:01 > 5a:00:00:00:00:01 ARP who-has 10.255.77.1 tell 0.0.0.0"
 ]}
"""
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: (
        st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3)
    ),
    max_leaves=8,
)
ODD = JSON | st.sampled_from([10**400, -(10**400), -1, True, "", "\ud800", float("nan")])


def printed_with(at: tuple[str | int, ...], value: Any) -> str:
    """The document with one value replaced."""
    whole = json.loads(PRINTED)
    *path, last = at
    place = whole
    for step in path:
        place = place[step]
    place[last] = value
    return json.dumps(whole)


def test_the_document_becomes_rows() -> None:
    answered = Answer(RIGHT, 2, (0.000211, 0.00019))
    eth0 = Row("bond0", "eth0", GATEWAY, "bridge", "0.0.0.0", 3, (answered,), RIGHT)
    why = "no_carrier", "eth2 has no carrier"
    eth2 = Row("bond0", "eth2", GATEWAY, None, "0.0.0.0", 0, (), None, *why)
    assert parse_report(PRINTED) == Report((eth0, eth2), 0.211, 0.019)


def test_a_row_with_the_hosts_own_address_is_a_control() -> None:
    first, second = parse_report(document([row("eth0"), control("eth0", RIGHT)])).rows
    assert (first.is_control, second.is_control, second.sender) == (False, True, OWN)


def test_answers_that_nobody_signed_are_read() -> None:
    nameless = row("eth0", heard(None, rtts=()), way="openflow")
    assert parse_report(document([nameless])).rows == (nameless,)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "line 1: expected the JSON document of xenlens_host.py"),
        ("bash: python: permission denied\n", "found 'bash: python: permission denied'"),
        (PRINTED[:200], "line 3: expected the JSON document"),
        (PRINTED + PRINTED, "line 9: expected the JSON document"),
        ("[]", "line 1: expected rows as `probe` prints them"),
        ("{}", "'xenlens_host'"),
        ('{"xenlens_host": 2}', "format 2, known: 1"),
        ("[" * 100_000, "line 1: expected the JSON document"),
    ],
)
def test_anything_else_is_refused_with_its_line(text: str, expected: str) -> None:
    with pytest.raises(ParseError) as refusal:
        parse_report(text)
    assert expected in str(refusal.value)
    assert len(str(refusal.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("at", "value"),
    [
        (("rows",), None),
        (("rows", 0), "eth0"),
        (("rows", 0, "bond"), None),
        (("rows", 0, "member"), 7),
        (("rows", 0, "sent"), "3"),
        (("rows", 0, "sent"), -1),
        (("rows", 0, "answers"), None),
        (("rows", 0, "answers", 0), RIGHT),
        (("rows", 0, "answers", 0, "mac"), 5),
        (("rows", 0, "answers", 0, "received"), "2"),
        (("rows", 0, "answers", 0, "received"), -1),
        (("rows", 0, "answers", 0, "rtts"), [None]),
        (("rows", 0, "answers", 0, "rtts"), [10**400]),
        (("rows", 0, "reason"), 3),
        (("rows", 0, "text"), None),
        (("seconds",), "0.2"),
        (("cpu_seconds",), None),
    ],
)
def test_a_value_of_the_wrong_kind_is_refused(at: tuple[str | int, ...], value: Any) -> None:
    with pytest.raises(ParseError, match="line 1: expected rows as `probe` prints them"):
        parse_report(printed_with(at, value))


def test_letters_that_cannot_be_encoded_do_not_reach_a_page() -> None:
    (first, _) = parse_report(printed_with(("rows", 0, "text"), "lone \ud800")).rows
    assert first.text == "lone ?"


PLACES = st.sampled_from(
    [
        *((key,) for key in json.loads(PRINTED)),
        *(("rows", 0, key) for key in json.loads(PRINTED)["rows"][0]),
        *(("rows", 0, "answers", 0, key) for key in ("mac", "received", "rtts")),
        ("rows", 0, "answers", 0, "rtts", 0),
    ]
)


@given(PLACES, ODD)
@example(("rows", 0, "answers", 0, "rtts", 0), 10**400)
def test_no_value_anywhere_breaks_the_reader(at: tuple[str | int, ...], value: Any) -> None:
    read_or_refused(printed_with(at, value))


@given(st.text() | JSON.map(json.dumps))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_or_refused(text)


def read_or_refused(text: str) -> None:
    try:
        rows = parse_report(text).rows
    except ParseError as error:
        line, rows = error.line, ()
    else:
        line = 1
    assert line > 0
    for one in rows:
        assert one.sent >= 0
        assert all(answer.received >= 0 for answer in one.answers)
        "".join([one.bond, one.member, one.destination, one.text]).encode()
