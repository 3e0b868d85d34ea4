"""The report of a drill: Markdown and HTML, with a timeline and a plot of I/O latency."""

from datetime import tzinfo
from pathlib import Path

import jinja2
from markupsafe import Markup

from exporter.drill.pictures_latency import latency
from exporter.drill.pictures_timeline import timeline
from exporter.drill.record import Drill
from exporter.drill.report_facts import findings
from exporter.drill.report_io import IoFacts, io_facts
from exporter.drill.report_markdown import escaped, fence, table
from exporter.drill.report_stages import told
from exporter.drill.report_tables import tables
from exporter.drill.report_words import NOUNS, Clock, lasted, plain

TIMELINE, LATENCY = "timeline.svg", "latency.svg"


def write_report(drill: Drill, folder: Path, zone: tzinfo | None = None) -> tuple[Path, ...]:
    """Write report.md, report.html, timeline.svg and latency.svg into a folder that exists.

    Times of day are in `zone`, by default that of this machine. Gives the paths; raises OSError.
    """
    clock, facts = Clock(drill.began, zone), io_facts(drill.io, drill.seconds)
    pictures = {TIMELINE: timeline(drill, clock), LATENCY: latency(drill, facts, clock)}
    said = _said(drill, facts, clock)
    texts = {
        "report.md": _markdown().get_template("report.md").render(said),
        "report.html": _html()
        .get_template("report.html")
        .render(said, timeline=Markup(pictures[TIMELINE]), latency=Markup(pictures[LATENCY])),
        **pictures,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return tuple(folder / name for name in texts)


def _said(drill: Drill, facts: IoFacts, clock: Clock) -> dict[str, object]:
    """What both templates say."""
    return {
        "drill": drill,
        "began": clock.day(),
        "lasted": lasted(drill.seconds),
        "findings": findings(drill, facts),
        "tables": tables(drill, facts, clock),
        "stages": told(drill, facts, clock),
        "nouns": NOUNS[drill.kind],
        "says": _pictures_say(drill),
    }


def _pictures_say(drill: Drill) -> dict[str, str]:
    """The pictures, for those who do not see them."""
    nouns = NOUNS[drill.kind]
    return {
        TIMELINE: f"State of each {nouns.lane} over time; the tables below say the same",
        LATENCY: f"Latency of {drill.io_name or 'I/O'} over time",
    }


def _html() -> jinja2.Environment:
    """Everything is escaped but the pictures, which escape their own text."""
    return jinja2.Environment(
        loader=jinja2.PackageLoader("exporter.drill"),
        autoescape=True,
        finalize=lambda value: value if isinstance(value, Markup) else plain(str(value)),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )


def _markdown() -> jinja2.Environment:
    """Every value is escaped but tables and fences, which escape their own text."""
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("exporter.drill"),
        finalize=escaped,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters.update(fence=fence, table=table)
    return environment
