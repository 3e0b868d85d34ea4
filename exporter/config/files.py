"""Paths in a configuration: relative to its own folder, and really there."""

import os
import stat
from pathlib import Path
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    PlainSerializer,
    ValidationInfo,
    WithJsonSchema,
)

from exporter.config.problems import readable
from exporter.config.values import described

_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def _located(value: object, info: ValidationInfo) -> Path:
    """A path with `~` expanded, relative to the folder given as validation context."""
    if isinstance(value, Path):
        return value
    if not isinstance(value, str) or not value or "\0" in value:
        raise ValueError(f"{described(value)} is no path; allowed: the path of a file")
    return Path(info.context or Path(), os.path.expanduser(value))


def _status(path: Path) -> os.stat_result:
    try:
        status = path.stat()
    except OSError as error:
        raise ValueError(f"{readable(str(path), 300)}: {error.strerror}") from None
    if not os.access(path, os.R_OK):
        raise ValueError(f"{readable(str(path), 300)}: not readable by this user")
    return status


def _present(path: Path) -> Path:
    _status(path)
    return path


def _file(path: Path) -> Path:
    if not stat.S_ISREG(_status(path).st_mode):
        raise ValueError(f"{readable(str(path), 300)}: not a file")
    return path


def private(path: Path) -> Path:
    """A secret open to others is refused, as OpenSSH does with a user's own key.

    The group may read what is root's, of another user: so systemd and Kubernetes hand out secrets.
    Raises ValueError, with what to do.
    """
    status = _status(_file(path))
    handed_out = status.st_uid == 0 != os.geteuid()
    open_to = _OTHERS & ~stat.S_IRGRP if handed_out else _OTHERS
    if status.st_mode & open_to:
        shown = readable(str(path), 300)
        raise ValueError(f"{shown}: open to other users; run: chmod 600 {shown}")
    return path


_as_text = (PlainSerializer(str, return_type=str), WithJsonSchema({"type": "string"}))

KeyFile = Annotated[
    Path, BeforeValidator(_located), AfterValidator(private), _as_text[0], _as_text[1]
]
"""A private key only its owner can read, or the group of one that is root's."""

Written = Annotated[Path, BeforeValidator(_located), _as_text[0], _as_text[1]]
"""A file that xenlens makes, or that need not be there."""

PasswordFile = KeyFile
"""A file with a password, as private as a key."""

PlainFile = Annotated[
    Path, BeforeValidator(_located), AfterValidator(_file), _as_text[0], _as_text[1]
]
"""A file that this user can read; others may, too."""

KnownHosts = PlainFile
"""A known_hosts file of OpenSSH."""

Captures = Annotated[
    Path, BeforeValidator(_located), AfterValidator(_present), _as_text[0], _as_text[1]
]
"""A file or a folder of captured outputs."""
