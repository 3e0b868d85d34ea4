"""The configuration as the engine has it: rules by playbook, maintenance windows, secrets."""

from collections.abc import Mapping
from pathlib import Path

from alerts.bundle import playbooks
from alerts.remediation.guards.case import Window
from alerts.remediation.playbook import Allowance, Rules, adjusted
from alerts.remediation.records import Mode
from exporter.config.remediation import Remediation
from exporter.config.secrets import Place, text_of


def rules_of(section: Remediation) -> Mapping[str, Rules]:
    """Every playbook, with what the configuration changes of it."""
    found = {}
    for name, bundled in playbooks().items():
        changed = section.playbooks.get(name)
        playbook = adjusted(name, bundled, changed.changes()) if changed else bundled
        allow = changed.allow if changed else ()
        allowances = (Allowance(Mode[a.mode.upper()], a.patterns()) for a in allow)
        found[name] = Rules(playbook, tuple(allowances))
    return found


def windows_of(section: Remediation) -> tuple[Window, ...]:
    """The maintenance windows."""
    return tuple(Window(w.begins, w.ends, w.patterns(), w.why) for w in section.maintenance)


class NoSecret(Exception):
    """A place of a secret cannot be used; the text says which, and not what is in it."""


def secret(place: Place, kind: str = "token") -> str:
    """The token in a place, or another kind of secret. Raises NoSecret."""
    try:
        text = text_of(place).strip()
    except (OSError, UnicodeDecodeError) as error:
        said = error.strerror if isinstance(error, OSError) else "no UTF-8 text"
        raise NoSecret(f"{place}: {said}") from None
    if not text or not text.isascii() or not text.isprintable():
        raise NoSecret(f"{place}: no {kind} in it")
    return text


def kill_switch(file: Path) -> str:
    """Why nothing may act: the first line of the file; empty where there is none.

    Raises OSError where its folder cannot be looked into. A folder that is not there has no file.
    """
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            line = opened.readline(200).strip()
    except (FileNotFoundError, NotADirectoryError):
        return ""
    return f"{file} exists" + (f": {line}" if line else "")
