"""Silences: our verdict on every alert is that of the real Alertmanager."""

import itertools
from collections.abc import AsyncIterator, Iterator, Mapping
from typing import Any

import pytest

from alerts.remediation.alertmanager import Alertmanager
from alerts.remediation.payload import Alert
from alerts.remediation.silences import Matcher, Silence
from tests.alerts.remediation.theirs import Theirs
from tests.labs import alerting

BOND = {"alertname": "BondWrongActiveMember", "host": "xs1", "bond": "bond0"}


def silence(*matchers: Matcher, state: Any = "active") -> Silence:
    return Silence("1", state, matchers, "anna", "new\nswitch")


def test_every_matcher_must_be_true() -> None:
    assert silence(Matcher("host", "xs1"), Matcher("bond", "bond0")).silences(BOND)
    assert not silence(Matcher("host", "xs1"), Matcher("bond", "bond1")).silences(BOND)


def test_a_label_that_is_missing_is_empty() -> None:
    assert silence(Matcher("vm", "")).silences(BOND)
    assert silence(Matcher("vm", "a", is_equal=False)).silences(BOND)
    assert silence(Matcher("vm", ".*", is_regex=True)).silences(BOND)
    assert not silence(Matcher("vm", ".+", is_regex=True)).silences(BOND)
    assert not silence(Matcher("vm", "", is_equal=False)).silences(BOND)


@pytest.mark.parametrize("state", ["pending", "expired"])
def test_a_silence_that_is_over_or_has_not_begun_silences_nothing(state: str) -> None:
    assert not silence(Matcher("host", "xs1"), state=state).silences(BOND)


@pytest.mark.parametrize("pattern", ["(?i)XS9", r"\bzz", "(", "x{,2}"])
@pytest.mark.parametrize("is_equal", [True, False])
def test_a_pattern_that_cannot_be_read_silences(pattern: str, is_equal: bool) -> None:
    unread = Matcher("host", pattern, is_regex=True, is_equal=is_equal)
    assert silence(unread).silences(BOND)
    assert not silence(unread, Matcher("bond", "bond1")).silences(BOND)


def test_a_silence_says_on_one_line_whose_it_is_why_and_of_what() -> None:
    conditions = (Matcher("host", "xs.", is_regex=True), Matcher("vm", "\n", is_equal=False))
    shown = r'1 of anna: new switch {host=~"xs.", vm!="\n"}'
    assert str(silence(*conditions)) == shown
    assert str(Silence("1", "active", (), "", "")) == "1 of nobody: no comment {}"


VALUES = (
    *("", "xs1", "xs12", "XS1", "axs1", "xs1\n", "xs\n1", "xs.1", "a-b", "a_b", "é", "迷宫", "٣"),
    *(
        "3",
        " ",
        "\t",
        "\v",
        '"',
        "\\",
        "a b",
        "K",
        "\u212a",
        "a=b,c;d&e+f%20",
        "{}",
        "[x]",
        "x{,2}",
    ),
)
PATTERNS = (
    *("", "xs1", "xs.*", "xs.1", ".*", ".+", "x|xs1", "(xs)?1?", "xs[0-9]+", "xs1{1,2}", "[^x].*"),
    *("xs1$", "^xs1", "$", "xs1\n", "xs\\n1", r"xs\.1", r"\d", r"\D", r"\w+", r"\W", r"\s", r"\S+"),
    *("a[-_]b", "[é迷]宫?", '"', r"\\", "a.b", "[a-zA-Z]", r"a=b,c;d&e\+f%20", r"\{\}", r"\[x\]"),
    *("(a|x)(-|s)(b|1)", "x*s*1*", "(?:xs1|a-b)"),
)
UNREAD = (
    "(?i)xs1",
    "(?s)xs.1",
    r"\bxs1\b",
    "[[:alpha:]]",
    r"\x78s1",
    "x{,2}",
    r"\Qxs.1\E",
)
"""Patterns that Alertmanager reads and we do not: more is silenced for us, and never less."""


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[alerting.Alertmanager]:
    with alerting.alertmanager(tmp_path_factory.mktemp("alertmanager")) as manager:
        yield manager


@pytest.fixture
async def manager(running: alerting.Alertmanager) -> AsyncIterator[Alertmanager]:
    client = Alertmanager(running.url)
    yield client
    await client.close()


def labelled(case: str, value: str) -> dict[str, str]:
    """Labels of one alert: an empty one is none, to Alertmanager."""
    return {"alertname": "A", "case": case} | ({"host": value} if value else {})


async def ours(manager: Alertmanager, labels: Mapping[str, str]) -> set[str]:
    return {silence.id for silence in await manager.silences() if silence.silences(labels)}


async def post(manager: Alertmanager, case: str) -> list[dict[str, str]]:
    posted = [labelled(case, value) for value in VALUES]
    await manager.post(Alert(labels) for labels in posted)
    return posted


@pytest.mark.prometheus
async def test_alertmanager_agrees_on_matchers_of_every_kind_and_every_value(
    running: alerting.Alertmanager, manager: Alertmanager
) -> None:
    theirs, case = Theirs(running.url), "matchers"
    posted = await post(manager, case)
    here = Matcher("case", case)
    for is_equal, value in itertools.product((True, False), VALUES):
        await theirs.silence(here, Matcher("host", value, is_equal=is_equal))
    for is_equal, pattern in itertools.product((True, False), PATTERNS):
        await theirs.silence(here, Matcher("host", pattern, is_regex=True, is_equal=is_equal))
    silenced, silences = await theirs.silenced(), await manager.silences()
    verdicts = 0
    for labels in posted:
        mine = {silence.id for silence in silences if silence.silences(labels)}
        assert mine == silenced[frozenset(labels.items())], labels
        verdicts += len(mine)
    assert verdicts > 500


@pytest.mark.prometheus
@pytest.mark.parametrize("pattern", UNREAD)
@pytest.mark.parametrize("is_equal", [True, False])
async def test_what_we_do_not_read_silences_all_that_alertmanager_silences_and_more(
    running: alerting.Alertmanager, manager: Alertmanager, pattern: str, is_equal: bool
) -> None:
    theirs, case = Theirs(running.url), f"{is_equal} {pattern}"
    posted = await post(manager, case)
    unread = Matcher("host", pattern, is_regex=True, is_equal=is_equal)
    made = await theirs.silence(Matcher("case", case), unread)
    silenced = await theirs.silenced()
    by_them = [made in silenced[frozenset(labels.items())] for labels in posted]
    by_us = [made in await ours(manager, labels) for labels in posted]
    assert all(by_us)
    assert not all(by_them)
    await theirs.expire(made)


@pytest.mark.prometheus
async def test_only_a_silence_that_is_active_counts_for_both(
    running: alerting.Alertmanager, manager: Alertmanager
) -> None:
    theirs, labels = Theirs(running.url), labelled("states", "xs1")
    await manager.post([Alert(labels)])
    matchers = (Matcher("case", "states"), Matcher("host", "xs.", is_regex=True))
    active = await theirs.silence(*matchers)
    await theirs.silence(*matchers, begins=300)
    expired = await theirs.silence(*matchers)
    await theirs.expire(expired)
    found = [s for s in await manager.silences() if s.matchers[0].value == "states"]
    assert sorted(s.state for s in found) == ["active", "expired", "pending"]
    assert (await theirs.silenced())[frozenset(labels.items())] == {active}
    assert await ours(manager, labels) == {active}
    assert (await manager.silenced_by(labels)).startswith(f"{active} of anna: new switch {{")
    assert await manager.silenced_by({**labels, "host": "other"}) == ""
