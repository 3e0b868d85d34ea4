"""Why `xe` gave no data, as a reason; and what it may show of it."""

from dataclasses import replace

from collectors.captured import shell_error
from collectors.host import NOT_FOUND, DeadlineExceeded, HostError, Output, OutputTooLarge, Stuck
from collectors.parsing import ParseError
from collectors.xapi.redaction import masked
from collectors.xapi.source import XapiFailed, out_of_time
from collectors.xe_errors import xe_error

_REASONS = {"permission": "permission", "lost-connection": "lost_connection"}
_NOT_EXECUTABLE = 126
_LONGEST, _FOUND = 300, 60
_HEAD = 64 * 1024
"""Characters of a text that is no list, in which it says why."""
_IN_SHORT: dict[type[HostError], str] = {
    DeadlineExceeded: "no answer in time",
    Stuck: "hangs since an earlier look",
}
"""The host repeats the whole command line, which the evidence has as well."""


def failure_of(output: Output, command: str) -> XapiFailed | None:
    """The failure in an answer of xe, None for an answer with data."""
    status = output.exit_status
    if status == 0:
        return None
    output = without_secrets(output)
    if status == NOT_FOUND:
        return XapiFailed("not_found", f"there is no xe on this host ({_said(output)})")
    if status is None or status < 0:
        ended = output.failure or f"ended by signal {-(status or 0)}"
        return XapiFailed("lost_connection", f"xe {command}: {ended}")
    error = xe_error(output.stderr) or xe_error(output.stdout)
    if error is not None:
        text = f"xe {command}: {error.message}"[:_LONGEST]
        return XapiFailed(error.reason, text, code=error.code, parameters=error.parameters)
    shell = shell_error(output.stderr)
    reason = _REASONS.get(shell.kind, "refused") if shell else "refused"
    reason = "permission" if status == _NOT_EXECUTABLE else reason
    return XapiFailed(reason, f"xe {command}: exit status {status}: {_said(output)}")


def _said(output: Output) -> str:
    said = " ".join((output.stderr or output.stdout).split())[:_LONGEST]
    return said or "it said nothing"


def not_a_list(text: str, refusal: ParseError, command: str) -> XapiFailed:
    """A text with exit status 0 that is no list: help, or something that is no xe."""
    error = xe_error(masked(text[:_HEAD]))
    if error is None:
        why = str(refusal).partition(", found ")[0]
        found = masked(text.partition("\n")[0][:_HEAD]).strip()[:_FOUND]
        why += f", found {found!r}" if found else ""
        return XapiFailed("unparsable", f"xe {command}: {why}")
    said = f"xe {command}: {error.message}"[:_LONGEST]
    return XapiFailed(error.reason, said, code=error.code)


def host_failure(error: HostError, command: str, answered: int) -> XapiFailed:
    """A host that did not answer, as a failure of XAPI, which answered so many commands before."""
    said = f"xe {command}: {_IN_SHORT.get(type(error)) or masked(str(error))}"
    if isinstance(error, DeadlineExceeded):
        return out_of_time(said, answered)
    reason = "unparsable" if isinstance(error, OutputTooLarge) else error.reason
    return XapiFailed(reason, said)


def without_secrets(output: Output) -> Output:
    """The output for evidence: device-config may hold a password in plain text."""
    failure = output.failure and masked(output.failure)
    return replace(
        output, stdout=masked(output.stdout), stderr=masked(output.stderr), failure=failure
    )
