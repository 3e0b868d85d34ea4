"""Error messages of `multipath` and `multipathd`, many of them printed with exit status 0."""

import re

from collectors.parsing import ToolError

LINES_LOOKED_AT = 50
"""An error message is all of an answer, or stands behind a few log lines."""
_LONGEST_MESSAGE = 300

_HELP = re.compile(r"CLI commands reference:|list\|show ")
"""Help for an unknown command: with a heading since 0.4.8, the bare list in 0.4.7."""

_ERROR = re.compile(
    r"""(?P<permission>
          [^|]*?(?:permission\ deny|need\ to\ be\ root|Permission\ denied)
        | sudo:.*(?:password\ is\ required|not\ allowed))
    | (?P<not_running>
          ux_socket_connect | [^|]*?failed\ to\ connect\ to\ multipathd
        | .*?multipathd\ (?:service\ )?is\ not\ running)
    | (?P<lost_connection>
          timeout$ | timeout\ receiving\ packet | error\ -?\d+\ receiving\ packet
        | cannot\ send\ packet)
    | (?P<no_such_object> fail$)
    | (?P<bad_command>
          Usage: | [^|]*?(?:not\ found|No\ such\ file\ or\ directory)$
        | [^|]*?(?:invalid\ option|unrecognized\ option|error\ while\ loading\ shared\ libraries))
    """,
    re.VERBOSE,
)

_CHATTER = re.compile(r"ok$|multipathd>|(?:\w{3}\s+\d+\s[\d:]{8}|\d+\.\d+)\s+\|")
"""`ok` (an empty answer: multipathd/main.c, `uxsock_trigger`), prompts, log lines."""

_SAYS = {
    "permission": "not allowed",
    "not-running": "multipathd does not run",
    "lost-connection": "multipathd did not answer in time",
    "no-such-object": "multipathd refused or knows no such map",
    "bad-command": "the command could not be run",
}


def is_chatter(line: str) -> bool:
    """True for a line that may stand in an answer without records, beside blank ones."""
    line = line.strip()
    return not line or _CHATTER.match(line) is not None


def text_error(text: str) -> ToolError | None:
    """The error that `text` is, or None. For texts without records: maps may stand among warnings.

    Messages: multipathd/{cli,uxclnt,uxlsnr,main}.c, 0.4.7 to 0.14, and shells.
    """
    found = [line[:_LONGEST_MESSAGE].strip() for line in text.split("\n", LINES_LOOKED_AT)]
    found = [line.removeprefix("multipathd>").lstrip() for line in found[:LINES_LOOKED_AT]]
    if any(_HELP.match(line) for line in found):
        return ToolError("not-understood", "multipathd printed its help: it knows no such command")
    errors = ((_ERROR.match(line), line) for line in found)
    return next((_tool_error(match, line) for match, line in errors if match), None)


def _tool_error(match: re.Match[str], line: str) -> ToolError:
    kind = (match.lastgroup or "bad_command").replace("_", "-")
    return ToolError(kind, f"{_SAYS[kind]}: {line}")


def tool_error(stdout: str, stderr: str = "", exit_status: int | None = 0) -> ToolError | None:
    """The error in an answer of multipathd, or None where it is an answer.

    Exit statuses lie: help text, `permission deny`, `timeout` and (before 0.7.9) `fail` come
    with 0. Before 0.11 a multipathd that cannot reach the daemon exits 1 and says nothing.
    """
    error = text_error(stdout)
    if error is None and not stdout.strip():
        error = text_error(stderr)
        if error is None and exit_status:
            why = stderr.strip()[-200:] or "it said nothing"
            error = ToolError("not-running", f"multipathd exited {exit_status}: {why}")
    return error
