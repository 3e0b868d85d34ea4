"""The documentation says what the code does."""

from pathlib import Path

from exporter.reference import reference

DOCS = Path(__file__).parent.parent / "docs"


def test_the_metrics_reference_is_the_codes_own() -> None:
    assert (DOCS / "metrics.md").read_text() == reference(), "run make docs"
