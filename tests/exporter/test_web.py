"""The HTTP surface, on a configuration file with recorded hosts."""

import gzip
from collections.abc import AsyncIterator
from html import unescape
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer, make_mocked_request
from aiohttp.web import Application, Request

from exporter.config import load
from exporter.service import Service
from exporter.web.app import TIMEOUT_HEADER, budget_of, make_app
from exporter.web.evidence import TITLE_CHARACTERS
from tests.exporter.fleets import BOND0, MAP
from tests.fakes import FakeClock

CONFIG = """\
pools:
  modular:
    bonds:
      bond0: {members: [eth0, eth2], preferred: eth2}
    hosts:
      one: {recorded: one.txt}
      two: {recorded: two.txt}
"""
Client = TestClient[Request, Application]


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A pool of two captured hosts, the second without a SAN."""
    (tmp_path / "one.txt").write_text(f"# ovs-appctl bond/show\n{BOND0}# multipath -ll\n{MAP}")
    (tmp_path / "two.txt").write_text(f"# ovs-appctl bond/show\n{BOND0}")
    path = tmp_path / "xenlens.yml"
    path.write_text(CONFIG)
    return path


@pytest.fixture
async def client(config: Path) -> AsyncIterator[Client]:
    service = Service(config, load(config), FakeClock())
    async with TestClient(TestServer(make_app(service))) as client:
        yield client
    await service.close()


async def text(client: Client, path: str, status: int = 200, **headers: str) -> str:
    async with client.get(path, headers=headers) as response:
        assert response.status == status
        return await response.text()


async def test_a_probe_gives_the_hosts_metrics(client: Client) -> None:
    page = await text(client, "/probe?target=one")
    assert (
        'xenlens_bond_member_active{bond="bond0",host="one",member="eth0",pool="modular"} 1.0'
        in page
    )
    assert (
        'xenlens_multipath_paths_healthy{host="one",pool="modular",wwid="22202000155fdb615"}'
        in page
    )
    assert "python_info" not in page


async def test_a_probe_can_be_narrowed_to_collectors(client: Client) -> None:
    page = await text(client, "/probe?target=one&collector=bonds")
    assert "xenlens_bond_info" in page
    assert "xenlens_multipath" not in page


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [
        ("/probe", 400, "/probe?target=NAME"),
        ("/probe?target=on", 404, 'unknown target "on"'),
        (
            "/probe?target=one&collector=bond",
            400,
            "there are: backends, bonds, disk_probes, domains, hostconfig, multipath",
        ),
        ("/evidence?target=three", 404, "known: one, pool:modular, two"),
        (
            "/evidence?target=one&collector=bond",
            400,
            "there are: backends, bonds, disk_probes, domains, hostconfig, multipath",
        ),
        ("/nowhere", 404, "404"),
    ],
)
async def test_a_wrong_request_gets_one_line_that_says_what_is_allowed(
    client: Client, path: str, status: int, says: str
) -> None:
    answer = await text(client, path, status)
    assert says in answer
    assert len(answer.splitlines()) == 1


async def test_a_bad_timeout_header_is_refused(client: Client) -> None:
    for wrong in ("-1", "soon", "nan", "inf"):
        answer = await text(client, "/probe?target=one", 400, **{TIMEOUT_HEADER: wrong})
        assert "seconds greater than 0" in answer


@pytest.mark.parametrize(("asked", "budget"), [("20", 19.5), ("1", 0.9), ("1e9", 119.5)])
async def test_a_probe_takes_no_longer_than_is_asked_for_and_two_minutes_at_most(
    config: Path, asked: str, budget: float
) -> None:
    service = Service(config, load(config), FakeClock())
    request = make_mocked_request("GET", "/probe", headers={TIMEOUT_HEADER: asked})
    assert budget_of(request, service) == budget
    await service.close()


async def test_service_discovery_points_every_host_at_its_probe(client: Client) -> None:
    async with client.get("/sd") as response:
        groups = await response.json()
    assert [group["labels"]["__param_target"] for group in groups] == ["one", "two", "pool:modular"]
    assert {group["labels"]["__metrics_path__"] for group in groups} == {"/probe"}
    assert {target for group in groups for target in group["targets"]} == {
        f"{client.host}:{client.port}"
    }


async def test_own_metrics_never_mix_with_a_hosts(client: Client) -> None:
    await text(client, "/probe?target=one")
    page = await text(client, "/metrics")
    assert 'xenlens_probes_total{target="one"} 1.0' in page
    assert "xenlens_build_info" in page
    assert "xenlens_bond" not in page


async def test_gzip_and_openmetrics_are_given_when_asked_for(client: Client) -> None:
    client.session._auto_decompress = False
    headers = {"Accept": "application/openmetrics-text", "Accept-Encoding": "gzip"}
    async with client.get("/probe?target=one", headers=headers) as response:
        assert response.headers["Content-Type"].startswith("application/openmetrics-text")
        assert gzip.decompress(await response.read()).endswith(b"# EOF\n")


async def test_the_landing_page_shows_what_is_wrong_where(client: Client) -> None:
    await text(client, "/probe?target=one")
    page = await text(client, "/")
    assert "active member is eth0, preferred is eth2" in page
    assert "not looked at" in page
    assert "/evidence?target=one" in page


async def test_evidence_shows_argv_raw_output_records_and_metrics(client: Client) -> None:
    await text(client, "/probe?target=one")
    async with client.get("/evidence?target=one&format=json") as response:
        runs = {run["collector"]: run for run in (await response.json())["runs"]}
    shown = runs["multipath"]["commands"][-1]
    assert (shown["argv"], shown["exit_status"], shown["stdout"]) == ("multipath -ll", 0, MAP)
    assert runs["multipath"]["records"][0]["wwid"] == "22202000155fdb615"
    assert "xenlens_multipath_paths" in runs["multipath"]["metrics"]
    page = await text(client, "/evidence?target=one")
    assert "multipath -ll" in page
    assert "[features=1 queue_if_no_path]" in page


async def test_the_landing_page_gives_what_is_wrong_room(client: Client) -> None:
    page = await text(client, "/")
    assert ".wrong { min-width: 28rem; }" in page
    assert page.count('<th class="wrong">what is wrong</th>') == page.count("<table>") == 2
    hosts = page[page.index("<h2>Hosts") :]
    # What may have to be scrolled to comes last.
    assert hosts.index("<th>last look</th>") < hosts.index("<th>backends</th>")


async def test_a_run_with_critical_findings_is_called_read_and_its_steps_are_open(
    client: Client, config: Path
) -> None:
    down = BOND0.replace("enabled", "disabled").replace("\tactive slave\n", "")
    config.with_name("one.txt").write_text(f"# ovs-appctl bond/show\n{down}")
    async with client.post("/-/reload") as response:
        assert response.status == 200
    await text(client, "/probe?target=one")
    page = await text(client, "/evidence?target=one&collector=bonds")
    assert '<span class="badge critical">critical</span>' in page
    assert '<h2>bonds <span class="badge">read</span>' in page
    assert "<details open><summary><code>ovs-appctl bond/show</code>" in page


async def test_steps_of_a_run_without_findings_are_closed(client: Client) -> None:
    await text(client, "/probe?target=one&collector=multipath")
    page = await text(client, "/evidence?target=one&collector=multipath")
    assert '<h2>multipath <span class="badge">read</span>' in page
    assert "<details><summary><code>multipath -ll</code>" in page
    assert "<details open>" not in page


async def test_a_failed_run_shows_its_reason_and_one_without_its_subject_is_not_called_read(
    client: Client,
) -> None:
    await text(client, "/probe?target=one")
    page = await text(client, "/evidence?target=one")
    assert '<h2>hostconfig <span class="badge failed">not_known</span>' in page
    assert '<h2>domains <span class="badge">not present</span>' in page


async def test_a_long_command_is_cut_in_the_title_and_whole_inside(client: Client) -> None:
    await text(client, "/probe?target=one&collector=domains")
    async with client.get("/evidence?target=one&collector=domains&format=json") as response:
        (run,) = (await response.json())["runs"]
    page = unescape(await text(client, "/evidence?target=one&collector=domains"))
    long = [step["argv"] for step in run["commands"] if len(step["argv"]) > TITLE_CHARACTERS]
    assert long
    for argv in long:
        assert f"<code>{argv[: TITLE_CHARACTERS - 1]}…</code>" in page
        assert f"<pre>{argv}</pre>" in page
    assert "<pre>list_domains</pre>" not in page


async def test_the_links_of_evidence_keep_the_collector_asked_for(client: Client) -> None:
    page = await text(client, "/evidence?target=one&collector=bonds")
    assert 'href="/probe?target=one&amp;collector=bonds"' in page
    assert 'href="/evidence?target=one&amp;collector=bonds&amp;format=json"' in page
    page = await text(client, "/evidence?target=pool:modular")
    assert 'href="/probe?target=pool%3Amodular"' in page


async def test_output_of_a_host_cannot_inject_html(client: Client, config: Path) -> None:
    config.with_name("one.txt").write_text("# multipath -ll\n<script>alert(1)</script>\n")
    async with client.post("/-/reload") as response:
        assert response.status == 200
    await text(client, "/probe?target=one")
    for path in ("/", "/evidence?target=one"):
        assert "<script>alert" not in await text(client, path)


async def test_reload_follows_the_file_and_an_invalid_one_changes_nothing(
    client: Client, config: Path
) -> None:
    config.write_text(CONFIG.replace("two: {recorded: two.txt}", "three: {recorded: two.txt}"))
    async with client.post("/-/reload") as response:
        assert response.status == 200
    assert "three" in await text(client, "/sd")
    config.write_text(CONFIG.replace("hosts", "hots"))
    async with client.post("/-/reload") as response:
        assert response.status == 422
        assert "hots" in await response.text()
    assert "three" in await text(client, "/sd")
    assert "xenlens_config_last_reload_successful 0.0" in await text(client, "/metrics")


async def test_reload_keeps_what_is_remembered_of_unchanged_hosts(client: Client) -> None:
    await text(client, "/probe?target=one")
    async with client.post("/-/reload"):
        pass
    assert "active member is eth0" in await text(client, "/")


async def test_reload_by_get_is_refused(client: Client) -> None:
    await text(client, "/-/reload", 405)


async def test_healthy_and_ready(client: Client) -> None:
    assert "healthy" in await text(client, "/-/healthy")
    assert "hosts in the inventory: 2" in await text(client, "/-/ready")
