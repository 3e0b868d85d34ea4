"""Pages of docs/ that are generated: from what the code, the rules and the models declare."""

from collections.abc import Callable, Mapping

from exporter.reference.alerts import alerts_page
from exporter.reference.configuration import configuration_page
from exporter.reference.metrics import metrics_page

PAGES: Mapping[str, Callable[[], str]] = {
    "metrics.md": metrics_page,
    "alerts.md": alerts_page,
    "configuration-reference.md": configuration_page,
}
"""What makes the text, by the name of the file."""

__all__ = ["PAGES"]
