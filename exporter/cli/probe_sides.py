"""What the names on the command line of `xenlens probe` mean: probes, or measurements kept."""

import asyncio
from functools import cached_property
from pathlib import Path

from collectors.disk_records import DiskProbe
from exporter.cli.probe_compare import Sides, mismatch
from exporter.cli.probe_record import Measurement, read_measurement
from exporter.cli.probe_run import measured
from exporter.config import Configuration, default_path, load
from exporter.config.problems import nearest, readable


class Unusable(Exception):
    """What was asked for cannot be done: why, in one line."""


class Known:
    """The disk probes of a configuration that is read when it is needed."""

    def __init__(self, config: Path | None) -> None:
        self._config = config

    @cached_property
    def configuration(self) -> Configuration:
        """Raises ConfigError."""
        return load(default_path(self._config))

    def probe(self, name: str) -> DiskProbe:
        """The disk probe of this name. Raises Unusable and ConfigError."""
        by_name = {probe.name: probe for probe in self.configuration.disk_probes()}
        if name in by_name:
            return by_name[name]
        if not by_name:
            raise Unusable(f"{self.configuration.file} has no disk_probes: describe one there")
        there = f"there are: {', '.join(by_name)}"
        raise Unusable(f'unknown probe "{readable(name)}"{nearest(name, by_name)}; {there}')

    def side(self, word: str) -> DiskProbe | Measurement:
        """A file that is there, else a probe. Raises Unusable, NotReadable and ConfigError."""
        if "/" in word or word.endswith(".json"):
            if _is_there(Path(word)):
                return read_measurement(Path(word))
            if "/" in word:
                raise Unusable(f"{word}: no such file; write it with xenlens probe run NAME --json")
        return self.probe(word)

    def measured(self, side: DiskProbe | Measurement, anyway: bool) -> Measurement:
        """A run of the probe, unless it is measured. Raises NotMeasured and ConfigError."""
        if isinstance(side, Measurement):
            return side
        return asyncio.run(measured(self.configuration, side, anyway))


def both_sides(known: Known, words: tuple[str, str], anyway: bool) -> Sides:
    """Both measurements, made one after the other where they are not kept.

    Raises Unusable for two that cannot be compared, before anything is run where that is known,
    and what `Known` raises.
    """
    a, b = (known.side(word) for word in words)
    _refuse(mismatch(a, b))
    done_a, done_b = (known.measured(side, anyway) for side in (a, b))
    _refuse(mismatch(done_a, done_b))
    return Sides(words[0], done_a, words[1], done_b)


def _is_there(file: Path) -> bool:
    """Raises Unusable where that may not be looked at."""
    try:
        return file.exists()
    except OSError as error:
        raise Unusable(f"{file}: cannot be read: {error.strerror}") from error


def _refuse(why: str | None) -> None:
    if why is not None:
        raise Unusable(f"they cannot be compared: {why}")
