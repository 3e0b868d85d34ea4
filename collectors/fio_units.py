"""The numbers that fio prints, with its units (num2str.c, stat.c of 1.20 to 3.42).

Up to 2.16 a postfix counts in 1024 and carries no `i`; from 2.17 on `Ki` is 1024 and `k` is 1000.
The old postfixes lack `T`: what 2.16 calls `P` is 2^40. A run with `kb_base=1000` cannot be told
from others in the old texts; the default, 1024, is assumed.
"""

import re
from decimal import Decimal

_PLACES = {"nsec": -9, "usec": -6, "msec": -3, "sec": 0}

NUMBER = r"\d{1,20}(?:\.\d{1,20})?"
_AMOUNT = re.compile(
    rf"(?P<number>{NUMBER})\s?(?P<prefix>[kKMGTPE]?)(?P<binary>i?)(?P<unit>bit|B|b)?(?:/s(?:ec)?)?"
)
_COUNT = re.compile(rf"({NUMBER})\s?([kKMGTPE]?)")
_NEW = {prefix: power for power, prefix in enumerate("_kMGTPE")} | {"": 0, "K": 1}
_OLD = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4, "P": 4, "E": 5}


def amount(text: str, *, old: bool) -> float:
    """Bytes, or bytes per second, of `83.8MiB/s`, `65650 B/s`, `1439.5Mbit/s`. Raises ValueError.

    `old` are the texts up to 2.16, where `KB` is 1024 bytes.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    base = 1024 if old or match["binary"] else 1000
    powers = _NEW if match["binary"] or not old else _OLD
    size: float = float(match["number"]) * base ** powers[match["prefix"]]
    return size / 8 if match["unit"] in ("bit", "b") else size


def count(text: str) -> float:
    """A number of I/Os as printed: `9391`, `21.4k`, `5699K`, `1.2M`. Raises ValueError."""
    match = _COUNT.fullmatch(text.strip())
    if match is None:
        raise ValueError(text)
    thousands: int = 1000 ** _NEW[match[2]]
    return float(match[1]) * thousands


def number(text: str) -> float:
    """A plain number that is neither negative nor `nan`. Raises ValueError."""
    if not re.fullmatch(NUMBER, text.strip()):
        raise ValueError(text)
    return float(text)


def seconds(value: float, unit: str) -> float:
    """Seconds of a time in `nsec`, `usec`, `msec` or `sec`, in the digits that were printed."""
    exact: Decimal = Decimal(str(value)).scaleb(_PLACES[unit])
    return float(exact)


def mean(value: float, unit: str) -> float | None:
    """A mean latency in seconds; None for 0, which fio prints where nothing was measured."""
    return seconds(value, unit) if value > 0 else None


def percentile(percent: str) -> str | None:
    """The name of a percentile, `99.000000` as `99.0`; None for fio's fillers (`0.00`)."""
    if not re.fullmatch(NUMBER, percent.strip()) or not 0 < float(percent) <= 100:
        return None
    return str(float(percent))
