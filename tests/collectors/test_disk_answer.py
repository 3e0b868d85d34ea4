"""The answer of the program that measures disks: whole and unforged, or refused with a reason."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from collectors.disk_answer import Answer, read_answer
from collectors.disk_reasons import FAILED, SKIPPED, DiskProbeFailed
from tests.collectors.onhost.disk_program import DISK

GOOD = """\
xenlens_disk 1
fact idle_io_class yes
fact file_system ext4
fact free_bytes 81000000000
ended exit 0
took prepare 0.020
took lay_out 4.001
took measure 20.113
stdout 9
measured

stderr 11
complained

end
"""
WORDS = ("fact", "took", "ended", "refused", "failed", "phase", "exit", "signal", "busy", "hung")
LINES = st.lists(
    st.one_of(
        st.text(max_size=20),
        st.lists(st.sampled_from([*WORDS, "stdout 3", "stderr 0", "end", "x", "1.5"])).map(
            " ".join
        ),
    ),
    max_size=6,
)
OUTPUTS = st.one_of(
    st.binary(max_size=60),
    st.lists(
        st.sampled_from(
            [
                b"\nend\n",
                b"stdout 3\n",
                b"\nstderr 0\n",
                b"ended exit 0\n",
                b"xenlens_disk 1\n",
                b"\xff",
            ]
        )
    ).map(b"".join),
)
PRINTED = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


def with_lines(*lines: str) -> str:
    """An answer of a command that printed nothing."""
    return "\n".join(["xenlens_disk 1", *lines, "stdout 0", "", "stderr 0", "", "end", ""])


def refusal(text: str) -> tuple[str, str]:
    """Reason and message of a text that gives no answer."""
    with pytest.raises(DiskProbeFailed) as failure:
        read_answer(text)
    return failure.value.reason, str(failure.value)


def test_an_answer_has_the_outputs_the_facts_and_how_long_each_phase_took() -> None:
    assert read_answer(GOOD) == Answer(
        exit_status=0,
        stdout="measured\n",
        stderr="complained\n",
        facts={"idle_io_class": "yes", "file_system": "ext4", "free_bytes": "81000000000"},
        phases={"prepare": 0.02, "lay_out": 4.001, "measure": 20.113},
    )


@pytest.mark.parametrize("length", range(len(GOOD)))
def test_an_answer_that_is_cut_anywhere_is_refused(length: int) -> None:
    assert refusal(GOOD[:length])[0] == "unparsable"


@pytest.mark.parametrize("more", [GOOD, "\n", "end\n", "x", "\nend\n"])
def test_an_answer_with_something_behind_it_is_refused(more: str) -> None:
    assert refusal(GOOD + more)[0] == "unparsable"


@pytest.mark.parametrize(
    ("lines", "reason", "message"),
    [
        (("refused busy another one runs",), "busy", "another one runs"),
        (("refused own_disk /srv is on /", "ended exit 0"), "own_disk", "/srv is on /"),
        (("failed io_error /srv: Input/output error",), "io_error", "/srv: Input/output error"),
        (("failed overtime it was killed",), "overtime", "it was killed"),
        (("refused something new",), "failed", "new"),
        (("failed something new",), "failed", "new"),
        (("refused io_error that is no decision",), "failed", "that is no decision"),
        (("failed busy that is no mishap",), "failed", "that is no mishap"),
        (("refused busy",), "busy", "busy"),
        (("failed",), "failed", ""),
        ((), "unparsable", "xenlens_disk.py does not say how the measurement ended"),
        (("took measure 1.0",), "unparsable", "does not say how the measurement ended"),
        (("ended exit soon",), "unparsable", ""),
        (("ended",), "unparsable", ""),
        (("took measure long", "ended exit 0"), "unparsable", ""),
    ],
)
def test_what_gave_no_output_has_the_machines_own_reason(
    lines: tuple[str, ...], reason: str, message: str
) -> None:
    found, text = refusal(with_lines(*lines))
    assert (found, message in text) == (reason, True)


@pytest.mark.parametrize("number", ["9", "15", "11"])
def test_a_command_that_was_killed_is_told_with_its_signal(number: str) -> None:
    reason, text = refusal(with_lines(f"ended signal {number}", "took measure 3.2"))
    assert reason == "killed"
    assert f"signal {number}" in text


def test_a_worker_that_refused_and_then_ended_well_has_refused() -> None:
    assert refusal(with_lines("refused memory it is one", "ended exit 0"))[0] == "memory"


def test_a_line_that_ends_as_the_outputs_begin_is_a_line() -> None:
    text = with_lines("failed io_error /srv/stdout 7", "ended exit 0")
    assert refusal(text) == ("io_error", "/srv/stdout 7")


def test_an_answer_whose_end_is_something_else_is_refused() -> None:
    assert refusal(GOOD.removesuffix("end\n") + "xxx\n")[0] == "unparsable"


def test_another_version_of_the_program_is_not_understood() -> None:
    assert refusal(GOOD.replace("xenlens_disk 1", "xenlens_disk 2"))[0] == "unparsable"


@given(st.text(max_size=200))
@example("xenlens_disk 1\ntook x y\nended exit 0\nstdout 0\n\nstderr 0\n\nend\n")
@example("xenlens_disk 1\nended exit x\nstdout 0\n\nstderr 0\n\nend\n")
@example(f"xenlens_disk 1\nended exit 0\nstdout {'9' * 5000}\n\nstderr 0\n\nend\n")
def test_any_text_is_an_answer_or_a_failure_with_a_known_reason(text: str) -> None:
    _is_answer_or_known_failure(text)


@given(LINES, st.text(max_size=20), st.text(max_size=20))
def test_any_lines_are_an_answer_or_a_failure_with_a_known_reason(
    lines: list[str], out: str, err: str
) -> None:
    body = f"stdout {len(out)}\n{out}\nstderr {len(err)}\n{err}\nend\n"
    _is_answer_or_known_failure("\n".join(["xenlens_disk 1", *lines, body]))


def _is_answer_or_known_failure(text: str) -> None:
    assert _reason_or_answer(text) in SKIPPED.keys() | FAILED.keys() | {"answer"}


def _reason_or_answer(text: str) -> str:
    try:
        return type(read_answer(text)).__name__.lower()
    except DiskProbeFailed as failure:
        return failure.reason


@given(OUTPUTS, OUTPUTS)
@PRINTED
def test_whatever_a_command_prints_is_told_as_its_output_and_as_nothing_else(
    capfd: pytest.CaptureFixture[str], out: bytes, err: bytes
) -> None:
    shown = DISK.to_text(out), DISK.to_text(err)
    DISK.report(["fact file_system ext4", "ended exit 7", "took measure 1.000"], *shown)
    answer = read_answer(_exactly(capfd))
    assert (answer.stdout, answer.stderr) == shown
    assert (len(answer.stdout), len(answer.stderr)) == (len(out), len(err))
    assert (answer.exit_status, answer.facts) == (7, {"file_system": "ext4"})


@given(OUTPUTS, st.data())
@PRINTED
def test_no_printed_answer_is_believed_when_it_was_cut(
    capfd: pytest.CaptureFixture[str], out: bytes, data: st.DataObject
) -> None:
    DISK.report(["ended exit 0"], DISK.to_text(out), "")
    text = _exactly(capfd)
    length = data.draw(st.integers(0, len(text) - 1))
    assert refusal(text[:length])[0] == "unparsable"


def _exactly(capfd: pytest.CaptureFixture[str]) -> str:
    return capfd.readouterr().out
