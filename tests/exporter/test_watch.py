"""A scrape: every collector's data or its failure, within the deadline, never stale."""

import asyncio

from collectors.bonds import Bonds
from collectors.host import OutputTooLarge, Stuck, Unreachable
from collectors.multipath import Multipath
from exporter.evidence import KEEP_CHARACTERS
from exporter.render import render
from exporter.watch import Scrape
from tests.exporter.fleets import HEALTHY, MAP, Broken, Sleeper, fleet_of
from tests.fakes import Answer, FakeClock, refused


def values(scrape: Scrape) -> dict[str, float]:
    """Samples by name and the labels that are not the target's own."""
    return {
        sample.name
        + "".join(f",{v}" for k, v in sample.labels.items() if k not in ("pool", "host")): (
            sample.value
        )
        for metric in scrape.metrics
        for sample in metric.samples
    }


async def test_every_series_carries_pool_and_host() -> None:
    scrape = await fleet_of({"a": HEALTHY}).watch("a").scrape()
    labels = [sample.labels for metric in scrape.metrics for sample in metric.samples]
    assert len(labels) > 20
    assert {(each["pool"], each["host"]) for each in labels} == {("modular", "a")}


async def test_a_failed_collector_costs_the_others_nothing() -> None:
    troubles: list[tuple[Answer, str]] = [
        (refused("segmentation fault", -11), "exit_status"),
        ("garbage\nmore garbage\n", "unparsable"),
        (OutputTooLarge("too much"), "output_too_large"),
        (Stuck("still hangs"), "stuck"),
        ("<hangs>", "deadline_exceeded"),
    ]
    for trouble, reason in troubles:
        scrape = (
            await fleet_of({"a": HEALTHY | {"multipath -ll": trouble}})
            .watch("a")
            .scrape(budget=0.5)
        )
        seen = values(scrape)
        assert seen["xenlens_collector_success,bonds"] == 1
        assert seen["xenlens_collector_success,multipath"] == 0, reason
        assert seen[f"xenlens_collector_failures_total,multipath,{reason}"] == 1
        assert seen["xenlens_bond_member_active,bond0,eth0"] == 1
        assert not [name for name in seen if name.startswith("xenlens_multipath")]


async def test_a_host_without_san_has_no_failure() -> None:
    answers = {"ovs-appctl bond/show": HEALTHY["ovs-appctl bond/show"]}
    seen = values(await fleet_of({"a": answers}).watch("a").scrape())
    assert seen["xenlens_collector_success,multipath"] == 1
    assert seen["xenlens_collector_present,multipath"] == 0


async def test_data_disappears_with_its_collector_and_the_last_success_stays() -> None:
    clock, answers = FakeClock(), dict(HEALTHY)
    watch = fleet_of({"a": answers}, clock).watch("a")
    await watch.scrape()
    answers["multipath -ll"] = "garbage\n"
    clock.now += 60
    seen = values(await watch.scrape())
    assert seen["xenlens_collector_last_success_timestamp_seconds,multipath"] == clock.now - 60
    assert seen["xenlens_collector_last_success_timestamp_seconds,bonds"] == clock.now
    assert not [name for name in seen if name.startswith("xenlens_multipath_path")]
    assert seen["xenlens_parse_errors_total,multipath,unparsable"] == 1
    assert seen["xenlens_parse_errors_total,bonds,unparsable"] == 0


async def test_an_unreachable_host_is_down() -> None:
    down = Unreachable("192.0.2.1:22: connection refused")
    seen = values(await fleet_of({"a": {"*": down}}).watch("a").scrape())
    assert seen["xenlens_target_up"] == 0
    assert seen["xenlens_collector_success,bonds"] == 0


async def test_a_bug_in_one_collector_is_its_own_failure() -> None:
    made = {"bonds": Bonds, "broken": Broken}
    seen = values(await fleet_of({"a": HEALTHY}, collectors=made).watch("a").scrape())
    assert seen["xenlens_collector_failures_total,broken,internal_error"] == 1
    assert seen["xenlens_collector_success,bonds"] == 1


async def test_a_collector_that_ignores_its_deadline_is_cut_off() -> None:
    watch = fleet_of({"a": HEALTHY}, collectors={"sleeper": Sleeper, "bonds": Bonds}).watch("a")
    seen = values(await watch.scrape(budget=0.2))
    assert seen["xenlens_collector_failures_total,sleeper,deadline_exceeded"] == 1
    assert seen["xenlens_collector_duration_seconds,sleeper"] < 1
    assert seen["xenlens_collector_success,bonds"] == 1


async def test_concurrent_scrapes_of_a_target_share_one_run() -> None:
    watch = fleet_of({"a": HEALTHY | {"multipath -ll": "<hangs>"}}).watch("a")
    first, second = await asyncio.gather(watch.scrape(budget=0.3), watch.scrape(budget=0.3))
    assert first is second
    assert await watch.scrape(["bonds"]) is not first


