"""The exporter that these tests ask."""

from pathlib import Path

import pytest

from tests.exporter.web_security.secured import TOKENS, Secured, hashed


@pytest.fixture
def rig(tmp_path: Path) -> Secured:
    """One that does not run yet; its web configuration is empty."""
    return Secured(tmp_path)


@pytest.fixture
def locked(rig: Secured) -> Secured:
    """One with a user, and with tokens for the webhook and for an operator."""
    rig.web["basic_auth_users"] = {"anna": hashed()}
    for name, token in TOKENS.items():
        file = rig.folder / f"{name}.token"
        file.touch(mode=0o600)
        file.write_text(token)
    rig.more["remediation"] = {
        "journal": str(rig.folder / "journal.db"),
        "webhook": {"token_file": "hook.token"},
        "operators": {"ben": {"token_file": "ben.token"}},
    }
    return rig
