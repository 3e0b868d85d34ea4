"""One event is one line, whatever is in it, and a reader gets the same fields back."""

import json
import logging
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.remediation.states import State
from exporter.logs.lines import LONGEST, STANDARD, JsonLines, Logfmt
from tests.exporter.logs.reading import read_logfmt, record

HEAD = {"time", "level", "logger", "msg"}
FORGERY = 'down\nlevel=error msg="disk failed"\r\x1b[2K\x1b]0;owned\x07\x9b31m\u2028\u202ex'
keys = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(
    lambda key: key not in STANDARD | HEAD | {"change", "traceback"}
)
texts = st.text(st.characters(), max_size=60)
values = texts | st.integers(-(2**63), 2**63) | st.booleans() | st.floats(allow_nan=False)
fields = st.dictionaries(keys, values, max_size=5)


def one_line(text: str) -> bool:
    """Whether nothing in it ends a line or moves a cursor, for a terminal or a program."""
    return text.isprintable() and text.splitlines() == [text]


@given(texts, fields)
def test_every_record_is_one_line_of_logfmt_that_reads_back(
    message: str, given: dict[str, object]
) -> None:
    line = Logfmt().format(record(message, fields=given))
    assert one_line(line)
    told = read_logfmt(line)
    assert told.pop("msg") == message
    shown = {key: as_text(value) for key, value in given.items()}
    assert {key: told[key] for key in told.keys() - HEAD} == shown


def as_text(value: object) -> str:
    """Numbers and flags are written as in JSON."""
    infinite = value in (float("inf"), -float("inf"))
    return str(value) if isinstance(value, str) or infinite else json.dumps(value)


@given(texts, fields)
def test_every_record_is_one_line_of_json_that_reads_back(
    message: str, given: dict[str, object]
) -> None:
    line = JsonLines().format(record(message, fields=given))
    assert one_line(line)
    assert line.isascii()
    told = json.loads(line)
    assert told.pop("msg") == message
    finite = {k: str(v) if v in (float("inf"), -float("inf")) else v for k, v in given.items()}
    assert {key: told[key] for key in told.keys() - HEAD} == finite


@pytest.mark.parametrize("formatter", [Logfmt(), JsonLines()])
def test_what_a_host_says_forges_no_second_line(formatter: logging.Formatter) -> None:
    line = formatter.format(record(FORGERY, target=FORGERY))
    assert one_line(line)
    assert "\x1b" not in line


def test_a_line_begins_with_time_level_logger_and_message() -> None:
    event = record("collector fails", target="xs1", reason="stuck")
    event.created = 1_790_000_000.25
    assert Logfmt().format(event) == (
        "time=2026-09-21T14:13:20.250+00:00 level=warning logger=exporter.test"
        ' msg="collector fails" target=xs1 reason=stuck'
    )


def test_text_of_other_languages_stays_readable_in_logfmt() -> None:
    assert Logfmt().format(record(pool="Zürich")).endswith(" pool=Zürich")


def test_a_traceback_is_one_field_of_the_same_line() -> None:
    try:
        raise ZeroDivisionError("division\nby zero")
    except ZeroDivisionError as error:
        event = record("a fault", fault=error, target="xs1")
    line = Logfmt().format(event)
    assert one_line(line)
    told = read_logfmt(line)
    assert told["error"] == "ZeroDivisionError: division\nby zero"
    assert told["traceback"].startswith("Traceback (most recent call last):\n")
    assert told["traceback"].endswith(told["error"])
    assert json.loads(JsonLines().format(event))["traceback"] == told["traceback"]


def test_a_message_whose_arguments_do_not_fit_is_told_as_it_stands() -> None:
    event = record("lost %d packets")
    event.args = ("many",)
    assert read_logfmt(Logfmt().format(event))["msg"] == "lost %d packets"


def test_a_librarys_field_does_not_pass_for_ours() -> None:
    told = read_logfmt(Logfmt().format(record(level_="x", time="never")))
    assert told["time_"] == "never"
    assert told["time"] != "never"


def test_what_is_too_long_is_cut_and_what_is_none_is_left_out() -> None:
    told = json.loads(JsonLines().format(record(error="x" * (2 * LONGEST), reason=None)))
    assert told["error"] == "x" * LONGEST + "…"
    assert "reason" not in told


def test_a_state_is_written_as_in_the_journal() -> None:
    assert Logfmt().format(record(state=State.ACTING)).endswith(" state=ACTING")


def test_only_the_level_is_coloured() -> None:
    plain, coloured = (Logfmt(coloured=on).format(record(target="xs1")) for on in (False, True))
    assert "level=\x1b[33mwarning\x1b[0m " in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain.replace(
        read_logfmt(plain)["time"], read_logfmt(re.sub(r"\x1b\[[0-9;]*m", "", coloured))["time"]
    )
