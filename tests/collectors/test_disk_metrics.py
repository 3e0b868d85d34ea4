"""The page of disk probes: the last figures with their age, and counters from the start."""

import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families

from collectors import disk_metrics
from collectors.disk_metrics import FAMILIES, WHAT
from collectors.disk_probes import DiskProbes
from collectors.disk_reasons import FAILED, SKIPPED
from collectors.disk_records import Standing
from collectors.host import loop_time
from collectors.metrics import Page
from collectors.registry import Look, NotPresent, Reading, View
from exporter.render import render
from tests.collectors.disk_standings import AT, figures, of_class, run_of, standing
from tests.collectors.reading import samples
from tests.fakes import FakeHost

OPENMETRICS = "application/openmetrics-text"
OF_RUN = (
    "iops",
    "bandwidth_bytes_per_second",
    "latency_mean_seconds",
    "latency_seconds",
    "cached_bandwidth_bytes_per_second",
    "rate_limit_bytes_per_second",
    "duration_seconds",
)
WHAT_OF_SSD = 'probe="ssd-random-read",profile="random-read",sr="SSD storage",storage_class="ssd"'


def page_of(*standings: Standing) -> dict[str, float]:
    return samples(DiskProbes(), Reading(standings, "schedule"))


def everything() -> Standing:
    """A probe of which everything is known."""
    both = (figures(40e6), figures(20e6, direction="write"))
    return standing(
        run=run_of(*both, cached_bandwidth=7e9), skipped={"busy": 2}, failed={"hung": 1}
    )


def names(page: dict[str, float]) -> set[str]:
    return {key.partition("{")[0] for key in page}


def name(short: str, labels: str = "") -> str:
    return f"xenlens_disk_probe_{short}{{{WHAT_OF_SSD}{labels}}}"


def test_every_declared_family_is_used_and_no_other() -> None:
    assert names(page_of(everything())) == {family.name for family in FAMILIES}
    assert DiskProbes().families == FAMILIES


def test_every_figure_carries_what_it_measures_first() -> None:
    for family in FAMILIES:
        alone = family.labels[:1] == ("probe",) and family.kind == "counter"
        assert alone or family.labels[: len(WHAT)] == WHAT, family.name
    assert {key.partition(",")[0] for key in page_of(everything())} >= {
        'xenlens_disk_probe_iops{probe="ssd-random-read"'
    }


def test_the_figures_of_a_run_are_told_by_direction_quantile_and_phase() -> None:
    page = page_of(everything())
    assert page[name("iops", ',direction="read"')] == 9765.625
    assert page[name("bandwidth_bytes_per_second", ',direction="read"')] == 40e6
    assert page[name("bandwidth_bytes_per_second", ',direction="write"')] == 20e6
    assert page[name("latency_mean_seconds", ',direction="read"')] == 0.0001
    assert page[name("latency_seconds", ',direction="read",quantile="0.99"')] == 0.0004
    assert page[name("cached_bandwidth_bytes_per_second")] == 7e9
    assert page[name("rate_limit_bytes_per_second")] == 64 << 20
    assert page[name("duration_seconds", ',phase="lay_out"')] == 4.0
    assert page[name("info", ',path="/srv/ssd",version="fio-3.33"')] == 1


def test_when_it_ran_and_how_often_it_should_is_told() -> None:
    page = page_of(standing(ended_at=AT + 9, running_since=AT + 3600))
    assert page[name("last_success_timestamp_seconds")] == AT
    assert page[name("last_run_timestamp_seconds")] == AT + 9
    assert page[name("interval_seconds")] == 3600
    assert page[name("running")] == 1
    assert page_of(standing())[name("running")] == 0


def test_which_classes_should_be_slower_is_told() -> None:
    page = page_of(standing(of_class("ssd")), standing(of_class("sata")))
    found = {key for key in page if key.startswith("xenlens_disk_probe_class_expected_faster_than")}
    assert {key.rpartition('than="')[2] for key in found} == {'sas"}', 'sata"}'}
    assert len(found) == 2


def test_a_probe_without_figures_has_no_series_of_figures_but_its_counters_and_times() -> None:
    page = page_of(standing(run=None, reason="io_error", failed={"io_error": 3}, runs=4))
    assert not names(page) & {f"xenlens_disk_probe_{short}" for short in OF_RUN}
    assert page[name("info", ',path="/srv/ssd",version=""')] == 1
    assert page[name("last_success_timestamp_seconds")] == AT
    assert page['xenlens_disk_probe_runs_total{probe="ssd-random-read"}'] == 4


def test_a_probe_that_never_ran_has_no_times_either() -> None:
    page = page_of(standing(run=None, success_at=None, ended_at=None, runs=0))
    assert name("last_success_timestamp_seconds") not in page
    assert name("last_run_timestamp_seconds") not in page
    assert page['xenlens_disk_probe_runs_total{probe="ssd-random-read"}'] == 0


@pytest.mark.parametrize(
    ("family", "known"),
    [("skipped_total", SKIPPED), ("failures_total", FAILED)],
)
def test_every_known_reason_starts_at_zero(family: str, known: dict[str, str]) -> None:
    page = page_of(standing(run=None, runs=0))
    start = f'xenlens_disk_probe_{family}{{probe="ssd-random-read",reason="'
    found = {key[len(start) : -2]: value for key, value in page.items() if key.startswith(start)}
    assert found == dict.fromkeys(known, 0.0)


def test_counted_reasons_are_told() -> None:
    page = page_of(everything())
    start = 'probe="ssd-random-read",reason='
    assert page[f'xenlens_disk_probe_skipped_total{{{start}"busy"}}'] == 2
    assert page[f'xenlens_disk_probe_failures_total{{{start}"hung"}}'] == 1


def test_what_a_run_did_not_tell_has_no_series() -> None:
    silent = figures(None, iops=None, latency_mean=None, quantiles={})
    page = page_of(standing(run=run_of(silent, rate=None, phases={})))
    assert not names(page) & {f"xenlens_disk_probe_{short}" for short in OF_RUN}


async def test_the_page_is_read_by_prometheus_own_parser() -> None:
    page = Page({"pool": "modular", "host": "xenserver1"})
    odd = standing(of_class("sas", 'so"me\\thing\n'), run=run_of(figures(1e-9)))
    disk_metrics.fill(page, Reading((everything(), odd), "schedule"))
    body = (await render(page.metrics(), OPENMETRICS)).body.decode()
    parsed = {metric.name: metric for metric in text_string_to_metric_families(body)}  # type: ignore[no-untyped-call]
    assert {f.name.removesuffix("_total") for f in FAMILIES} == parsed.keys()
    probes = {sample.labels["probe"] for metric in parsed.values() for sample in metric.samples}
    assert probes == {"ssd-random-read", 'so"me\\thing\n'}


async def test_the_collector_tells_how_the_probes_stand_and_asks_the_machine_nothing() -> None:
    host = FakeHost({})
    known = (everything(),)
    reading = await DiskProbes().read(Look(host, loop_time() + 1, disk_probes=known))
    assert (reading.records, reading.via, host.asked) == (known, "schedule", [])
    assert list(DiskProbes().findings(reading, View())) == []


async def test_without_probes_the_subject_does_not_exist() -> None:
    with pytest.raises(NotPresent):
        await DiskProbes().read(Look(FakeHost({}), loop_time() + 1))
