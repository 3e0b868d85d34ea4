"""The command `python`: nothing is executed but what stands for xenlens's own program."""

from collections.abc import Sequence
from pathlib import PurePosixPath

from collectors.onhost import DISK, GATE, HOST, READS
from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.faces.disk import xenlens_disk
from exporter.demo.faces.gate import xenlens_gate
from exporter.demo.faces.onhost import xenlens_host
from exporter.demo.faces.reads import xenlens_reads_of

_FLAGS = "BdEiOStuvx"
_USAGE = """\
usage: {name} [option] ... [-c cmd | -m mod | file | -] [arg] ...
Try `python -h' for more information.
"""
_TRACEBACK = """\
Traceback (most recent call last):
  File "{file}", line 1, in {place}
NotImplementedError: no program runs on a simulated host but {own}
"""
_OWN = f"{HOST}.py, {DISK}.py, {READS}.py and {GATE}.py"


def python(dom0: Dom0, argv: Sequence[str], stdin: str | None) -> Result:
    """Run a program, of which an installed one is never there. `stdin` is None until it ended."""
    version = _version(dom0, argv[0])
    words = list(argv[1:])
    while words and words[0].startswith("-") and words[0] != "-":
        option = words.pop(0)
        if option in ("-V", "--version"):
            text = f"Python {version}\n"
            return Result(text) if version.startswith("3") else Result(stderr=text)
        letters = option[1:].lstrip(_FLAGS)
        if letters.startswith("c"):
            code = letters[1:] or (words.pop(0) if words else None)
            return _refused(argv[0], "c") if code is None else _failed("<string>", version)
        if letters:
            return _refused(argv[0], letters[0])
    if words and words[0] != "-":
        missing = "[Errno 2] No such file or directory"
        return Result(stderr=f"{argv[0]}: can't open file '{words[0]}': {missing}\n", status=2)
    return _program(dom0, stdin, words[1:], version)


def _program(dom0: Dom0, text: str | None, words: Sequence[str], version: str) -> Result:
    """A program on standard input, which Python reads to its end before it runs any of it.

    xenlens's own are known by their names, which their texts contain.
    """
    if text is None:
        return HANGS
    if READS in text:
        return xenlens_reads_of(dom0, text, words)
    if DISK in text:
        return xenlens_disk(dom0, text, words)
    if GATE in text:
        return xenlens_gate(dom0, text, words)
    if HOST in text:
        return xenlens_host(dom0, text, words, version)
    return _failed("<stdin>", version) if text.strip() else Result()


def _version(dom0: Dom0, command: str) -> str:
    flavour = dom0.state.flavour
    is_3 = PurePosixPath(command).name == "python3"
    return flavour.python3 if is_3 and flavour.python3 else flavour.python


def _refused(name: str, letter: str) -> Result:
    what = "Argument expected for the -c option" if letter == "c" else f"Unknown option: -{letter}"
    return Result(stderr=f"{what}\n{_USAGE.format(name=name)}", status=2)


def _failed(file: str, version: str) -> Result:
    place = "?" if version.startswith("2.4") else "<module>"
    said = _TRACEBACK.format(file=file, place=place, own=_OWN)
    return Result(stderr=said, status=1)
