"""One run of one disk probe for a person, with what became of it."""

import time
from collections.abc import Callable

from collectors.disk_reasons import is_skip
from collectors.disk_records import DiskProbe
from collectors.host import Host
from exporter.cli.errors import FAILED, UNKNOWN
from exporter.cli.probe_advice import ADVICE
from exporter.cli.probe_record import Measurement, measurement
from exporter.cli.probe_stages import Overheard, Stages, shown
from exporter.config import Configuration
from exporter.disk.attempt import Means, attempt
from exporter.disk.holds import Holds
from exporter.disk.locks import lock_folder
from exporter.fleet import Fleet
from exporter.hosts import open_host
from exporter.hosts.settings import Settings
from exporter.outcome import Outcome

OpenHost = Callable[[str, Settings], Host]


class NotMeasured(Exception):
    """There are no figures: why, and what to do, in one line; `status` is the exit status."""

    def __init__(self, text: str, status: int) -> None:
        super().__init__(text)
        self.status = status


async def measured(
    configuration: Configuration,
    probe: DiskProbe,
    anyway: bool = False,
    open_host: OpenHost = open_host,
) -> Measurement:
    """Run a probe of the configuration once. Raises NotMeasured.

    Ended from outside, it ends what runs on the machine as well.
    """

    def opened(name: str, settings: Settings) -> Host:
        return Overheard(open_host(name, settings), lambda argv: stages.asked(argv))

    fleet = Fleet(configuration.targets(), time.time, opened)
    try:
        means = _means(fleet, configuration, anyway)
        stages = Stages(probe, means.patience_for(probe), means.budget, anyway)
        with shown(probe.name, stages):
            outcome = await attempt(means, probe)
    finally:
        await fleet.close()
    return _figures(outcome, probe, configuration.find(probe.host).pool)


def _means(fleet: Fleet, configuration: Configuration, anyway: bool) -> Means:
    """Raises NotMeasured where locks have no place."""
    try:
        folder = lock_folder()
    except OSError as error:
        raise NotMeasured(
            f"no place for locks: {error}; remove it, or set TMPDIR", FAILED
        ) from error
    return Means(fleet, Holds(), folder, configuration.scrape.timeout, anyway=anyway)


def _figures(outcome: Outcome, probe: DiskProbe, pool: str) -> Measurement:
    reason = outcome.reason
    if reason is None and outcome.reading is not None:
        at = outcome.at + outcome.seconds
        return measurement(probe, pool, outcome.reading.records[0], at)
    skipped = reason is not None and is_skip(reason)
    done = "was skipped" if skipped else "failed"
    why = " ".join(outcome.message.split())
    text = f"{probe.name} {done} ({reason}): {why}; {ADVICE.get(reason or '', ADVICE['failed'])}"
    raise NotMeasured(text, UNKNOWN if skipped else FAILED)
