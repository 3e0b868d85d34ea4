"""Small programs with which files and the time are read: `date`, `grep`, `stat`, `tail`, `wc`."""

import re
from collections.abc import Sequence

from exporter.demo import packages
from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.files import file_text
from exporter.demo.log_files import inode_of
from exporter.demo.sysfs import BLOCK, link_end

_DATE = re.compile(r"%([sNz])")
_NO_FILE = "No such file or directory"


def date(dom0: Dom0, argv: Sequence[str]) -> Result:
    """`date +FORMAT` with %s, %N and %z; the host is in UTC."""
    if len(argv) != 2 or not argv[1].startswith("+"):
        return Result(stderr="date: only +FORMAT is simulated\n", status=1)
    seconds, _, fraction = f"{dom0.model.unix(dom0.now):.9f}".partition(".")
    values = {"s": seconds, "N": fraction, "z": "+0000"}
    return Result(_DATE.sub(lambda match: values[match[1]], argv[1][1:]) + "\n")


def stat(dom0: Dom0, argv: Sequence[str]) -> Result:
    """`stat -c %N` of links in sysfs, `stat -c '%i %s %n'` of logs, and what packages know."""
    known = {"%N": _link, "%i %s %n": _log}
    if argv[1:2] != ["-c"] or argv[2] not in known:
        return packages.stat(dom0, argv)
    lines = {path: known[argv[2]](dom0, path) for path in argv[3:]}
    missing = (
        f"stat: cannot stat '{path}': {_NO_FILE}\n" for path, line in lines.items() if not line
    )
    complaints = "".join(missing)
    shown = "".join(f"{line}\n" for line in lines.values() if line)
    return Result(shown, complaints, int(bool(complaints)))


def _link(dom0: Dom0, path: str) -> str | None:
    match = BLOCK.fullmatch(path)
    end = link_end(dom0, match[1]) if match else None
    return f"'{path}' -> '{end}'" if end else None


def _log(dom0: Dom0, path: str) -> str | None:
    inode, text = inode_of(dom0, path), file_text(dom0, path)
    return None if inode is None or text is None else f"{inode} {len(text)} {path}"


def tail(dom0: Dom0, argv: Sequence[str]) -> Result:
    """`tail -c +BYTE FILE`: from that byte on, the first is 1."""
    match list(argv[1:]):
        case ["-c", place, path] if re.fullmatch(r"\+\d+", place):
            text = file_text(dom0, path)
            if text is None:
                said = f"tail: cannot open '{path}' for reading: {_NO_FILE}\n"
                return Result(stderr=said, status=1)
            return Result(text[max(0, int(place) - 1) :])
    return Result(stderr="tail: only -c +BYTE FILE is simulated\n", status=1)


def wc(argv: Sequence[str], stdin: str | None) -> Result:
    """`wc -c` of standard input."""
    if list(argv[1:]) != ["-c"]:
        return Result(stderr="wc: only -c of standard input is simulated\n", status=1)
    return HANGS if stdin is None else Result(f"{len(stdin)}\n")


def grep(dom0: Dom0, argv: Sequence[str]) -> Result:
    """`grep -H TEXT FILE…`: lines that contain a text, each with its file."""
    if len(argv) < 4 or argv[1] != "-H":
        return Result(stderr="grep: only -H TEXT FILE… is simulated\n", status=2)
    texts = {path: file_text(dom0, path) for path in argv[3:]}
    missing = (f"grep: {path}: {_NO_FILE}\n" for path, text in texts.items() if text is None)
    complaints = "".join(missing)
    lines = [
        f"{path}:{line}\n"
        for path, text in texts.items()
        for line in (text or "").splitlines()
        if argv[2] in line
    ]
    return Result("".join(lines), complaints, 2 if complaints else int(not lines))


def grown(dom0: Dom0, arguments: Sequence[str]) -> Result:
    """The line `GROWN` of a drill: the size of `$1`, then its bytes behind the first `$2`."""
    _, path, known = arguments
    text = file_text(dom0, path)
    if text is None:
        return Result(stderr=f"log: {path}: {_NO_FILE}\n", status=1)
    begun = int(known) if int(known) <= len(text) else 0
    return Result(f"{len(text)}\n{text[begun:]}")
