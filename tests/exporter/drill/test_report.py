"""The report of a drill, as files."""

import re
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree

import pytest
from markdown_it import MarkdownIt

from exporter.drill.record import Drill, Note
from exporter.drill.report import write_report
from tests.exporter.drill import drills

DRILLS = {
    "failover": drills.failover(),
    "empty": drills.empty(),
    "no I/O": drills.without_io(),
    "hanging": drills.hanging(),
    "holes": drills.with_holes(),
    "bond": drills.bond(),
    "eight marks": drills.eight_marks(),
    "no time": replace(drills.empty(), seconds=0.0),
}
NASTY = [
    drills.HOSTILE,
    'a" onload="alert(1)',
    "]]></svg><script>alert(1)</script>",
    "a|b\n| c |\n```\n# heading\n~~~",
    "\x00\x1b[31mred\x07\u202e\udc80\ufffe",
    "{{ drill.target }}{% for x in y %}",
    "[link](javascript:alert) ![x](y) <http://z> &lt;b&gt; `code` *a* $x$",
    "- - 1. > # +",
    "1. one",
    "---",
    " ",
]


def report(drill: Drill, folder: Path) -> dict[str, str]:
    """The text of each file."""
    files = write_report(drill, folder, drills.ZONE)
    return {path.name: path.read_text(encoding="utf-8") for path in files}


