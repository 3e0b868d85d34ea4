"""How reachability is probed: the pool's settings, key by key replaced by the host's."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from collectors import reachability
from collectors.inventory import Probing
from exporter import watch
from exporter.config import ConfigError, Configuration, load
from exporter.config.load import loads
from exporter.config.model import OFFSET_SHARE
from exporter.config.probing import AROUND, RESERVE
from exporter.config.show import effective
from exporter.web import app

EVERYTHING = Path(__file__).parent.parent / "fixtures" / "config" / "valid" / "everything.yml"
PROGRAM = "/opt/xenlens/xenlens_host.py"


def read(pool: str, host: str, scrape: str = "13s") -> Configuration:
    pools = f"pools: {{p: {{probe: {pool}, hosts: {{h: {{local: {{}}, probe: {host}}}}}}}}}"
    text = f"scrape: {{timeout: {scrape}}}\n{pools}"
    return loads(text.encode(), Path("xenlens.yml"))


def probing_of(pool: str, host: str) -> Probing:
    return read(pool, host).find("h").inventory.probing


def shown_probe(found: Configuration) -> Any:
    return yaml.safe_load(effective(found.document))["pools"]["p"]["hosts"]["h"]["probe"]


def test_what_is_left_out_has_a_default() -> None:
    assert load(EVERYTHING).find("22").inventory.probing == Probing(1.0, 3, 0.1, "auto", None)


def test_a_host_that_says_nothing_is_probed_as_its_pool_says() -> None:
    found = load(EVERYTHING).find("xenserver2").inventory.probing
    assert found == Probing(2.0, 5, 0.2, "raw", PROGRAM)


def test_a_host_replaces_what_it_names_and_keeps_the_rest() -> None:
    found = load(EVERYTHING).find("xenserver1").inventory.probing
    assert found == Probing(2.0, 2, 0.2, "openflow", PROGRAM)


def test_a_host_may_name_the_default_where_its_pool_names_another_value() -> None:
    found = probing_of("{timeout: 5s, way: raw}", "{timeout: 1s, way: auto}")
    assert found == Probing()


@pytest.mark.parametrize(
    ("written", "probing"),
    [
        ("{timeout: 100ms, count: 2, interval: 20ms}", Probing(0.1, 2, 0.02)),
        ("{timeout: 10s, count: 10, interval: 1}", Probing(10.0, 10, 1.0)),
        ("{timeout: 1.1s, count: 2, interval: 1s}", Probing(1.1, 2, 1.0)),
    ],
)
def test_the_ends_of_each_range_are_allowed(written: str, probing: Probing) -> None:
    assert probing_of(written, "{}") == probing


def test_a_host_may_need_its_pool_for_its_requests_to_fit() -> None:
    assert probing_of("{interval: 20ms}", "{timeout: 200ms}") == Probing(0.2, 3, 0.02)


@pytest.mark.parametrize(
    ("count", "interval", "timeout"),
    [(4, "100ms", "300ms"), (8, "100ms", "700ms"), (8, "0.1s", "0.7s"), (4, "36ms", "108ms")],
)
def test_requests_that_take_exactly_the_timeout_do_not_fit(
    count: int, interval: str, timeout: str
) -> None:
    with pytest.raises(ConfigError, match=f"{count} requests .* apart take 0"):
        probing_of(f"{{count: {count}, interval: {interval}, timeout: {timeout}}}", "{}")


def test_a_host_is_shown_with_every_default_filled_in() -> None:
    found = read("{timeout: 2s}", f"{{program: {PROGRAM}}}")
    shown = {"timeout": "2s", "count": 3, "interval": "0.1s", "way": "auto", "program": PROGRAM}
    assert shown_probe(found) == shown


@pytest.mark.parametrize("timeout", ["500ms", "700ms", "0.123456s", "1.001"])
def test_what_is_shown_reads_back_to_the_same_probing(timeout: str) -> None:
    found = read(f"{{timeout: {timeout}, interval: 50ms}}", "{count: 2}")
    again = loads(effective(found.document).encode(), Path("elsewhere.yml"))
    assert again.targets() == found.targets()


def test_what_is_kept_of_a_scrape_is_what_the_others_keep() -> None:
    kept = (watch.RESERVE, reachability.AROUND, app.OFFSET_SHARE)
    assert kept == (RESERVE, AROUND, OFFSET_SHARE)


def test_a_timeout_may_take_all_that_the_scrape_leaves() -> None:
    assert read("{timeout: 8.05s}", "{}", "10s").find("h").inventory.probing.timeout == 8.05
    with pytest.raises(ConfigError) as caught:
        read("{}", "{timeout: 8.06s}", "10s")
    said = "8.06s cannot fit: scrape.timeout of 10s leaves 8.05s for a round"
    advice = "raise scrape.timeout or lower probe.timeout"
    assert str(caught.value).endswith(f": pools.p.hosts.h.probe.timeout: {said}; {advice}")


@pytest.mark.parametrize("scrape", ["600ms", "1s", "2s"])
def test_the_default_timeout_is_not_refused_also_when_shown(scrape: str) -> None:
    found = read("{}", "{}", scrape)
    again = loads(effective(found.document).encode(), Path("elsewhere.yml"))
    assert again.targets() == found.targets()
