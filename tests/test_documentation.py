"""The documentation says what the code does."""

import re
from pathlib import Path

import pytest

from collectors.disk_profiles import MIB, PROFILES
from collectors.disk_reasons import FAILED, SKIPPED
from exporter.reference import PAGES
from tests.catalogue import catalogue

NAMED = re.compile(r"\b(?:[a-z_]+:)?xenlens_[a-z_]+(?::[a-z0-9_]+)?")
NO_METRICS = {"xenlens_host", "xenlens_disk", "xenlens_gate", "xenlens_key", "xenlens_reads"}
"""Programs that run on hosts."""
RENDERED = re.compile("_(bucket|sum|count)$")
ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"
BEFORE_A_REASON = (r"Refused\(", "reason=", "doubt=", "reason: str = ", "False, None, ", "wanted, ")
REASON = re.compile(
    f"""(?:{"|".join(BEFORE_A_REASON)}|destination, )"([a-z_]+)"|return "([a-z]+_[a-z_]+)\""""
)
PLACES_OF_REASONS = ("truth", "doubts", "plan")


@pytest.mark.parametrize("name", PAGES)
def test_a_generated_page_is_what_the_code_makes_of_it(name: str) -> None:
    assert (DOCS / name).read_text() == PAGES[name](), "run make docs"


def test_every_reason_of_an_unknown_or_dead_member_is_told() -> None:
    folder = ROOT / "collectors"
    files = [folder / f"reachability_{place}.py" for place in PLACES_OF_REASONS]
    files.append(folder / "onhost" / "xenlens_host.py")
    found = [pair for file in files for pair in REASON.findall(file.read_text())]
    reasons = {one for pair in found for one in pair if one}
    assert {
        "no_answer",
        "no_bond",
        "no_members",
        "not_permitted",
        "several_macs",
        "mode",
    } <= reasons
    told = set(re.findall("`([a-z_]+)`", (DOCS / "reachability.md").read_text()))
    assert reasons - told == set()


def test_every_reason_of_a_disk_probe_is_told_in_the_words_of_the_code() -> None:
    page = (DOCS / "disk-probes.md").read_text()
    for reason, meaning in {**SKIPPED, **FAILED}.items():
        assert f"| `{reason}` | {meaning} |" in page


def test_the_costs_of_every_profile_are_those_of_the_code() -> None:
    page = (DOCS / "disk-probes.md").read_text()
    rows = {name: line for line in page.splitlines() if (name := _profile_of(line))}
    assert rows.keys() == PROFILES.keys()
    for name, profile in PROFILES.items():
        written = f"| {profile.size // MIB} MiB" if profile.needs_file else "| | "
        assert written in rows[name]
        assert f"{profile.runtime:.0f} s |" in rows[name] or not profile.needs_file


def _profile_of(line: str) -> str | None:
    match = re.match(r"\| `([a-z-]+)` \| (?:fio|`hdparm|1,000 reads)", line)
    return match[1] if match else None


WRITTEN = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.glob("*.md"))]


@pytest.mark.parametrize("page", WRITTEN, ids=lambda page: page.name)
def test_every_metric_that_a_page_names_exists(page: Path) -> None:
    """`xenlens_pool_…` or `xenlens_remediation_*` stands for several."""
    named = set(NAMED.findall(page.read_text(encoding="utf-8"))) - NO_METRICS
    known = {*catalogue(), *(RENDERED.sub("", metric) for metric in catalogue())}
    unknown = {name for name in named if name not in known}
    assert {u for u in unknown if not any(k.startswith(u) for k in known if u[-1] == "_")} == set()