def rows(markdown: str, title: str) -> list[list[str]]:
    """The cells of a table, without its head."""
    part = markdown.split(f"## {title}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in part.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


@pytest.mark.parametrize("name", DRILLS)
def test_every_drill_has_a_report_of_four_files(name: str, tmp_path: Path) -> None:
    files = report(DRILLS[name], tmp_path)
    assert set(files) == {"report.md", "report.html", "timeline.svg", "latency.svg"}
    for picture in ("timeline.svg", "latency.svg"):
        ElementTree.fromstring(files[picture])
        assert files[picture] in files["report.html"]
        assert f"]({picture})" in files["report.md"]


def test_the_findings_come_first(tmp_path: Path) -> None:
    files = report(drills.hanging(), tmp_path)
    assert re.findall(r"^## (.+)$", files["report.md"], re.MULTILINE)[:2] == [
        *("Findings", "Pictures"),
    ]
    assert "- **1 read never ended; it began 200.0 s after the drill did.**" in files["report.md"]
    assert '<li class="bad">1 read never ended' in files["report.html"]


def test_each_path_has_when_it_went_and_as_what_it_came_back(tmp_path: Path) -> None:
    found = rows(
        report(drills.failover(), tmp_path)["report.md"], "When each path went and came back"
    )
    assert found == [
        [
            *("sda 0:0:0:0", "from the start", "17:28:32.5 (121.5 s)"),
            *("as sda 0:0:4:0, 17:29:34.0 (183.0 s)", "61.5 s"),
        ],
        [
            *("sdb 0:0:1:0", "from the start", "17:27:01.5 (30.5 s)"),
            *("as sdb 0:0:2:0, 17:27:44.0 (73.0 s)", "42.5 s"),
        ],
        ["sdb 0:0:2:0", "new: 17:27:44.0 (73.0 s)", "no", "", ""],
        ["sda 0:0:4:0", "new: 17:29:34.0 (183.0 s)", "no", "", ""],
    ]


def test_of_several_new_paths_none_is_claimed_to_be_the_old_one(tmp_path: Path) -> None:
    ready, gone = "active ready running", "not there"
    old = [drills.lane(name, (0.0, ready), (10.0, gone)) for name in ("sda", "sdb")]
    new = [drills.lane(name, (0.0, gone), (20.0, ready)) for name in ("sdc", "sdd")]
    drill = replace(drills.without_io(), lanes=(*old, *new))
    found = rows(report(drill, tmp_path)["report.md"], "When each path went and came back")
    assert [row[3] for row in found] == [*["perhaps as one of sdc and sdd"] * 2, "", ""]


def test_each_alert_has_when_it_would_have_fired_or_why_not(tmp_path: Path) -> None:
    found = rows(report(drills.failover(), tmp_path)["report.md"], "Alerts of the bundled rules")
    assert [row[4] for row in found] == [
        "17:27:32.0 (61.0 s), 31.0 s after mark 1",
        "no, ended before",
    ]


def test_times_that_are_not_known_are_listed(tmp_path: Path) -> None:
    found = rows(report(drills.with_holes(), tmp_path)["report.md"], "What is not known")
    assert [(row[2], row[3]) for row in found] == [
        ("18.1 s", "no read was under way"),
        ("18 s", "no sample: the host did not answer"),
    ]


@pytest.mark.parametrize("words", NASTY)
def test_hostile_text_changes_nothing_but_words(words: str, tmp_path: Path) -> None:
    files = report(drills.hostile(words), tmp_path)
    tame = report(drills.hostile("tame"), tmp_path)
    for picture in ("timeline.svg", "latency.svg"):
        assert shape(files[picture]) == shape(tame[picture])
    assert tags(files["report.html"]) == tags(tame["report.html"])
    assert blocks(files["report.md"]) == blocks(tame["report.md"])


def shape(picture: str) -> set[tuple[str, tuple[str, ...]]]:
    """Kinds of elements of a picture and their attributes."""
    found = ElementTree.fromstring(picture).iter()
    return {(one.tag, tuple(sorted(one.attrib))) for one in found}


def tags(html: str) -> list[str]:
    """Elements of a page outside its pictures."""
    return re.findall(r"<[^>]*>", re.sub(r"<svg.*?</svg>", "", html, flags=re.DOTALL))


def blocks(markdown: str) -> list[tuple[str, str]]:
    """What a Markdown text is made of: its blocks, and what is in their lines but text."""
    parser = MarkdownIt("commonmark").enable("table")
    found = []
    for token in parser.parse(markdown):
        found.append((token.type, token.tag))
        inner = token.children or []
        found += [(one.type, one.tag) for one in inner if one.type not in ("text", "text_special")]
    return found


def test_the_page_needs_nothing_from_outside_and_runs_nothing(tmp_path: Path) -> None:
    page = report(drills.hostile(), tmp_path)["report.html"]
    assert not re.search(r"<(script|link|img|iframe|object)|\son\w+=|@import", page)
    assert set(re.findall(r"url\(([^)]*)\)", page)) <= {
        *("#timeline-bad", "#timeline-hole", "#timeline-unknown"),
        *("#latency-bad", "#latency-hole", "#latency-unknown"),
    }
    assert set(re.findall(r"https?://[^\"'<\s]+", page)) == {"http://www.w3.org/2000/svg"}


def test_log_lines_cannot_close_their_fence(tmp_path: Path) -> None:
    drill = drills.logged(["```", "````", "# not a heading"])
    text = report(drill, tmp_path)["report.md"]
    fences = [one for one in MarkdownIt("commonmark").parse(text) if one.type == "fence"]
    assert [one.content.splitlines()[-1] for one in fences] == [
        "17:26:33.0 kernel: # not a heading",
    ]


def test_the_time_of_day_is_that_of_the_zone_asked_for(tmp_path: Path) -> None:
    text = report(drills.failover(), tmp_path)["report.md"]
    assert "2026-04-07 17:26:31 UTC, 240 s long." in text


def test_a_very_long_mark_and_line_are_kept_readable(tmp_path: Path) -> None:
    drill = drills.logged(["x" * 5000])
    drill = replace(drill, notes=(Note(0.5, "mark", "word " * 200), *drill.notes))
    files = report(drill, tmp_path)
    assert max(map(len, re.findall(r"x+", files["report.md"]))) < 500


def test_an_hour_of_twenty_reads_a_second_has_a_small_report(tmp_path: Path) -> None:
    drill = drills.long_drill()
    assert len(drill.io) == 72_000
    files = report(drill, tmp_path)
    assert {name for name, text in files.items() if len(text) > 100_000} == set()
