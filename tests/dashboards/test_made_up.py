"""Panels about what the demo does not have: their queries, over samples that are made up."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.labs.alerting import alerting
from tests.labs.queries import Queries

STEP = 15
NOBODY = "http://127.0.0.1:1"
HOST = 'pool="modular",host="xcp83",instance="xcp83",job="xenlens"'
ITSELF = 'instance="127.0.0.1:10045",job="xenlens-itself"'
PLAYBOOK = f'playbook="set-active-member",{ITSELF}'
RUN = f'outcome="fixed",pool="modular",host="xcp83",object="bond0",{PLAYBOOK}'
ENGINE = "xenlens_remediation"


def samples(now: float) -> Iterator[str]:
    """OpenMetrics lines of the last ten minutes: gauges of a value, counters that count."""
    gauges = {
        f"{ENGINE}_heartbeat_timestamp_seconds{{{ITSELF}}}": now,
        f"{ENGINE}_oldest_open_run_timestamp_seconds{{{ITSELF}}}": now - 60,
        f"{ENGINE}_last_run_timestamp_seconds{{{RUN}}}": now - 120,
        f'xenlens_bond_lacp_negotiated{{bond="bond0",{HOST}}}': 0,
    }
    parsing = f'collector="bonds",reason="unparsable",{HOST}'
    counters = {
        f'{ENGINE}_runs_total{{outcome="undone",{PLAYBOOK}}}',
        f'{ENGINE}_refusals_total{{reason="storm",{PLAYBOOK}}}',
        f"xenlens_parse_errors_total{{{parsing}}}",
        f'xenlens_disk_probe_failures_total{{probe="ssd",reason="killed",{HOST}}}',
        f'xenlens_disk_probe_skipped_total{{probe="ssd",reason="busy",{HOST}}}',
        *(
            f'{ENGINE}_stage_duration_seconds_bucket{{stage="{stage}",le="{le}",{PLAYBOOK}}}'
            for stage in ("webhook", "armed", "applied", "verified", "stable")
            for le in ("1", "+Inf")
        ),
    }
    for number in range(40):
        at = now - (40 - number) * STEP
        yield from (f"{series} {value} {at:.3f}" for series, value in gauges.items())
        yield from (f"{series} {number} {at:.3f}" for series in counters)


@pytest.mark.prometheus
def test_every_panel_without_data_in_the_demo_has_some_when_there_is_some(tmp_path: Path) -> None:
    queries = Queries()
    by_series = sorted(samples(time.time()), key=lambda line: line.partition(" ")[0])
    with alerting(tmp_path, NOBODY, past="\n".join([*by_series, "# EOF", ""])) as running:
        queries.ask(running)
    assert queries.unanswered("made up") == []
