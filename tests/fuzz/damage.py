"""What happens to a text on its way: cut, mixed, doubled, garbled. All of it by a given chance."""

import re
from collections.abc import Callable, Sequence
from random import Random

Damage = Callable[[bytes, bytes, Random], bytes]
"""Damages the first text; the second is another output of the same kind."""

HUGE = (b"9" * 400, b"-1", b"1e999", b"0x7fffffffffffffff", b"18446744073709551616", b"\xd9\xa3")
ENCODINGS = ("utf-16", "utf-32-le", "cp500", "utf-8-sig")


def lines_lost(text: bytes, other: bytes, chance: Random) -> bytes:
    """Some lines in a row are not there."""
    lines = text.splitlines(keepends=True)
    start, end = _span(len(lines), chance)
    return b"".join(lines[:start] + lines[end:])


def lines_doubled(text: bytes, other: bytes, chance: Random) -> bytes:
    """Some lines in a row are there twice, or many times."""
    lines = text.splitlines(keepends=True)
    start, end = _span(len(lines), chance)
    return b"".join(lines[:end] + lines[start:end] * chance.choice((1, 1, 40)) + lines[end:])


def lines_swapped(text: bytes, other: bytes, chance: Random) -> bytes:
    """Two lines change places."""
    lines = text.splitlines(keepends=True)
    if lines:
        one, two = chance.randrange(len(lines)), chance.randrange(len(lines))
        lines[one], lines[two] = lines[two], lines[one]
    return b"".join(lines)


def cut_off(text: bytes, other: bytes, chance: Random) -> bytes:
    """The end is missing, or the beginning."""
    at = chance.randint(0, len(text))
    return text[:at] if chance.random() < 0.8 else text[at:]


def bytes_flipped(text: bytes, other: bytes, chance: Random) -> bytes:
    """Some bytes are others."""
    changed = bytearray(text)
    for _ in range(chance.randint(1, 4) if changed else 0):
        changed[chance.randrange(len(changed))] = chance.randrange(256)
    return bytes(changed)


def columns_cut(text: bytes, other: bytes, chance: Random) -> bytes:
    """A terminal was too narrow: every line, or one of them, ends at a column."""
    lines, column = text.split(b"\n"), chance.randint(0, 90)
    one = chance.choice((None, chance.randrange(len(lines))))
    return b"\n".join(
        line[:column] if one in (None, number) else line for number, line in enumerate(lines)
    )


def number_replaced(text: bytes, other: bytes, chance: Random) -> bytes:
    """One number is one that nobody expects."""
    found = list(re.finditer(rb"\d+", text))
    if not found:
        return text
    number = chance.choice(found)
    return text[: number.start()] + chance.choice(HUGE) + text[number.end() :]


def nul_added(text: bytes, other: bytes, chance: Random) -> bytes:
    """Bytes of zero, or a control sequence, stand somewhere."""
    at = chance.randint(0, len(text))
    return text[:at] + chance.choice((b"\0", b"\0" * 512, b"\x1b[2J", b"\r", b"\xff")) + text[at:]


def encoded(text: bytes, other: bytes, chance: Random) -> bytes:
    """The text is in another encoding."""
    return text.decode(errors="replace").encode(chance.choice(ENCODINGS), errors="replace")


def interleaved(text: bytes, other: bytes, chance: Random) -> bytes:
    """Two outputs were printed at the same time, line by line or byte by byte into one another."""
    if chance.random() < 0.3:
        at = chance.randint(0, len(text))
        return text[:at] + other[: chance.randint(0, len(other))] + text[at:]
    ours, theirs = text.splitlines(keepends=True), other.splitlines(keepends=True)
    mixed = []
    while ours and theirs:
        mixed.append((ours if chance.random() < 0.5 else theirs).pop(0))
    return b"".join(mixed + ours + theirs)


KINDS: tuple[Damage, ...] = (
    lines_lost,
    lines_doubled,
    lines_swapped,
    cut_off,
    bytes_flipped,
    columns_cut,
    number_replaced,
    nul_added,
    encoded,
    interleaved,
)
"""Every kind of damage."""


def damaged(texts: Sequence[bytes], chance: Random, most: int = 3) -> bytes:
    """One of the texts, damaged one to `most` times."""
    text = chance.choice(texts)
    for _ in range(chance.randint(1, most)):
        text = chance.choice(KINDS)(text, chance.choice(texts), chance)
    return text


def _span(count: int, chance: Random) -> tuple[int, int]:
    start = chance.randint(0, count)
    return start, min(count, start + chance.choice((1, 1, 2, 5, 20)))
