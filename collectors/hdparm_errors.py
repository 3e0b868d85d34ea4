"""Error messages of hdparm, and of the shell that looked for it."""

import re

from collectors.captured import messages_of, shell_error
from collectors.parsing import ToolError

_ERRORS = (
    ("too-small", re.compile(r".*(?:device too small|read\(\d+\) returned \d+ bytes)")),
    (
        "permission",
        re.compile(r"(?:/\S+: |.* failed: )(?:Permission denied|Operation not permitted)"),
    ),
    (
        "no-such-device",
        re.compile(r"/\S+: (?:No such (?:file or directory|device)|No medium found)"),
    ),
    ("failed", re.compile(r".*read\(\) failed: Input/output error")),
    (
        "no-such-device",
        re.compile(r".*(?:Inappropriate ioctl for device|read\(\) failed: Is a directory)"),
    ),
    (
        "failed",
        re.compile(r".*read\(\) failed\b|.*could not allocate|/\S+: Device or resource busy"),
    ),
    ("bad-command", re.compile(r"\S+: unknown flag$|.*Usage:\s+\S*hdparm\b|hdparm - get/set hard")),
)


def hdparm_error(text: str) -> ToolError | None:
    """The error that a text without timings is, or None.

    `kind` is `too-small` (the device has less to read than hdparm takes at once), `permission`,
    `no-such-device` (also for what is no block device), `bad-command`, `not-running` (no hdparm),
    `lost-connection`, or `failed` for an I/O error. The first kind that any line has wins:
    hdparm complains about the flush of a file's buffers as well.
    """
    messages = [message for message in messages_of(text) if not message.startswith("bash: ")]
    for kind, pattern in _ERRORS:
        for message in messages:
            if pattern.match(message):
                return ToolError(kind, message)
    return shell_error(text)
