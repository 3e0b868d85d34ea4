"""Times as playbooks and Prometheus' rules write them: `10s`, `5m`, `1h30m`, `1d`."""

import re

_UNITS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_PART = re.compile(r"(\d+)(ms|[dhms])")


def seconds(text: object) -> float:
    """A duration in seconds. Raises ValueError."""
    if isinstance(text, int | float) and not isinstance(text, bool):
        return float(text)
    parts = _PART.findall(text) if isinstance(text, str) else []
    if not parts or "".join(number + unit for number, unit in parts) != text:
        raise ValueError(f"{text!r} is no time; write such as 10s, 5m or 1h")
    return sum(int(number) * _UNITS[unit] for number, unit in parts)


def shown(seconds: float) -> str:
    """A duration for people: `1 h 30 min`, `42 s`, `0.3 s`."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 and seconds % 1 else f"{seconds:.0f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
