"""The JSON of every dashboard, as committed in dashboards/json."""

import json
from collections.abc import Callable, Mapping

from grafana_foundation_sdk.cog.encoder import JSONEncoder
from grafana_foundation_sdk.models.dashboard import Dashboard, DashboardLinkPlacement

from dashboards.disks import disks
from dashboards.fleet import fleet
from dashboards.host import host
from dashboards.remediation import remediation
from dashboards.storage import storage

DASHBOARDS: Mapping[str, Callable[[], Dashboard]] = {
    "fleet": fleet,
    "host": host,
    "storage": storage,
    "disks": disks,
    "remediation": remediation,
}
"""By the name of its file."""
HIDDEN = DashboardLinkPlacement.IN_CONTROLS_MENU


def texts() -> dict[str, str]:
    """Every dashboard as JSON, by the name of its file."""
    return {f"{name}.json": text(build()) for name, build in DASHBOARDS.items()}


def text(dashboard: Dashboard) -> str:
    """Sorted, so that a change shows as what it is."""
    plain = json.loads(JSONEncoder().encode(dashboard))
    return json.dumps(_visible(plain), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _visible(plain: object) -> object:
    """Links stay where one sees them: the SDK moves them into a menu of newer Grafanas."""
    if isinstance(plain, dict):
        return {key: _visible(value) for key, value in plain.items() if value != HIDDEN}
    return [_visible(value) for value in plain] if isinstance(plain, list) else plain
