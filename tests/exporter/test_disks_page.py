"""`/disks` shows storage classes side by side, and how every probe stands."""

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from aiohttp.test_utils import TestClient, TestServer
from aiohttp.web import Application, Request

from collectors.disk_records import DiskProbe, DiskRun, Figures
from collectors.registry import Reading
from exporter.config import load
from exporter.outcome import Outcome
from exporter.service import Service
from exporter.web.app import make_app
from tests.fakes import FakeClock

CONFIG = """\
pools:
  modular:
    guests:
      debian6: {ssh: 192.0.2.21}
    disk_probes:
      ssd: {host: debian6, directory: /srv/ssd, profile: random-read-aio, storage_class: ssd}
      sas: {host: debian6, directory: /srv/sas, profile: random-read-aio, storage_class: sas}
"""
SSD = Figures("read", 9391, 37567 * 1024, 833.25e-6)
SAS = Figures("read", 10445, 41783 * 1024, 745.43e-6)
FAST = Figures("read", 60000, 60000 * 4096, 130e-6)
Client = TestClient[Request, Application]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
async def service(tmp_path: Path, clock: FakeClock) -> AsyncIterator[Service]:
    """With two probes on the board, none of which has run."""
    path = tmp_path / "xenlens.yml"
    path.write_text(CONFIG)
    service = Service(path, load(path), clock)
    service.board.follow(service.configuration.disk_probes())
    yield service
    await service.close()


@pytest.fixture
async def client(service: Service) -> AsyncIterator[Client]:
    async with TestClient(TestServer(make_app(service))) as client:
        yield client


def measured(service: Service, name: str, figures: Figures, rate: int | None = None) -> None:
    """As the schedule does it when a probe ends."""
    run = DiskRun((figures,), "fio-3.33", rate=rate)
    reading = Reading((run,), run.version)
    service.board.ended(probe(service, name), outcome(name, reading=reading))


def outcome(name: str, **facts: Any) -> Outcome:
    return replace(Outcome(f"disk_probes:{name}", 0.0, 9.0, ()), **facts)


def probe(service: Service, name: str) -> DiskProbe:
    return next(p for p in service.configuration.disk_probes() if p.name == name)


async def shown(client: Client, path: str = "/disks") -> str:
    """The page's words."""
    async with client.get(path) as response:
        assert response.status == 200
        text = re.sub(r"<style>.*?</style>|<[^>]*>", " ", await response.text(), flags=re.DOTALL)
        return " ".join(unescape(text).split())


async def test_the_operators_ssd_is_not_faster_than_his_sas(
    client: Client, service: Service
) -> None:
    measured(service, "ssd", SSD)
    measured(service, "sas", SAS)
    page = await shown(client)
    said = "ssd is not faster than sas at random-read-aio: 0.90 times its bandwidth"
    assert f"random-read-aio {said} ssd 36.7" in page
    assert "36.7 MiB/s, 9,391 IOPS, 833 µs mean latency" in page
    assert "40.8 MiB/s, 10,445 IOPS, 745 µs mean latency" in page


async def test_a_class_that_is_faster_is_said_to_be(client: Client, service: Service) -> None:
    measured(service, "ssd", FAST)
    measured(service, "sas", SAS)
    page = await shown(client)
    assert "ssd is faster than sas at random-read-aio: 5.74 times its bandwidth" in page


async def test_a_class_at_its_limit_is_not_called_slow(client: Client, service: Service) -> None:
    measured(service, "ssd", SSD, rate=37567 * 1024)
    measured(service, "sas", SAS)
    page = await shown(client)
    assert "ssd is not faster than sas at random-read-aio: 0.89 times as fast by mean" not in page
    assert "whether ssd is faster than sas at random-read-aio cannot be told: at least 0.90" in page
    assert "mean latency, at its rate limit" in page


async def test_without_two_classes_there_is_nothing_to_compare(
    client: Client, service: Service
) -> None:
    measured(service, "ssd", SSD)
    page = await shown(client)
    assert "Nothing to compare yet" in page
    assert "ok 36.7 MiB/s, 9,391 IOPS, 833 µs mean latency 0 s ago" in page
    assert "not run yet never" in page


async def test_a_failed_probe_tells_why_and_shows_no_figures(
    client: Client, service: Service, clock: FakeClock
) -> None:
    measured(service, "ssd", SSD)
    clock.now += 300
    failed = outcome("ssd", reason="read_only", message="/srv/ssd: Read-only file system")
    service.board.ended(probe(service, "ssd"), failed)
    page = await shown(client)
    assert "failed read_only: /srv/ssd: Read-only file system 5 min ago" in page
    assert "36.7 MiB/s" not in page


