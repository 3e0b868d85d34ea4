"""The demo's remediation: quick, in its own folder, and acting only where it is asked to."""

import secrets
from pathlib import Path
from typing import Any

OPERATOR = "demo"
WEBHOOK_TOKEN, OPERATOR_TOKEN = "webhook.token", "operator.token"
_QUICK = {
    "confirm": {"reads": 3, "interval": "2s"},
    "verify": {"time": "10s", "every": "1s"},
    "hold": {"time": "10s", "every": "2s"},
    # All hosts hang on the same switch: one after the other would take minutes.
    "caps": {"per_pool": 3},
}


def write_tokens(folder: Path) -> None:
    """Make both tokens, for their owner only."""
    for name in (WEBHOOK_TOKEN, OPERATOR_TOKEN):
        file = folder / name
        file.touch(mode=0o600)
        file.write_text(secrets.token_hex(16))


def remediation_section(folder: Path, alertmanager: str = "") -> dict[str, Any]:
    """The section for tokens in `folder`; with an Alertmanager's URL bonds are healed by it."""
    playbook = {**_QUICK, "mode": "auto"} if alertmanager else _QUICK
    section: dict[str, Any] = {
        "journal": str(folder / "remediation.db"),
        "kill_switch": str(folder / "remediation.stop"),
        "webhook": {"token_file": str(folder / WEBHOOK_TOKEN)},
        "operators": {OPERATOR: {"token_file": str(folder / OPERATOR_TOKEN)}},
        "playbooks": {"set-active-member": playbook},
    }
    return section | ({"alertmanager": {"url": alertmanager}} if alertmanager else {})
