"""Run a collector against a host and look at its samples."""

import asyncio
from typing import Any

from collectors.host import Host
from collectors.inventory import HostInventory
from collectors.metrics import Page
from collectors.registry import Collector, Look, View


async def read(
    collector: Collector, host: Host, inventory: HostInventory | None = None, seconds: float = 2.0
) -> Any:
    """One look within `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    return await collector.read(Look(host, deadline, inventory or HostInventory()))


def samples(collector: Collector, reading: Any, view: View | None = None) -> dict[str, float]:
    """Every sample as `name{label="value",…}`, without target labels."""
    page = Page({})
    collector.fill(page, reading, view or View())
    return {
        _key(sample.name, sample.labels): sample.value
        for metric in page.metrics()
        for sample in metric.samples
    }


def _key(name: str, labels: dict[str, str]) -> str:
    inside = ",".join(f'{label}="{value}"' for label, value in labels.items())
    return f"{name}{{{inside}}}" if inside else name