async def test_figures_that_became_too_old_are_said_to_be(
    client: Client, service: Service, clock: FakeClock
) -> None:
    measured(service, "ssd", SSD)
    measured(service, "sas", SAS)
    clock.now += 10_000
    page = await shown(client)
    assert "too old too old 3 h ago" in page
    assert "not run yet" not in page
    assert "36.7 MiB/s" not in page


async def test_after_a_failure_there_is_nothing_to_become_too_old(
    client: Client, service: Service, clock: FakeClock
) -> None:
    measured(service, "ssd", SSD)
    clock.now += 60
    service.board.ended(probe(service, "ssd"), outcome("ssd", reason="io_error"))
    clock.now += 10_000
    service.board.ended(probe(service, "ssd"), outcome("ssd", reason="busy"))
    page = await shown(client)
    assert "skipped busy" in page
    assert "too old" not in page


async def test_a_comparison_tells_its_age_and_what_hinders_new_figures(
    client: Client, service: Service, clock: FakeClock
) -> None:
    measured(service, "ssd", SSD)
    clock.now += 600
    measured(service, "sas", SAS)
    clock.now += 1200
    service.board.ended(probe(service, "ssd"), outcome("ssd", reason="busy"))
    assert "oldest figures: 30 min ago; ssd was skipped (busy) Probes" in await shown(client)


async def test_a_probe_that_is_missing_in_a_comparison_is_told(
    client: Client, service: Service
) -> None:
    known = service.configuration.disk_probes()
    broken = replace(known[1], name="sas-too")
    service.board.follow([*known, broken])
    measured(service, "ssd", SSD)
    measured(service, "sas", SAS)
    service.board.ended(broken, outcome("sas-too", reason="io_error"))
    assert "0 s ago; sas-too failed (io_error), it has no figures here" in await shown(client)


async def test_a_class_of_several_probes_says_so(client: Client, service: Service) -> None:
    known = service.configuration.disk_probes()
    second = replace(known[1], name="sas-too")
    service.board.follow([*known, second])
    for one in ("ssd", "sas"):
        measured(service, one, SSD)
    reading = Reading((DiskRun((SAS,), "fio-3.33"),), "fio-3.33")
    service.board.ended(second, outcome("sas-too", reading=reading))
    page = await shown(client)
    assert "38.7 MiB/s, 9,918 IOPS, 789 µs mean latency, mean of 2 probes" in page
    assert page.count("mean of") == 1


@pytest.mark.parametrize(("path", "seconds"), [("/disks", 30), ("/disks?embed", 10)])
async def test_it_refreshes_itself_and_a_state_is_one_css_class(
    client: Client, path: str, seconds: int
) -> None:
    async with client.get(path) as response:
        head, _, body = (await response.text()).partition("</head>")
    assert f'<meta http-equiv="refresh" content="{seconds}">' in head
    assert ('class="badge not-run-yet"' in body) == (path == "/disks")


async def test_embedded_it_is_only_the_comparison(client: Client, service: Service) -> None:
    measured(service, "ssd", SSD)
    measured(service, "sas", SAS)
    page = await shown(client, "/disks?embed")
    assert "ssd is not faster than sas" in page
    assert "debian6" not in page


async def test_the_landing_page_leads_to_it_and_lists_guests(client: Client) -> None:
    async with client.get("/") as response:
        text = await response.text()
    assert '<a href="/disks">' in text
    assert "<h2>Guests</h2>" in text
    assert "debian6" in text


async def test_the_figures_of_a_guest_are_on_its_probe_page(
    client: Client, service: Service
) -> None:
    measured(service, "ssd", SSD)
    async with client.get("/probe?target=debian6&collector=disk_probes") as response:
        page = await response.text()
    labels = 'host="debian6",pool="modular",probe="ssd",profile="random-read-aio",sr=""'
    line = f'xenlens_disk_probe_iops{{direction="read",{labels},storage_class="ssd"}} 9391.0'
    assert line in page.splitlines()
    at = "xenlens_disk_probe_last_success_timestamp_seconds"
    assert re.search(rf"^{at}\{{.*probe=\"ssd\".*\}} 1\.7e\+09$", page, re.MULTILINE)
