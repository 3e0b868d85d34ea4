"""Random reads as xenlens_disk.py prints them: how many, how long, and each one's time."""

import math
from collections.abc import Sequence

from collectors.disk_reasons import DiskProbeFailed
from collectors.disk_records import Figures

QUANTILES = (0.5, 0.9, 0.95, 0.99)
_EXPECTED = "expected `seeks COUNT SECONDS` and a line of microseconds"


def seek_figures(text: str, block_size: int) -> Figures:
    """Operations a second and latencies in seconds. Raises DiskProbeFailed."""
    try:
        head, took = text.splitlines()
        word, count, seconds = head.split()
        times = sorted(float(one) / 1e6 for one in took.split())
        lasted = float(seconds)
        known = all(map(math.isfinite, (*times, lasted)))
        if word != "seeks" or len(times) != int(count) or not known:
            raise ValueError(head)
    except ValueError:
        raise DiskProbeFailed("unparsable", _EXPECTED) from None
    if not times or lasted <= 0:
        raise DiskProbeFailed("no_figures", "not one block was read in time")
    iops = len(times) / lasted
    quantiles = {f"{q:g}": _quantile(times, q) for q in QUANTILES}
    return Figures("read", iops, iops * block_size, sum(times) / len(times), quantiles)


def _quantile(times: Sequence[float], q: float) -> float:
    """The nearest rank: a time that was measured, not one in between."""
    return times[max(0, math.ceil(q * len(times)) - 1)]
