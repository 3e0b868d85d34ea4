"""fio, 1.20 to 3.42: what a run measured, from its text, terse lines or JSON, also mixed.

With several output formats, each job and direction is told once, by the most exact of them.
"""

from collections.abc import Iterator

from collectors.captured import is_chatter, lines_of
from collectors.fio_errors import fio_failure
from collectors.fio_json import Document, documents, read_documents
from collectors.fio_record import FioResult, FioRun, JobError, Reading, merged
from collectors.fio_terse import is_terse, read_terse
from collectors.fio_text import TextReader
from collectors.parsing import Kind, Noise, Parsed, ParseError, ToolError

_EXPECTED = "fio's report: `JOB: (groupid=…, jobs=…): err=…`, a terse line or JSON"


def parse_fio(text: str) -> Parsed[FioResult]:
    """What each job did in each direction. Raises ParseError, ToolError.

    Whether the jobs succeeded is not in the records; `read_fio` tells it as well.
    """
    run = read_fio(text)
    return Parsed(run.results, run.noise, run.damaged)


def read_fio(text: str) -> FioRun:
    """Results, and the errors of the jobs. Raises ParseError, ToolError.

    ToolError when there is no result and fio says why in words; JSON or terse of jobs that did
    nothing is an answer without results, with their errors in `errors`.
    """
    reading = Reading()
    found = list(documents(text))
    read_documents(found, reading)
    _read_lines(text, found, reading)
    if not reading.found:
        _refuse(text, reading)
    return FioRun(
        merged(reading.found),
        _once(reading.errors),
        tuple(sorted(reading.noise, key=lambda line: line.line)),
        len(reading.damage),
        reading.documents,
    )


def _once(errors: list[JobError]) -> tuple[JobError, ...]:
    """Each error once, with fio's words where one of the formats has them."""
    said: dict[tuple[str | None, int], JobError] = {}
    for error in errors:
        key = error.job, error.number
        if key not in said or said[key].message is None:
            said[key] = error
    return tuple(said.values())


def _read_lines(text: str, found: list[Document], reading: Reading) -> None:
    """What stands outside of the JSON documents."""
    reader = TextReader(reading, text.count("\n") + 1)
    for line in _segments(_without(text, found)):
        if is_terse(line.text):
            read_terse(line, reading)
        elif reader.feed(line):
            reading.last = line
        else:
            reading.noise.append(line)
    reader.close()


def _without(text: str, found: list[Document]) -> str:
    """The text with its documents blanked, every line where it was."""
    parts, at = [], 0
    for document in found:
        parts += [text[at : document.start], "\n" * text.count("\n", document.start, document.end)]
        at = document.end
    return "".join([*parts, text[at:]])


def _segments(text: str) -> Iterator[Noise]:
    """The lines that are not empty; a progress report ends in a carriage return."""
    for line in lines_of(text):
        for segment in line.text.split("\r"):
            if segment.strip():
                yield Noise(line.line, segment)


def _refuse(text: str, reading: Reading) -> None:
    """Raise what is wrong with a text without results, unless nothing is."""
    error = None if reading.answered else fio_failure(text)
    if error is not None:
        raise error
    if reading.damage:
        raise reading.damage[0]
    if reading.answered or reading.finished:
        return
    for line in reading.noise:
        if line.text.startswith("fio: "):
            raise ToolError("failed", line.text)
    if reading.last is not None:
        raise ParseError(reading.last.line, f"{_EXPECTED} after this line", reading.last.text)
    for line in reading.noise:
        if not is_chatter(line.text):
            raise ParseError(line.line, _EXPECTED, line.text)


KINDS: tuple[Kind, ...] = (
    Kind("fio", parse_fio, "fio, as text, --minimal or --output-format=json|json+|terse"),
)
