"""`xe … --minimal`: the first field of every record, joined by commas (xe's cli_printer.ml)."""

import re

from collectors.captured import echoed_command, is_chatter, lines_of
from collectors.parsing import Kind, Noise, Parsed, ParseError
from collectors.xe_errors import xe_tool_error
from collectors.xe_line import key_of

_VALUE = re.compile(r"(?:[^,\\]+|\\[,\\])*")
_ESCAPE = re.compile(r"\\([,\\])")
_UUIDS = re.compile(r"(?i)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:,[0-9a-f-]{36})*")
_EXPECTED = r"values joined by commas, `\,` and `\\` inside them"
_NO_LIST = "values joined by commas as `--minimal` prints them, no list of records"
_BANNER = re.compile(r"Warning: Permanently added |Last login: |stdin: is not a tty$")


def parse_xe_minimal(text: str) -> Parsed[str]:
    r"""Read the values, escapes `\,` and `\\` undone; a newline in a value is printed as it is.

    An empty line is no value: xe prints the same for no record and for one empty value. Several
    lines of nothing but uuids are several answers. Raises ToolError, and ParseError also for a
    list of records, which would pass for one value of many lines.
    """
    error = xe_tool_error(text)
    if error is not None:
        raise error
    noise: list[Noise] = []
    answer = _without_terminal(lines_of(text), noise)
    _refuse_records(answer)
    values = [value for part in _answers(answer) for value in _values(part)]
    return Parsed(tuple(values), tuple(noise))


def _without_terminal(lines: list[Noise], noise: list[Noise]) -> list[Noise]:
    """The answer's lines: prompts and banners before and behind it go to `noise`."""
    while lines and not lines[-1].text.strip():
        lines.pop()
    while lines and _is_terminals(lines[0].text):
        noise.append(lines.pop(0))
    while lines and _is_terminals(lines[-1].text):
        noise.append(lines.pop())
        while lines and not lines[-1].text.strip():
            lines.pop()
    return lines


def _is_terminals(text: str) -> bool:
    """Whether a terminal wrote the line, beyond doubt: names of VMs may look like a log's line."""
    command = echoed_command(text)
    if command is None:
        return _BANNER.match(text) is not None
    return is_chatter(text) and (not command or command.split()[0].endswith("xe"))


def _refuse_records(answer: list[Noise]) -> None:
    """Raise ParseError when the answer begins as a record of a list does, indented or flattened."""
    first = next((line for line in answer if line.text.strip()), None)
    if first is not None and key_of(first.text) is not None:
        raise ParseError(first.line, _NO_LIST, first.text)


def _answers(lines: list[Noise]) -> list[Noise]:
    """One text per answer, with the number of its first line."""
    told = [line for line in lines if line.text.strip()]
    if told and all(_UUIDS.fullmatch(line.text.strip()) for line in told):
        return [Noise(line.line, line.text.strip()) for line in told]
    return [Noise(lines[0].line, "\n".join(line.text for line in lines))] if lines else []


def _values(answer: Noise) -> list[str]:
    """The values of one answer. Raises ParseError at an escape that xe does not write."""
    values: list[str] = []
    at = 0
    while True:
        match = _VALUE.match(answer.text, at)
        end = match.end() if match else at
        values.append(_ESCAPE.sub(r"\1", answer.text[at:end]))
        if end == len(answer.text):
            return values
        if answer.text[end] != ",":
            line = answer.line + answer.text.count("\n", 0, end)
            raise ParseError(line, _EXPECTED, answer.text[end:])
        at = end + 1


KINDS: tuple[Kind, ...] = (Kind("xe-minimal", parse_xe_minimal, "xe CLASS-list --minimal"),)
