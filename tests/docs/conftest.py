"""The demo pool for the commands of the documentation, with Prometheus and Alertmanager."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.e2e.conftest import Demo, demo
from tests.labs.alerting import alerting

__all__ = ["demo"]


@dataclass(frozen=True, slots=True)
class Machine:
    """The machine of xenlens: what the addresses and files of the pages are here."""

    config: Path
    places: Mapping[str, str]


@pytest.fixture(scope="module")
def machine(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """The demo, and both programs beside it."""
    folder = tmp_path_factory.mktemp("alerting")
    with alerting(folder, demo.url, every=5.0) as both:
        places = {
            "http://127.0.0.1:10045": demo.url,
            "http://127.0.0.1:10046": demo.control,
            "http://127.0.0.1:9090": both.prometheus,
            "http://127.0.0.1:9093": both.alertmanager.url,
            "/etc/prometheus": str(folder),
        }
        yield Machine(demo.config, places)
