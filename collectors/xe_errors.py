"""Error messages of `xe`, told from data, with XAPI's own code where the words name it.

xe prints a known error's sentence and then `parameter: value` lines; of an unknown code it prints
`Error code: …` and `Error parameters: …` (newcli.ml, xapi_cli.ml, cli_util.ml). The sentences are
those of the XAPI datamodel of XenServer 6.0, XCP-ng 8.2 and XCP-ng 8.3.
"""

import re
from dataclasses import dataclass

from collectors.captured import is_chatter, messages_of, shell_error
from collectors.parsing import ToolError
from collectors.xapi.codes import reason_of
from collectors.xe_sentences import KINDS_OF, SENTENCES, TOOL_MESSAGES

_CODE = re.compile(r"Error code: (?P<code>[A-Z][A-Z0-9_]+)$")
_PARAMETERS = re.compile(r"Error parameters: ?(?P<parameters>.*)$")
_PARAMETER = re.compile(r"[A-Za-z_][\w ]{0,40}: ?(?P<value>.*)$")
_MOST_LINES = 200
"""An error message is all of an answer, or stands behind a few lines of a terminal."""


@dataclass(frozen=True, slots=True)
class XeError:
    """An error of xe. `reason` is one of `collectors.xapi.source.XapiFailed`'s.

    `code` is XAPI's own, empty where the words do not tell it.
    """

    kind: str
    reason: str
    message: str
    code: str = ""
    parameters: tuple[str, ...] = ()


def xe_error(text: str) -> XeError | None:
    """The error in what xe printed (stderr, or a text without records), or None."""
    head = "\n".join(text.split("\n", _MOST_LINES)[:_MOST_LINES])
    lines = [line for line in messages_of(head) if not is_chatter(line)]
    for at, line in enumerate(lines):
        error = _coded(line, lines[at + 1 :]) or _sentence(line, lines[at + 1 :]) or _message(line)
        if error is not None:
            return error
    return None


def xe_tool_error(text: str) -> ToolError | None:
    """The same for `xenlens parse`, or the error of the shell that should have run xe."""
    error = xe_error(text)
    return ToolError(error.kind, error.message) if error else shell_error(text)


def _coded(line: str, following: list[str]) -> XeError | None:
    match = _CODE.match(line)
    if match is None:
        return None
    code = match["code"]
    said = _PARAMETERS.match(following[0]) if following else None
    parameters = said["parameters"].strip() if said else ""
    message = f"{code}: {parameters.strip(' ,')}" if parameters.strip(" ,") else code
    found = tuple(each.strip() for each in f"{parameters} ".split(", ")) if parameters else ()
    return _of_code(code, message, found)


def _sentence(line: str, following: list[str]) -> XeError | None:
    for code, pattern in SENTENCES:
        if pattern.match(line):
            return _of_code(code, line, _values(following))
    return None


def _values(following: list[str]) -> tuple[str, ...]:
    """The values of the `name: value` lines right behind a sentence."""
    values: list[str] = []
    for line in following:
        match = _PARAMETER.match(line)
        if match is None:
            break
        values.append(match["value"])
    return tuple(values)


def _of_code(code: str, message: str, parameters: tuple[str, ...]) -> XeError:
    shown = ", ".join(value for value in parameters if value and value not in message)
    message = f"{message} ({shown})" if shown else message
    reason = reason_of(code)
    kind = "not-running" if reason == "emergency_mode" else KINDS_OF.get(code, "refused")
    return XeError(kind, reason, message, code, parameters)


def _message(line: str) -> XeError | None:
    for kind, reason, code, pattern in TOOL_MESSAGES:
        if pattern.match(line):
            return XeError(kind, reason, line, code)
    return None
