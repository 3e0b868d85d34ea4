"""`python -m tests.fuzz.harness SUBJECT --runs N`: one subject under atheris, led by coverage.

Prints one line of JSON. Inputs that raise what is not declared are written to `--keep`.
"""

import json
import os
import sys
import time
import traceback
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from typing import Annotated

import atheris
import typer

with atheris.instrument_imports(include=["collectors", "exporter", "alerts"]):
    from tests.fuzz.damage import damaged
    from tests.fuzz.seeds import LONGEST, seeds
    from tests.fuzz.subjects import Subject, subjects

OWN_DAMAGE = 0.7
"""Share of the mutations that are ours; the others are libFuzzer's, which knows no lines."""


@dataclass(slots=True)
class Findings:
    """What came of the runs of one subject."""

    subject: str
    runs: int = 0
    refused: int = 0
    """Runs that ended with a declared error."""
    crashes: dict[str, int] = field(default_factory=dict)
    """Runs that raised anything else, by what was raised and where."""
    slowest: float = 0.0
    """Seconds of CPU of the slowest run."""
    slowest_bytes: int = 0
    seconds: float = 0.0
    """Seconds of CPU in all, mutation and coverage included."""


class Harness:
    """Counts runs, and ends the process after the last: libFuzzer's own end loses the count."""

    def __init__(self, subject: Subject, runs: int, keep: Path) -> None:
        self._subject = subject
        self._runs = runs
        self._keep = keep
        self._began = time.process_time()
        self.found = Findings(subject.name)

    def __call__(self, raw: bytes) -> None:
        """One run."""
        began = time.process_time()
        try:
            self.found.refused += isinstance(self._subject.try_to(raw), Exception)
        except Exception as error:  # noqa: BLE001  every kind is a finding
            self._crashed(error, raw)
        took = time.process_time() - began
        if took > self.found.slowest:
            self._slowest(min(took, self._again(raw), self._again(raw)), raw)
        self.found.runs += 1
        if self.found.runs >= self._runs:
            self._end()

    def _crashed(self, error: Exception, raw: bytes) -> None:
        where = traceback.extract_tb(error.__traceback__)[-1]
        name = f"{type(error).__name__} {Path(where.filename).name}:{where.lineno}"
        if name not in self.found.crashes:
            file = f"{self._subject.name}-{name.replace(' ', '-').replace(':', '-')}"
            (self._keep / file).write_bytes(raw)
        self.found.crashes[name] = self.found.crashes.get(name, 0) + 1

    def _again(self, raw: bytes) -> float:
        """Seconds of CPU of one more run: the first may have paid for something else."""
        began = time.process_time()
        with suppress(Exception):
            self._subject.try_to(raw)
        return time.process_time() - began

    def _slowest(self, took: float, raw: bytes) -> None:
        if took > self.found.slowest:
            self.found.slowest, self.found.slowest_bytes = took, len(raw)
            (self._keep / f"{self._subject.name}-slowest").write_bytes(raw)

    def _end(self) -> None:
        self.found.seconds = time.process_time() - self._began
        print(json.dumps(asdict(self.found)), flush=True)
        os._exit(0)


def main(
    subject: Annotated[str, typer.Argument(help="Its name.")],
    runs: Annotated[int, typer.Option(min=1)] = 10_000,
    seed: Annotated[int, typer.Option(min=1)] = 1,
    keep: Annotated[Path, typer.Option(help="A folder for inputs that are found.")] = Path(),
) -> None:
    """Fuzz one subject; the corpus is its seeds."""
    texts = seeds(subject)

    def mutate(raw: bytes, most: int, chance: int) -> bytes:
        random = Random(chance)
        if random.random() < OWN_DAMAGE:
            return damaged([raw, random.choice(texts)], random)[:most]
        return bytes(atheris.Mutate(raw, most))

    corpus = keep / f"{subject}-corpus"
    corpus.mkdir(exist_ok=True)
    for number, text in enumerate(texts):
        (corpus / f"seed-{number:03}").write_bytes(text)
    options = [f"-seed={seed}", f"-max_len={LONGEST}", "-timeout=60", "-rss_limit_mb=2048"]
    argv = [sys.argv[0], *options, "-verbosity=0", str(corpus)]
    atheris.Setup(argv, Harness(subjects()[subject], runs, keep), custom_mutator=mutate)
    atheris.Fuzz()


if __name__ == "__main__":
    typer.run(main)
