"""`/metrics` tells that nothing heals: a playbook that cannot act is not armed."""

from prometheus_client import CollectorRegistry

from alerts.bundle import playbooks
from alerts.remediation.metrics import OUTCOMES
from exporter.render import render_now
from exporter.service import OwnMetrics


def own_page() -> list[str]:
    return render_now(OwnMetrics(CollectorRegistry()).metrics()).body.decode().splitlines()


def test_remediation_is_not_armed_and_nothing_is_under_way() -> None:
    page = own_page()
    assert "xenlens_remediation_armed 0.0" in page
    assert "xenlens_remediation_open_runs 0.0" in page


def test_every_end_of_a_run_is_counted_from_zero() -> None:
    """A series that first appears at 1 has no increase that an alert could see."""
    runs = [line for line in own_page() if line.startswith("xenlens_remediation_runs_total{")]
    assert len(runs) == len(playbooks()) * len(OUTCOMES) > 0
    assert all(line.endswith(" 0.0") for line in runs)


def test_an_idle_engine_has_no_heartbeat() -> None:
    told = {line.split("{")[0].split()[0] for line in own_page() if "remediation" in line}
    assert "xenlens_remediation_heartbeat_timestamp_seconds" not in told
    assert "xenlens_remediation_oldest_open_run_timestamp_seconds" not in told
