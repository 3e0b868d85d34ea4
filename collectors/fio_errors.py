"""Error messages of fio, told from data and sorted by what is to be done about them.

fio names an errno three ways: `err=28` of a job or a process, the libc's sentence
(`error=No space left on device`), and sentences of its own.
"""

import re

from collectors.captured import messages_of, shell_error
from collectors.parsing import ToolError

_SAYS_FIO = re.compile(
    r"(?:\S*/)?fio: |.{0,200}: \(groupid=.{0,40}err=\s*[1-9]"
    r"|.{0,80}: you need to|Bad option |No jobs?\b"
)
_KINDS = (
    ("no-space", r"No space left on device|ENOSPC|Disk quota exceeded|EDQUOT|err=\s*(?:28|122)\b"),
    ("no-such-engine", r"engine \S+ not loadable|failed (?:to load engine|parsing ioengine=)"),
    (
        "no-such-engine",
        r"(?:kernel|host) doesn't support io_uring|engine .*not (?:available|built)",
    ),
    (
        "read-only",
        r"Read-only file system|due to read-only|fio is in read-only|with the --readonly"
        r"|err=\s*30\b",
    ),
    ("permission", r"Permission denied|Operation not permitted|err=\s*(?:1|13)\b"),
    (
        "bad-command",
        r"unrecognized option|invalid option|requires an argument|option requires|Bad option"
        r"|failed parsing |Did you mean|No jobs?(?:\(s\))? defined|outside of \[\] job section"
        r"|bad (?:option|terse version)|unable to open '.*' job file|you need to specify"
        r"|option .* (?:is )?(?:not supported|unknown)",
    ),
    ("no-such-object", r"No such (?:file or directory|device)|err=\s*(?:2|6|19)\b"),
    (
        "failed",
        r"err=\s*[1-9]|error=|jobs? failed to start|exited with|got signal|hasn't exited"
        r"|disappeared"
        r"|terminating on signal|io engine \S* ?init failed|failed|can't |cannot |unable to |OOM"
        r"|does not support|doesn't support|io_u error|refusing|too large|not allowed|Aborting",
    ),
)
_PATTERNS = tuple((kind, re.compile(pattern)) for kind, pattern in _KINDS)
_NOTES = re.compile(
    r"(?:\S*/)?fio: (?:cache invalidation of|this platform|note\b|file \S+ failed allocating"
    r"|posix_fallocate|first direct|set debug|only root may flush|cannot pre-read files with"
    r"|os or kernel doesn't support IO scheduler|job .* dropped|time_based requires)"
)


def fio_failure(text: str) -> ToolError | None:
    """The error that fio, or the shell that looked for it, printed (stdout and stderr), or None.

    `kind` is `no-space`, `no-such-engine`, `read-only`, `permission`, `bad-command`,
    `no-such-object`, `not-running` (no fio), `lost-connection`, or `failed` for all else. The
    first kind in this order that any line has wins: a full disk is also a job that failed.
    """
    said = [line for line in messages_of(text) if _SAYS_FIO.match(line) and not _NOTES.match(line)]
    for kind, pattern in _PATTERNS:
        for line in said:
            if pattern.search(line):
                return ToolError(kind, line)
    return shell_error(text)
