"""Checks of single values, each refusing in words a person can act on."""

import ipaddress
import re
from collections.abc import Callable

from exporter.config.problems import meant, readable

DURATION = r"(?:(\d{1,4})h)?(?:(\d{1,5})m)?(?:(\d{1,7}(?:\.\d{1,6})?)s)?(?:(\d{1,9})ms)?"
SHA256 = "[0-9A-Fa-f]{64}|[0-9A-Fa-f]{2}(:[0-9A-Fa-f]{2}){31}"
_UNITS = (3600.0, 60.0, 1.0, 0.001)
SHORTEST, LONGEST = 0.001, 3600.0
DECIMALS = 6
"""Of seconds: 700 times 0.001 and 7 times 0.1 are a little more than 0.7."""
_ENDPOINT = "127.0.0.1:10045, [::1]:10045 or :10045 for every address"
FLAGS = {"yes": True, "on": True, "no": False, "off": False}
_LABEL = re.compile(r"[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?")


def described(value: object) -> str:
    """What a value is, for a message: `the number 5`, `a list`, `"text"`."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"the number {readable(str(value))}"
    if isinstance(value, str):
        return f'"{readable(value)}"'
    if value is None:
        return "nothing"
    return "a mapping" if isinstance(value, dict) else "a list"


def matching(pattern: str, allowed: str) -> Callable[[str], str]:
    """A check that text has the form `pattern`; `allowed` says it in words."""
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise ValueError(f"{described(value)} is not allowed; allowed: {allowed}")
        return value

    return check


def sequence(example: str) -> Callable[[object], object]:
    """A check that a value is a list; `example` shows one."""

    def check(value: object) -> object:
        if not isinstance(value, list | tuple):
            raise ValueError(f"must be a list such as {example}, not {described(value)}")
        return value

    return check


def sha256(value: str) -> str:
    """A digest as `sha256sum` or `openssl x509 -fingerprint` prints it. Raises ValueError."""
    if not re.fullmatch(SHA256, value):
        allowed = "64 hexadecimal digits, in pairs with colons or without"
        raise ValueError(f"{described(value)} is no SHA-256; allowed: {allowed}")
    return value.replace(":", "").lower()


def flag(value: object) -> bool:
    """True or false, also in the words of YAML 1.1. Raises ValueError."""
    if isinstance(value, bool):
        return value
    if not isinstance(value, str) or value.lower() not in FLAGS:
        raise ValueError(f"{described(value)} is not allowed; allowed: true, false")
    return FLAGS[value.lower()]


def seconds(shortest: float, longest: float, allowed: str) -> Callable[[object], float]:
    """A check that a value is a time, of so many seconds; `allowed` says it in words."""

    def check(value: object) -> float:
        found = round(_seconds(value), DECIMALS)
        if shortest <= found <= longest:
            return float(found)
        hours = _days_in_hours(value)
        near = meant(hours) if hours and shortest <= _seconds(hours) <= longest else ""
        raise ValueError(f"{described(value)} is not allowed{near}; allowed: {allowed}")

    return check


def _days_in_hours(value: object) -> str | None:
    """`24h` for `1d`: the largest unit of a time is the hour."""
    match = re.fullmatch("([0-9]{1,3})d", value) if isinstance(value, str) else None
    return f"{24 * int(match[1])}h" if match else None


def _seconds(value: object) -> float:
    """Seconds of a number or of a time such as `1m30s`; negative for anything else."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    match = re.fullmatch(DURATION, value) if isinstance(value, str) else None
    if not match or not any(match.groups()):
        return -1.0
    parts = zip(match.groups(), _UNITS, strict=True)
    return sum(float(text) * unit for text, unit in parts if text)


def address(value: object) -> str:
    """An IP address or a host name as ssh takes it. Raises ValueError with what to do."""
    text = value if isinstance(value, str) else ""
    if _is_ip(text):
        return text
    labels = text.removesuffix(".").split(".")
    if len(text) <= 253 and not labels[-1].isdigit() and all(map(_LABEL.fullmatch, labels)):
        return text
    raise ValueError(f"{described(value)} is no address; {_address_hint(text)}")


def _address_hint(text: str) -> str:
    if "@" in text:
        return "the user has a key of its own: user"
    head, colon, tail = text.rpartition(":")
    if colon and tail.isdigit() and ":" not in head:
        return "the port has a key of its own: port"
    return "allowed: a host name or an IP address"


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def listen(value: object) -> str:
    """`host:port`, `[v6]:port` or `:port`. Raises ValueError."""
    match = re.fullmatch(r"(\[[^]]*\]|[^:]*):([0-9]{1,5})", str(value))
    if not match or not 1 <= int(match[2]) <= 65535:
        raise ValueError(f"{described(value)} is no host:port; allowed: {_ENDPOINT}")
    if match[1]:
        address(match[1].removeprefix("[").removesuffix("]"))
    return str(value)
