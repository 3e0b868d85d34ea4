"""Captured text: its lines, and what a terminal, a shell or a log adds to a tool's output."""

import re

from collectors.parsing import Noise, ToolError

_COMMAND = r"(?P<command>[A-Za-z_./~][\w./~+-]*(?:[\s;|&>].*)?)"
_PROMPT = re.compile(
    r"(?:\[[^\]]{1,120}\]\s?[#$%>]|[\w.-]{1,64}@[\w.-]{1,64}[^#$%>]{0,120}[#$%>]|[#$%>+](?=\s|$))"
    rf"\s*{_COMMAND}?$"
)
_BARE_COMMAND = re.compile(
    r"(?P<command>(?:sudo\s+)?(?:\S*/)?(?:ovs-appctl\s+[\w/-]+|cat /proc/).*)$"
)
_CHATTER = re.compile(
    r"={3,}|\*{2,} |\*{3,}|-{5,}|~{3,}|==> .* <==$|<<<.*>>>$|\.\.\.$|…$"
    r"|\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d(?: \d{4})? \d\d:\d\d:\d\d|\[\s*\d+\.\d+\]"
    r"|(?i:warning|notice|debug|info)\b[: ]|Last login: |spawn |Script (?:started|done)\b"
    r"|(?:Shared c|C)onnection to .* closed|Pseudo-terminal will |stdin: is not a tty"
)
_SHELL_ERRORS = (
    ("not-running", re.compile(r".*(?:command not found|: not found$)")),
    ("no-such-object", re.compile(r".*: No such file or directory$")),
    ("permission", re.compile(r"(?:.*: )?Permission denied\b|sudo: .*(?:password|not allowed)")),
    ("lost-connection", re.compile(r"ssh: |(?:Alarm clock|Terminated|Killed|Hangup)$")),
)
_LONGEST_MESSAGE = 500
"""Characters of a line that are looked at for an error, so that no line costs more than that."""


def lines_of(text: str) -> list[Noise]:
    """The numbered lines of a text, CR and a byte-order mark taken off."""
    lines = text.removeprefix("\ufeff").split("\n")
    return [Noise(number, line.rstrip("\r")) for number, line in enumerate(lines, start=1)]


def messages_of(text: str) -> list[str]:
    """The lines of a text as error messages: on one line each, cut, empty ones left out."""
    messages = (" ".join(line.text[:_LONGEST_MESSAGE].split()) for line in lines_of(text))
    return [message for message in messages if message]


def echoed_command(line: str) -> str | None:
    """The command a terminal echoed on this line, empty for a bare prompt, None for neither."""
    match = _PROMPT.match(line.strip()) or _BARE_COMMAND.match(line.strip())
    return (match["command"] or "") if match else None


def is_chatter(line: str) -> bool:
    """Whether a line surely is no output of the tool: a prompt, a log line, a wrapper's title."""
    text = line.strip()
    return not text or bool(_CHATTER.match(text)) or echoed_command(text) is not None


def shell_error(text: str) -> ToolError | None:
    """The error of a shell, of `cat` or of ssh in a text without records, or None."""
    for message in messages_of(text):
        for kind, pattern in _SHELL_ERRORS:
            if pattern.match(message):
                return ToolError(kind, message)
    return None
