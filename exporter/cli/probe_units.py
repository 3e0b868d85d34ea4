"""Words that only the tables of disk probes need; the others are in exporter.words."""

_TIMES = (("h", 3600), ("min", 60), ("s", 1))


def operations(count: float | None) -> str:
    """Operations a second: `12,300`, `8.33`."""
    if count is None:
        return "unknown"
    return f"{count:,.0f}" if count >= 100 else f"{count:.3g}"


def period(seconds: float) -> str:
    """A length of time, exactly, in the largest unit it is a whole number of: `1 h`, `90 min`."""
    unit, size = next((one for one in _TIMES if seconds % one[1] == 0), _TIMES[-1])
    return f"{seconds / size:.12g} {unit}"


def percent(quantile: str) -> str:
    """A quantile as a share of the operations: `99.9 %`."""
    return f"{float(quantile) * 100:.6g} %"
