"""Error texts of ovs-appctl and ovs-vswitchd, Open vSwitch 1.0 to 4.0.

Sources: utilities/ovs-appctl.c, lib/unixctl.c, lib/daemon-unix.c, ofproto/bond.c, lib/lacp.c of
v1.0.3, v1.4.6, v1.6.1, v2.17.12 and v3.7.1.
"""

import re

from collectors.captured import messages_of, shell_error
from collectors.parsing import ToolError

_ERRORS = (
    ("no-such-object", r"no such (?:bond|lacp object|slave|member|bridge|port|interface)\b"),
    (
        "bad-command",
        r'"[^"]*" (?:is not a valid command|command (?:requires at least|takes at most|has non-))'
        r"|usage: |missing command name in request"
        r"|ovs-appctl: (?:unrecognized |invalid |at least one non-option|value |option )",
    ),
    (
        "permission",
        r"ovs-appctl: .*\((?:Permission denied|Operation not permitted)\)$"
        r"|.*\.(?:pid|ctl): .*Permission denied$",
    ),
    (
        "not-running",
        r"ovs-appctl: cannot (?:read pidfile|connect to) "
        r"|.*\bovs-appctl\S?: (?:No such file or directory|command not found|not found)$"
        r"|.*command not found: ovs-appctl$"
        r"|.*\.(?:pid|ctl): (?:open|fcntl|read|pid file|stale pidfile|lost race)"
        r"|.*\bfailed to connect to \S*\.ctl$",
    ),
    (
        "lost-connection",
        r"ovs-appctl: .*: transaction error|.*\b(?:terminating with signal|error communicating)"
        r"|.*\berror (?:sending request to|reading reply from) ",
    ),
    ("not-understood", r"ovs-appctl: "),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _ERRORS)
_LOG_LINE = re.compile(r"\d{4}-\d\d-\d\dT[^|]*\|\d+\||[A-Z][a-z]{2} \d\d \d\d:\d\d:\d\d\|\d+\|")
"""lib/vlog.c: `2023-12-13T07:58:12Z|00001|module|WARN|…`, in 1.x `Dec 13 07:58:12|00001|…`."""


def ovs_error(text: str) -> ToolError | None:
    """The error in a text of ovs-appctl or of the control socket, or None where none is known.

    The first line that names an error gives its message; log lines and ovs-appctl's trailer
    (`server returned an error`) come last, because the other lines say more.
    """
    messages = messages_of(text)
    messages.sort(key=lambda line: (bool(_LOG_LINE.match(line)), "server returned" in line))
    for message in messages:
        for kind, pattern in _PATTERNS:
            if pattern.match(message):
                return ToolError(kind, message)
    return shell_error(text)