async def test_a_fresh_look_shares_no_run_that_began_before_it() -> None:
    watch = fleet_of({"a": HEALTHY}).watch("a")
    shared = asyncio.ensure_future(watch.scrape(["bonds"], 5.0))
    await asyncio.sleep(0)
    fresh = await watch.fresh("bonds", 5.0)
    assert fresh.success
    assert fresh is not (await shared).outcomes[0]


async def test_one_impatient_caller_does_not_end_the_run_of_the_others() -> None:
    watch = fleet_of({"a": HEALTHY | {"multipath -ll": "<hangs>"}}).watch("a")
    patient = asyncio.ensure_future(watch.scrape(budget=0.3))
    impatient = asyncio.ensure_future(watch.scrape(budget=0.3))
    await asyncio.sleep(0.05)
    impatient.cancel()
    assert values(await patient)["xenlens_collector_success,bonds"] == 1


async def test_the_same_lun_on_other_hosts_tells_how_many_paths_there_should_be() -> None:
    one_path = "".join(str(HEALTHY["multipath -ll"]).splitlines(keepends=True)[:4])
    collectors = {"multipath": Multipath}
    fleet = fleet_of(
        {"a": HEALTHY, "b": HEALTHY | {"multipath -ll": one_path}}, collectors=collectors
    )
    await fleet.watch("a").scrape()
    seen = values(await fleet.watch("b").scrape())
    assert seen["xenlens_multipath_paths,22202000155fdb615"] == 1
    assert seen["xenlens_multipath_paths_expected,22202000155fdb615,peers"] == 2


async def test_a_peer_that_has_not_answered_for_long_is_not_compared_with() -> None:
    clock = FakeClock()
    fleet = fleet_of({"a": HEALTHY, "b": HEALTHY}, clock)
    await fleet.watch("a").scrape()
    clock.now += 3600
    seen = values(await fleet.watch("b").scrape())
    assert "xenlens_multipath_paths_expected,22202000155fdb615,seen" in seen


async def test_evidence_keeps_failures_apart_from_successes() -> None:
    answers = dict(HEALTHY)
    watch = fleet_of({"a": answers}, collectors={"multipath": Multipath}).watch("a")
    answers["multipath -ll"] = "garbage\n"
    await watch.scrape()
    answers["multipath -ll"] = HEALTHY["multipath -ll"]
    for _ in range(10):
        await watch.scrape()
    runs = watch.evidence.runs("multipath")
    assert [run.success for run in runs].count(False) == 1
    assert len(runs) == 4


async def test_evidence_of_a_huge_output_keeps_its_beginning() -> None:
    huge = str(HEALTHY["multipath -ll"]) + "x\n" * 100_000
    watch = fleet_of({"a": HEALTHY | {"multipath -ll": huge}}).watch("a")
    await watch.scrape()
    (output,) = [o for o in watch.evidence.runs("multipath")[0].outputs if o.stdout]
    assert len(output.stdout) == KEEP_CHARACTERS + 1


async def test_damaged_records_are_a_finding_that_something_is_unknown() -> None:
    torn = MAP + MAP.replace("22202000155fdb615", "222a").replace("[active][ready]", "[act", 1)
    watch = fleet_of({"a": HEALTHY | {"multipath -ll": torn}}).watch("a")
    await watch.scrape()
    findings = watch.last["multipath"].findings
    assert ("unknown", "multipath") in [(f.severity, f.subject) for f in findings]


async def test_a_reload_lets_a_scrape_under_way_end() -> None:
    fleet = fleet_of({"a": HEALTHY | {"multipath -ll": "<hangs>"}})
    scrape = asyncio.ensure_future(fleet.watch("a").scrape(budget=0.3))
    await asyncio.sleep(0.05)
    fleet.follow([])
    assert values(await scrape)["xenlens_collector_success,bonds"] == 1
    await fleet.close()


async def test_what_is_read_anew_waits_no_longer_for_a_scrape_than_it_may_take_itself() -> None:
    fleet = fleet_of({"a": HEALTHY | {"multipath -ll": "<hangs>"}})
    watch = fleet.watch("a")
    patient = asyncio.ensure_future(watch.scrape(budget=3600.0))
    await asyncio.sleep(0)
    async with asyncio.timeout(30):
        outcome = await watch.fresh("bonds", 0.5)
    assert outcome.success
    assert not patient.done()
    await fleet.close()


async def test_a_name_that_no_page_can_carry_costs_no_page() -> None:
    json_with_lone_surrogate = (
        '{"maps": [{"name": "m", "uuid": "3600\\ud800a", "path_groups": [{"pri": 1, '
        '"dm_st": "active", "paths": [{"dev": "sda", "dev_t": "8:0", "dm_st": "active", '
        '"dev_st": "running", "chk_st": "ready"}]}]}]}\n'
    )
    answers: dict[str, Answer] = {"multipathd -kshow maps json": json_with_lone_surrogate}
    scrape = await fleet_of({"a": HEALTHY | answers}).watch("a").scrape()
    page = (await render(scrape.metrics)).body
    assert b'xenlens_multipath_paths{host="a",pool="modular",wwid="3600?a"} 1.0' in page
