"""Content negotiation: what the client asked for, by weight."""

import gzip

import pytest
from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import Metric
from prometheus_client.openmetrics import exposition as openmetrics

from exporter.render import render, wants_gzip, wants_openmetrics

PROMETHEUS = (
    "application/openmetrics-text;version=1.0.0;escaping=allow-utf-8;q=0.5,"
    "text/plain;version=0.0.4;q=0.3,*/*;q=0.1"
)


@pytest.mark.parametrize(
    ("accept", "openmetrics"),
    [
        ("", False),
        ("*/*", False),
        ("text/html,*/*;q=0.8", False),
        (PROMETHEUS, True),
        ("application/openmetrics-text;q=0.1,text/plain;q=0.9", False),
        ("application/openmetrics-text;q=0", False),
        ("application/openmetrics-text", True),
        ("application/openmetrics-text;q=broken,text/plain", False),
    ],
)
def test_openmetrics_is_chosen_by_weight(accept: str, openmetrics: bool) -> None:
    assert wants_openmetrics(accept) is openmetrics


@pytest.mark.parametrize(
    ("accept", "gzipped"),
    [("", False), ("gzip", True), ("gzip;q=0, *", False), ("br, *;q=0.1", True), ("br", False)],
)
def test_gzip_only_when_allowed(accept: str, gzipped: bool) -> None:
    assert wants_gzip(accept) is gzipped


def metric() -> Metric:
    made = Metric("xenlens_example", "An example.", "gauge")
    made.add_sample("xenlens_example", {"name": 'a"b\\c\nd'}, 1.0)
    return made


async def test_both_formats_escape_labels_and_end_as_they_should() -> None:
    plain = await render([metric()])
    openmetrics = await render([metric()], PROMETHEUS)
    assert plain.body.endswith(b'xenlens_example{name="a\\"b\\\\c\\nd"} 1.0\n')
    assert openmetrics.body.endswith(b"# EOF\n")
    assert "openmetrics" in openmetrics.content_type


async def test_a_gzipped_page_is_the_same_page() -> None:
    zipped, plain = await render([metric()], "", "gzip"), await render([metric()])
    assert zipped.gzipped
    assert gzip.decompress(zipped.body) == plain.body


@pytest.mark.parametrize("accept", ["", PROMETHEUS])
async def test_a_page_made_family_by_family_is_the_one_the_library_makes(accept: str) -> None:
    registry = CollectorRegistry()
    Counter("xenlens_runs", "Runs.", ["kind"], registry=registry).labels("a").inc()
    Histogram("xenlens_seconds", "Seconds.", registry=registry).observe(0.2)
    Gauge("xenlens_gauge", "A gauge.", registry=registry).set(1)
    encode = openmetrics.generate_latest if accept else generate_latest
    page = await render(list(registry.collect()), accept)
    assert page.body == encode(registry)
