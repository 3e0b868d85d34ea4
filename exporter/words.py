"""Figures as people read them."""

_SIZES = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
ROUNDED_UP = 0.9995
"""From here on three digits round to 1: `999.7 µs` is `1 ms`."""
_SPANS = ((172800.0, 86400.0, "days"), (7200.0, 3600.0, "h"), (120.0, 60.0, "min"))


def size(number: float) -> str:
    """Bytes: `36.7 MiB`."""
    for unit, name in _SIZES:
        if number >= unit:
            return f"{number / unit:.1f} {name}"
    return f"{number:.0f} B"


def per_second(number: float | None) -> str:
    """Bytes a second: `36.7 MiB/s`."""
    return "unknown" if number is None else f"{size(number)}/s"


def seconds_text(number: float | None) -> str:
    """A short time: `833 µs`, `12.5 ms`."""
    if number is None:
        return "unknown"
    for unit, name in _TIMES:
        if number >= ROUNDED_UP * unit:
            return f"{number / unit:.3g} {name}"
    return f"{number * 1e9:.0f} ns"


def duration(seconds: float) -> str:
    """A long time: `40 s`, `5 min`, `3 h`, `2 days`."""
    for least, unit, name in _SPANS:
        if seconds >= least:
            return f"{seconds / unit:.0f} {name}"
    return f"{max(0.0, seconds):.0f} s"
