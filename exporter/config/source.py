"""Reads a YAML file into plain data that still knows on which line every key stands."""

import os
import stat
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from exporter.config.problems import ConfigError, KeyPath, Problem, readable
from exporter.config.syntax import Forbidden, compose
from exporter.config.walk import Place, Walk

MAX_BYTES = 1024 * 1024
"""A pool of 16 hosts with every option written out is about 10 kB."""


@dataclass(frozen=True, slots=True)
class Source:
    """The data of a file, the place of each key, and what is wrong before any meaning."""

    data: object
    places: Mapping[KeyPath, Place]
    problems: Sequence[Problem]

    def known(self, path: KeyPath) -> KeyPath:
        """The longest part of `path` that is written in the file."""
        while path and path not in self.places:
            path = path[:-1]
        return path

    def line(self, path: KeyPath) -> int:
        """The line of `path`, or of the nearest key around it."""
        place = self.places.get(self.known(path))
        return place.line if place else 1


def read(file: Path) -> bytes:
    """The bytes of `file`, one more than allowed at most. Raises ConfigError."""
    shown = readable(str(file), 300)
    try:
        with open(file, "rb", opener=_at_once) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
                raise ConfigError((f"{shown}: not a file",))
            return stream.read(MAX_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError((f"{shown}: cannot be read: {reason}",)) from None


def _at_once(path: str, flags: int) -> int:
    """Open without waiting for the other end of a named pipe, or for a device."""
    return os.open(path, flags | os.O_NONBLOCK)


def parse(raw: bytes, name: str) -> Source:
    """Read YAML from bytes; `name` stands in messages. Raises ConfigError."""
    walk = Walk()
    try:
        if len(raw) > MAX_BYTES:
            raise Forbidden(f"larger than {MAX_BYTES // 1024} KiB", 0)
        node = compose(raw)
        data = {} if node is None else walk.value(node, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        said = readable(_said(error), 200)
        raise ConfigError((f"{readable(name, 300)}:{line}: {said}",)) from None
    return Source(data, walk.places, tuple(walk.problems))


def _said(error: yaml.MarkedYAMLError) -> str:
    problem = error.problem or ""
    if isinstance(error, Forbidden):
        return problem
    return (
        f"not YAML: {error.context} {problem}" if problem[:4] == "but " else f"not YAML: {problem}"
    )
