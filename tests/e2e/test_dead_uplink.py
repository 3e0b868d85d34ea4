"""A dead uplink as Prometheus and people see it: the verdict, and the frames behind it."""

import html

import pytest

from tests.e2e.conftest import Demo

LABELS = 'bond="bond0",destination="192.0.2.1",host="{host}",member="{member}",pool="modular"'
REACHABLE = "xenlens_bond_member_reachable{{" + LABELS + "}} {value:.1f}"
EVIDENCE = "/evidence?target={host}&collector=reachability"


@pytest.mark.parametrize("host", ["xenserver1", "xcp82", "xcp83"])
def test_the_page_says_behind_which_member_the_network_is_dead(demo: Demo, host: str) -> None:
    demo.fault("switch1.uplink/down")
    try:
        page = demo.get(f"/probe?target={host}&collector=reachability&collector=bonds")
    finally:
        demo.fault("switch1.uplink/up")
    assert REACHABLE.format(host=host, member="eth0", value=0) in page
    assert REACHABLE.format(host=host, member="eth2", value=1) in page
    assert f'xenlens_bond_member_enabled{{bond="bond0",host="{host}",member="eth0"' in page


def test_the_evidence_shows_what_was_sent_and_heard(demo: Demo) -> None:
    demo.get("/probe?target=xcp83&collector=reachability")
    shown = html.unescape(demo.get(EVIDENCE.format(host="xcp83")))
    assert "xapi0 sent 02:15:17:" in shown
    assert "ARP who-has 192.0.2.1 tell 0.0.0.0" in shown
    assert "eth2 heard 02:15:17:fe:00:00 > 02:78:" in shown
