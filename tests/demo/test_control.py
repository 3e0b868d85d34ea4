"""The chassis's page shows what is, and its buttons let faults happen."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import AsyncIterator

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from exporter.demo.control import make_control_app
from exporter.demo.model import Model
from exporter.demo.modular import modular_chassis
from exporter.demo.picture import SHOWN_HOSTS, picture
from tests.demo.simulated import Simulated

Client = TestClient[web.Request, web.Application]


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.fixture
async def page(pool: Simulated) -> AsyncIterator[Client]:
    """A client of the page."""
    app = make_control_app(pool.model, "http://127.0.0.1:10045/")
    async with TestClient(TestServer(app)) as client:
        yield client


async def test_a_posted_fault_changes_the_state_of_every_host(page: Client) -> None:
    answer = await page.post("/faults/scm1/pulled")
    assert (answer.status, (await answer.text()).split(":")[0]) == (200, "scm1.pulled")
    state = await (await page.get("/state")).json()
    assert state["controllers"]["scm1"] == {"present": False, "paths": "working"}
    for host in state["hosts"].values():
        actives = {map_["active"] for map_ in host["maps"].values()}
        assert actives == {"scm2"}


async def test_the_state_tells_carriers_and_delays(pool: Simulated, page: Client) -> None:
    await page.post("/faults/switch1/reset")
    pool.now += 6
    bond = (await (await page.get("/state")).json())["hosts"]["xcp83"]["bonds"]["bond0"]
    assert bond["active"] == "eth2"
    assert bond["members"]["eth0"] == {
        "carrier": True,
        "enabled": False,
        "delay_seconds_left": 30.0,
    }


async def test_the_state_tells_uplinks_proxies_and_the_gateway(page: Client) -> None:
    for fault in ("switch2.uplink/down", "switch2.proxy/on", "gateway/slow"):
        assert (await page.post(f"/faults/{fault}")).status == 200
    state = await (await page.get("/state")).json()
    assert state["switches"]["switch2"] == {
        "powered": True,
        "uplink": "down",
        "proxy": "on",
        "ports": ["eth2", "eth3"],
    }
    assert state["gateway"] == {
        "addresses": {"bond0": "192.0.2.1", "bond1": "198.51.100.1"},
        "alive": True,
        "answers": "slow",
    }


async def test_the_state_tells_the_class_and_the_speed_of_every_disk(page: Client) -> None:
    for fault in ("ssd/limited", "scm1/pulled"):
        assert (await page.post(f"/faults/{fault}")).status == 200
    state = await (await page.get("/state")).json()
    assert state["arrays"] == {"ssd": "limited", "sas": "well"}
    for host in state["hosts"].values():
        sas, ssd = host["maps"].values()
        assert (sas["storage_class"], ssd["storage_class"]) == ("sas", "ssd")
        assert 1000 < ssd["speed"]["random_read_iops"] < 2000
        assert ssd["speed"]["random_read_aio_iops"] < sas["speed"]["random_read_aio_iops"]
        assert sas["speed"]["buffered_read_bytes_per_second"] > 300e6


async def test_the_state_tells_no_speed_of_a_disk_that_cannot_be_read(page: Client) -> None:
    for controller in ("scm1", "scm2"):
        await page.post(f"/faults/{controller}.paths/failing")
    state = await (await page.get("/state")).json()
    for host in state["hosts"].values():
        assert [found["speed"] for found in host["maps"].values()] == [None, None]


@pytest.mark.parametrize("path", ["/faults/scm3/pulled", "/faults/switch1/pulled"])
async def test_an_unknown_fault_is_404_and_names_the_known_ones(page: Client, path: str) -> None:
    answer = await page.post(path)
    assert answer.status == 404
    assert "switch1.uplink.down" in await answer.text()


async def test_the_page_has_a_button_for_every_fault(pool: Simulated, page: Client) -> None:
    text = await (await page.get("/")).text()
    actions = set(re.findall(r'action="/faults/([^"]*)"', text))
    assert actions == {f"{f.object}/{f.state}" for f in pool.model.chassis.faults()}
    assert 'href="http://127.0.0.1:10045/"' in text


async def test_a_button_without_script_leads_back_to_the_page(page: Client) -> None:
    answer = await page.post(
        "/faults/scm2/pulled", headers={"Accept": "text/html"}, allow_redirects=False
    )
    assert (answer.status, answer.headers["Location"]) == (303, "/")


async def test_the_picture_shows_modules_hosts_and_what_is_wrong(
    pool: Simulated, page: Client
) -> None:
    pool.fault("scm2 pulled", "switch1.uplink down")
    drawing = ElementTree.fromstring(await (await page.get("/picture")).text())
    words = [text.text for text in drawing.iter("text")]
    assert {"xenserver1", "xcp82", "xcp83", "scm2", "PULLED OUT", "uplink DOWN"} <= set(words)
    looks = [rectangle.get("class") for rectangle in drawing.iter("rect")]
    assert looks.count("ill") == 2


def test_a_large_pool_is_drawn_in_part_and_says_so() -> None:
    drawn = picture(Model(modular_chassis(100), lambda: 0.0).chassis)
    assert (drawn.hidden_hosts, len(drawn.boxes)) == (100 - SHOWN_HOSTS, SHOWN_HOSTS + 9)


@pytest.mark.parametrize(
    ("faults", "box"),
    [
        (("gateway slow",), ("gateway", "answers late")),
        (("gateway slow", "gateway dead"), ("gateway", "DEAD")),
        (("switch1.proxy on",), ("switch1", "uplink up, ARP PROXY")),
        (("switch1.proxy on", "switch1 off"), ("switch1", "NO POWER")),
        (("ssd limited",), ("ssd disks, RAID1", "LIMITED")),
        (("sas slow",), ("sas disks, RAID1", "SLOW")),
    ],
)
def test_what_a_host_cannot_see_is_drawn_ill(
    pool: Simulated, faults: tuple[str, ...], box: tuple[str, str]
) -> None:
    assert {box.look for box in picture(pool.model.chassis).boxes} == {"well"}
    pool.fault(*faults)
    ill = [box.lines for box in picture(pool.model.chassis).boxes if box.look == "ill"]
    assert ill == [box]


def test_a_hosts_disks_are_drawn_with_their_class(pool: Simulated) -> None:
    boxes = {box.lines[0]: box.lines for box in picture(pool.model.chassis).boxes}
    assert {"dm-0 sas (100 GiB): scm1", "dm-5 ssd (420 GiB): scm1"} <= set(boxes["xenserver1"])


def test_a_host_that_is_cut_off_is_drawn_ill(pool: Simulated) -> None:
    pool.fault("switch1 off", "switch2 off")
    pool.now += 1
    boxes = {box.lines[0]: box.look for box in picture(pool.model.chassis).boxes}
    assert boxes["xcp82"] == "ill"
