"""fio's command line on a simulated host: one job that reads."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Version = tuple[int, ...]
JSON_SINCE: Version = (2, 0, 10)
ENGINES = ("sync", "psync", "libaio")
_JOB_OPTIONS = (
    "name", "filename", "size", "rw", "bs", "ioengine", "iodepth", "direct", "sync", "invalidate",
    "rate", "runtime", "thread", "group_reporting", "overwrite", "randrepeat",
    "allow_file_create", "fallocate", "fsync",
)  # fmt: skip
_OWN_OPTIONS = ("readonly", "eta", "max-jobs")
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_SIZE = re.compile(r"(\d+)(|k|m|g)(?:i?b)?")


class FioError(Exception):
    """fio ends with status 1; the text is all it says, line by line."""


@dataclass(frozen=True, slots=True)
class Job:
    """What is read. Sizes in bytes, `rate` in bytes a second, `runtime` in seconds."""

    name: str
    filename: str
    size: int
    rw: str = "read"
    block: int = 4096
    engine: str = "sync"
    depth: int = 1
    rate: int | None = None
    runtime: int | None = None
    thread: bool = False
    as_json: bool = False
    options: Mapping[str, str] = field(default_factory=dict)
    """As they were given, without those of fio itself."""


def read_job(version: Version, argv: Sequence[str]) -> Job:
    """The job of a command line. Raises FioError."""
    given = [_option(version, argv[0], word) for word in argv[1:]]
    options = {name: value for name, value in given if name in _JOB_OPTIONS}
    own = {name: value for name, value in given if name not in _JOB_OPTIONS}
    if "name" not in options:
        raise FioError("No jobs(s) defined\n" if version < (3,) else "No job(s) defined\n")
    if options.get("rw", "read") not in ("read", "randread"):
        raise FioError("fio: only reads are simulated")
    output = own.get("output-format", "normal")
    if output not in ("normal", "json") or "minimal" in own:
        raise FioError("fio: only normal output and JSON are simulated")
    return _job(version, options, as_json=output == "json")


def _option(version: Version, program: str, word: str) -> tuple[str, str]:
    name, _, value = word.removeprefix("--").partition("=")
    if not word.startswith("--"):
        said = f"fio: unable to open '{word}' job file"
        raise FioError("fopen job file: No such file or directory" if version < (3,) else said)
    known = (*_JOB_OPTIONS, *_OWN_OPTIONS, "minimal", "terse-version")
    if name not in known and not (name == "output-format" and version >= JSON_SINCE):
        said = f"{program}: unrecognized option '{word}'"
        raise FioError(said if version < (3,) else f"{said}\n{said}")
    return name, value


def _job(version: Version, options: Mapping[str, str], *, as_json: bool) -> Job:
    engine = options.get("ioengine", "sync" if version < (3,) else "psync")
    if engine not in ENGINES:
        raise FioError(f"fio: engine {engine} not loadable\nfio: failed to load engine")
    if "filename" not in options or "size" not in options:
        raise FioError("fio: only jobs with filename and size are simulated")
    runtime = options.get("runtime")
    return Job(
        options["name"],
        options["filename"],
        _number("size", options["size"]),
        options.get("rw", "read"),
        _number("bs", options.get("bs", "4k")),
        engine,
        _number("iodepth", options.get("iodepth", "1")) if engine == "libaio" else 1,
        _number("rate", options["rate"]) if "rate" in options else None,
        _number("runtime", runtime.removesuffix("s")) if runtime else None,
        "thread" in options,
        as_json,
        options,
    )


def _number(name: str, text: str) -> int:
    match = _SIZE.fullmatch(text.lower())
    if match is None or not int(match[1]):
        raise FioError(f"fio: failed parsing {name}={text}")
    return int(match[1]) * _UNITS[match[2]]
