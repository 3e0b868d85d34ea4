"""What a person types while a drill runs: a line is a mark, Ctrl-D the end."""

import asyncio
import codecs
import os
import re
import termios
import tty
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

CTRL_D, CTRL_U = "\x04", "\x15"
BACKSPACE = ("\x7f", "\b")
KEY_SEQUENCE = re.compile(r"\x1b(\[[0-9;]*[A-Za-z~]|O[A-Z])?")
"""Arrows and the like, as terminals send them."""
MOST = 4096
"""Bytes read at once."""


@dataclass(slots=True)
class Typed:
    """Keys become lines. `said` is told each that is not empty, `ended` that there are no more."""

    said: Callable[[str], None]
    ended: Callable[[], None]
    text: str = ""
    """The line so far."""
    _decoder: codecs.IncrementalDecoder = field(
        default_factory=lambda: codecs.getincrementaldecoder("utf-8")("replace")
    )

    def feed(self, data: bytes) -> None:
        """Take what was typed; nothing at all is the end of it."""
        for key in KEY_SEQUENCE.sub("", self._decoder.decode(data)):
            self._take(key)
        if not data:
            self._line()
            self.ended()

    def _take(self, key: str) -> None:
        if key in "\r\n":
            self._line()
        elif key == CTRL_D:
            self._line()
            self.ended()
        elif key == CTRL_U:
            self.text = ""
        elif key in BACKSPACE:
            self.text = self.text[:-1]
        elif key.isprintable():
            self.text += key

    def _line(self) -> None:
        text, self.text = self.text.strip(), ""
        if text:
            self.said(text)


@contextmanager
def listening(source: int | None, typed: Typed, keys: bool) -> Iterator[None]:
    """Feed what comes from a terminal or a pipe, as the loop runs; of other files nothing.

    With `keys`, a terminal gives each key as it is pressed, and does not show it.
    """
    if source is None or not _is_ours(source):
        yield
        return
    loop = asyncio.get_running_loop()

    def ready() -> None:
        data = os.read(source, MOST)
        if not data:
            loop.remove_reader(source)
        typed.feed(data)

    try:
        loop.add_reader(source, ready)
    except OSError:
        # epoll(7) takes neither plain files nor /dev/null: nobody types there. Or it is closed.
        yield
        return
    with _each_key(source, keys):
        try:
            yield
        finally:
            loop.remove_reader(source)


def is_terminal(source: int) -> bool:
    """Whether somebody may be typing there; a number that is not open is none."""
    return os.isatty(source)


def _is_ours(source: int) -> bool:
    """Whether it is open and, a terminal, that of a job in the foreground."""
    try:
        return not os.isatty(source) or os.tcgetpgrp(source) == os.getpgrp()
    except OSError:
        return False


@contextmanager
def _each_key(source: int, keys: bool) -> Iterator[None]:
    if not keys or not os.isatty(source):
        yield
        return
    before = termios.tcgetattr(source)
    tty.setcbreak(source)
    try:
        yield
    finally:
        termios.tcsetattr(source, termios.TCSADRAIN, before)
