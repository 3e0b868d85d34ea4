"""Figures as people read them."""

_SIZES = ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB"))
_TIMES = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"))
ROUNDED_UP = 0.9995
"""From here on three digits round to 1: `999.7 µs` is `1 ms`."""
_PERIODS = (("h", 3600), ("min", 60), ("s", 1))
_SPANS = ((172800.0, 86400.0, "days"), (7200.0, 3600.0, "h"), (120.0, 60.0, "min"))


def size(number: float) -> str:
    """Bytes: `36.7 MiB`."""
    for unit, name in _SIZES:
        if number >= unit:
            return f"{number / unit:.1f} {name}"
    return f"{number:.0f} B"


def exact_size(number: int) -> str:
    """Bytes in the largest unit they are a whole number of: `128 MiB`, `1536 MiB`."""
    unit, name = next((one for one in _SIZES if number % one[0] == 0), (1, "B"))
    return f"{number // unit} {name}"


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


def period(seconds: float) -> str:
    """A length of time, exactly, in the largest unit it is a whole number of: `1 h`, `90 min`."""
    unit, size = next((one for one in _PERIODS if seconds % one[1] == 0), _PERIODS[-1])
    return f"{seconds / size:.12g} {unit}"


def operations(count: float | None) -> str:
    """Operations a second: `12,300`, `8.33`."""
    if count is None:
        return "unknown"
    return f"{count:,.0f}" if count >= 100 else f"{count:.3g}"


def percent(quantile: str) -> str:
    """A quantile as a share of the operations: `99.9 %`."""
    return f"{float(quantile) * 100:.6g} %"


def speed(bandwidth: float | None, iops: float | None, latency: float | None) -> str:
    """What is known of a disk's speed: `36.7 MiB/s, 9,391 IOPS, 833 µs mean latency`."""
    parts = (
        bandwidth is not None and per_second(bandwidth),
        iops is not None and f"{operations(iops)} IOPS",
        latency is not None and f"{seconds_text(latency)} mean latency",
    )
    return ", ".join(part for part in parts if part)
