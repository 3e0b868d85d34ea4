"""`xenlens parse --format metrics`: a captured output as the metrics a scrape would give."""

from typing import Any

from collectors.bond_metrics import fill as fill_bonds
from collectors.bond_state import BondState
from collectors.metrics import Page
from collectors.multipath_metrics import fill as fill_multipath
from collectors.multipath_reading import MultipathReading
from collectors.parsing import Parsed
from collectors.registry import Reading, View
from exporter.render import render_now


def as_metrics(kind: str, parsed: Parsed[Any]) -> str:
    """The text page without target labels. Raises LookupError for a KIND without metrics."""
    page = Page({})
    if kind == "bond-show":
        states = tuple(BondState(bond, "openvswitch") for bond in parsed.records)
        fill_bonds(page, Reading(states, "file"), View())
    elif kind == "multipath":
        fill_multipath(page, MultipathReading(parsed.records, "file"), View())
    else:
        raise LookupError(f"{kind} has no metrics of its own; bond-show and multipath have")
    return render_now(page.metrics()).body.decode()
