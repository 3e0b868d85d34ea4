"""What a run of fio measures on a simulated disk. Times are in nanoseconds but for `runtime`."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from exporter.demo.arrays import Array
from exporter.demo.devices import Device
from exporter.demo.faces.fio_options import Job
from exporter.demo.latencies import Latencies
from exporter.demo.speeds import Access, Speed, speed_of

PERCENTILES = (1, 5, 10, 20, 30, 40, 50, 60, 70, 80, 90, 95, 99, 99.5, 99.9, 99.95, 99.99)
DEPTHS = (1, 2, 4, 8, 16, 32, 64)
_LIMITS = (2, 4, 10, 20, 50, 100, 250, 500, 750, 1000)
_UNITS = {"n": (1, _LIMITS), "u": (1000, _LIMITS), "m": (1_000_000, (*_LIMITS, 2000))}
_SUBMISSION = Latencies(10e-6, 0.25)
_SEVERAL = 2
_SAMPLE = 500
"""Milliseconds between two samples of the bandwidth."""
_FINE = 6
"""Bits that a latency keeps in fio's histogram (its FIO_IO_U_PLAT_BITS)."""


@dataclass(frozen=True, slots=True)
class Spread:
    """Least, greatest, mean and standard deviation of single operations."""

    least: float
    most: float
    mean: float
    deviation: float

    def plus(self, other: "Spread") -> "Spread":
        """Of one thing after the other."""
        deviation = (self.deviation**2 + other.deviation**2) ** 0.5
        least, most = self.least + other.least, self.most + other.most
        return Spread(least, most, self.mean + other.mean, deviation)


def sampled(mean: float, count: int) -> Spread:
    """What was seen in so many looks on the way: none, one, or several that differ a little."""
    if count < _SEVERAL:
        return Spread(mean * count, mean * count, mean * count, 0.0)
    return Spread(mean * 0.96, mean * 1.03, mean, mean * 0.02)


@dataclass(frozen=True, slots=True)
class Outcome:
    """One job that ended well."""

    job: Job
    device: Device
    ended: datetime
    pid: int
    ios: int
    runtime: int
    """Milliseconds."""
    completion: Latencies

    @property
    def io_bytes(self) -> int:
        """Bytes that were read."""
        return self.ios * self.job.block

    @property
    def bandwidth(self) -> int:
        """Bytes a second."""
        return self.io_bytes * 1000 // self.runtime

    @property
    def samples(self) -> int:
        """How often the bandwidth was looked at on the way."""
        return self.runtime // _SAMPLE

    @property
    def slat(self) -> Spread | None:
        """Until the kernel had taken an operation; only where that is apart from the rest."""
        return _spread(_SUBMISSION, self.ios) if self.job.engine == "libaio" else None

    @property
    def clat(self) -> Spread:
        """From then on until it was complete."""
        return _spread(self.completion, self.ios)

    @property
    def lat(self) -> Spread:
        """Both together."""
        return self.clat.plus(self.slat or Spread(60, 900, 130, 40))

    def percentiles(self, unit: int) -> Iterator[tuple[float, int]]:
        """Of the completion latency, in units of so many nanoseconds, as fio's histogram has it."""
        for percentile in PERCENTILES:
            value = int(self.completion.quantile(percentile / 100) * 1e9 / unit)
            bits = max(0, value.bit_length() - 1 - _FINE)
            yield percentile, (value >> bits << bits) + (1 << bits >> 1)

    def distribution(self, unit: str) -> Mapping[str, float]:
        """Percent of operations by their time in `n`, `u` or `m` seconds, up to each limit."""
        size, limits = _UNITS[unit]
        shares, before = {}, self._share(size if size > 1 else 0)
        for limit in limits:
            now = self._share(limit * size)
            shares[str(limit)] = max(0.0, now - before)
            before = max(before, now)
        if unit == "m":
            shares[f">={limits[-1]}"] = 100 - before
        return {name: self._whole(share) for name, share in shares.items()}

    def depths(self) -> Mapping[str, float]:
        """Percent of operations by how many were under way: the queue fills up one by one."""
        shares = dict.fromkeys([str(depth) for depth in DEPTHS[:-1]] + [">=64"], 0.0)
        left, depth = self.ios, 1
        while depth < self.job.depth and left > depth:
            shares[str(depth) if depth < 64 else ">=64"] = max(0.1, depth * 100 / self.ios)
            left, depth = left - depth, depth * 2
        shares[str(depth) if depth < 64 else ">=64"] = left * 100 / self.ios
        return shares

    def _whole(self, percent: float) -> float:
        """That of a whole number of operations; of a few in very many it is told as 0.01."""
        share = round(percent * self.ios / 100) * 100 / self.ios
        return max(0.01, share) if share else 0.0

    def _share(self, nanoseconds: float) -> float:
        return 100 * self.completion.share_below(nanoseconds / 1e9) if nanoseconds else 0.0


def outcome_of(
    job: Job, device: Device, arrays: Mapping[str, Array], now: float, ended: datetime, pid: int
) -> Outcome:
    """Read `size` bytes, or as much as the runtime lets."""
    access = Access(job.rw == "randread", job.block, job.depth)
    speed = speed_of(arrays, device, access, now)
    iops = min(speed.iops, job.rate / job.block) if job.rate else speed.iops
    ios = max(1, min(job.size, device.size) // job.block)
    if job.runtime:
        ios = max(1, min(ios, int(iops * job.runtime)))
    runtime = max(1, round(ios / iops * 1000))
    return Outcome(job, device, ended, pid, ios, runtime, _completion(job, speed))


def _completion(job: Job, speed: Speed) -> Latencies:
    whole = speed.latencies
    taken = _SUBMISSION.mean if job.engine == "libaio" else 0.0
    return Latencies(whole.mean - taken, whole.spread)


def _spread(latencies: Latencies, count: int) -> Spread:
    edge = 1 / (count + 1)
    least, most = latencies.quantile(edge), latencies.quantile(1 - edge)
    return Spread(least * 1e9, most * 1e9, latencies.mean * 1e9, latencies.deviation * 1e9)
