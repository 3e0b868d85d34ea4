"""What rule files say is told again in the same words."""

from collections.abc import Iterator
from itertools import pairwise

import pytest

from alerts import bundle
from alerts.words import plain, recorded, subjects, title

each_alert = pytest.mark.parametrize("alert", bundle.alerts(), ids=lambda alert: alert.name)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("BondDown", "HOST BOND: no member has a link"),
        ("DiskProbeSlow", "HOST: disk probe PROBE is N times slower"),
        ("StorageNearlyFull", "POOL: SR is N % full"),
        ("VmHung", "HOST: VM hangs"),
        ("XenlensTargetDown", "HOST or pool POOL does not answer xenlens"),
        ("XenlensDown", "xenlens does not answer Prometheus"),
    ],
)
def test_a_title_has_the_names_of_labels_for_their_values(name: str, words: str) -> None:
    assert {title(alert) for alert in bundle.alerts() if alert.name == name} == {words}


@each_alert
def test_no_title_has_anything_left_of_a_template(alert: bundle.Alert) -> None:
    assert not set("{}$") & set(title(alert))


def test_a_subject_is_the_first_sentence_of_its_file() -> None:
    assert list(subjects()) == [file.name.removesuffix(".yml") for file in bundle.rule_files()]
    assert subjects()["disks"] == "Disk speed"
    assert subjects()["pool"] == "Pools and their hosts"
    assert all(20 < len(words) < 100 or words == "Disk speed" for words in subjects().values())


def test_every_recorded_series_has_the_comment_that_ends_right_above_it() -> None:
    above = dict(lines_above_records())
    assert {one.name: one.text[-len(above[one.name]) :] for one in recorded()} == above
    assert all(above.values())


def lines_above_records() -> Iterator[tuple[str, str]]:
    """By series, the last line of the comment above its rule."""
    for file in bundle.rule_files():
        lines = file.read_text(encoding="utf-8").splitlines()
        for before, line in pairwise(lines):
            if "- record: " in line:
                yield line.split()[-1], before.strip().removeprefix("# ")


def test_a_line_of_markdown_loses_its_marks_and_keeps_its_words() -> None:
    assert (
        plain("**No** `xe` ([HostSilent](HostSilent.md)) answers.") == "No xe (HostSilent) answers."
    )
