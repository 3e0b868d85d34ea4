"""Paths of the simulated hosts come and go as the operator saw it when pulling controllers."""

from pathlib import Path

import pytest

from tests.demo.simulated import HOSTS, Simulated

FIXTURES = Path(__file__).parents[1] / "fixtures" / "multipath"
SHARED = "222ac00015543fe63"


def squeezed(text: str) -> list[str]:
    """Lines with single blanks: the operator's captures went through a web page."""
    return [" ".join(line.split()) for line in text.splitlines()]


def captured(name: str) -> list[str]:
    lines = squeezed((FIXTURES / f"{name}.txt").read_text())
    return [line for line in lines if not line.startswith("[root@")]


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.mark.parametrize(
    ("shared_disk", "command"),
    [(False, "multipath -ll"), (True, "multipath -ll 22202000155fdb615")],
)
def test_the_operators_failover_test_is_reproduced_step_by_step(
    shared_disk: bool, command: str
) -> None:
    pool = Simulated(shared_disk=shared_disk)
    steps = ["healthy"]
    shown = [squeezed(pool.printed("xenserver1", command))]
    for controller in ("scm2", "scm1"):
        for times in (1, 2):
            for state in ("pulled", "pushed-back"):
                pool.fault(f"{controller}.{state}")
                steps.append(f"{controller}-{state}-{times}")
                shown.append(squeezed(pool.printed("xenserver1", command)))
    assert shown == [captured(step) for step in steps]


def test_old_multipath_pads_columns_to_their_headers(pool: Simulated) -> None:
    lines = pool.printed("xenserver1", "multipath -ll").splitlines()
    assert lines[3] == r" \_ 0:0:0:0  sda 8:0   [active][ready]"


def test_new_multipath_draws_a_tree(pool: Simulated) -> None:
    assert pool.printed("xcp82", f"multipath -ll {SHARED}").splitlines() == [
        "222ac00015543fe63 dm-5 Intel   ,Multi-Flex      ",
        "size=420G features='1 queue_if_no_path' hwhandler='1 alua' wp=rw",
        "|-+- policy='service-time 0' prio=50 status=active",
        "| `- 0:0:0:10 sdc 8:32 active ready running",
        "`-+- policy='service-time 0' prio=1 status=enabled",
        "  `- 0:0:1:10 sdd 8:48 active ready running",
    ]


@pytest.mark.parametrize("host", HOSTS)
def test_a_pulled_controller_leaves_no_failed_path_on_any_host(pool: Simulated, host: str) -> None:
    pool.fault("scm1 pulled")
    shown = pool.printed(host, "multipath -ll")
    assert "failed" not in shown
    assert "sda" not in shown
    assert shown.count("ready") == 2


@pytest.mark.parametrize("host", HOSTS)
def test_without_any_controller_the_map_stays_and_has_no_group(pool: Simulated, host: str) -> None:
    pool.fault("scm1 pulled", "scm2 pulled")
    shown = pool.printed(host, "multipath -ll").splitlines()
    assert shown[0].endswith("dm-0 ##,##")
    assert len(shown) == 4


def test_pulling_what_is_out_and_pushing_what_is_in_change_nothing(pool: Simulated) -> None:
    healthy = pool.model.chassis
    pool.fault("scm1 pushed back")
    assert pool.model.chassis == healthy
    pool.fault("scm1 pulled")
    out = pool.model.chassis
    pool.fault("scm1 pulled")
    assert pool.model.chassis == out


def test_failing_paths_stay_and_the_other_controller_serves(pool: Simulated) -> None:
    pool.fault("scm1.paths failing")
    assert pool.printed("xcp83", f"multipath -ll {SHARED}").splitlines()[2:] == [
        "|-+- policy='service-time 0' prio=0 status=enabled",
        "| `- 0:0:0:10 sdc 8:32 failed faulty running",
        "`-+- policy='service-time 0' prio=1 status=active",
        "  `- 0:0:1:10 sdd 8:48 active ready  running",
    ]


def test_with_manual_failback_the_wrong_controller_keeps_serving(pool: Simulated) -> None:
    pool.fault("scm1.paths failing", "scm1.paths working")
    groups = pool.printed("xcp83", f"multipath -ll {SHARED}").splitlines()[2::2]
    assert [line[-20:] for line in groups] == [
        "prio=50 status=enabled"[-20:],
        "prio=1 status=active",
    ]
    assert pool.printed("xcp83", f"multipathd switchgroup map {SHARED} group 1") == "ok\n"
    assert "prio=50 status=active" in pool.printed("xcp83", f"multipath -ll {SHARED}")


def test_with_immediate_failback_the_owner_serves_again(pool: Simulated) -> None:
    pool.fault("scm1.paths failing", "scm1.paths working")
    assert "[prio=50][active]" in pool.printed("xenserver1", f"multipath -ll {SHARED}")


def test_a_group_that_is_not_there_cannot_be_switched_to(pool: Simulated) -> None:
    for query in (f"map {SHARED} group 3", "map nothing group 1", f"map {SHARED} group x"):
        assert pool.printed("xcp82", f"multipathd -k'switchgroup {query}'") == "fail\n"


def test_multipath_l_asks_no_disk(pool: Simulated) -> None:
    shown = pool.printed("xcp82", f"multipath -l {SHARED}")
    assert "prio=0 status=active" in shown
    assert "active undef running" in shown
