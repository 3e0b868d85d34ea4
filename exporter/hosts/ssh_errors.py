"""Why a host cannot be reached, in sentences that say what to do."""

import re

import asyncssh

from collectors.host import HostError
from exporter.hosts.settings import Ssh


def where(settings: Ssh, address: str) -> str:
    """The place as an operator writes it: `root@10.0.0.1` or `root@10.0.0.1:2222`."""
    port = "" if settings.port == 22 else f":{settings.port}"
    return f"{settings.user}@{address}{port}"


class HostKeys(asyncssh.SSHClient):
    """Trusts nothing beyond the known hosts, but remembers the key the host showed."""

    def __init__(self, known: asyncssh.SSHKnownHosts | None) -> None:
        self._known = known
        self.shown: str | None = None
        self.changed = False

    def validate_host_public_key(
        self, host: str, addr: str, port: int, key: asyncssh.SSHKey
    ) -> bool:
        """Called by asyncssh for a key that is not among the known ones: never trusted."""
        self.shown = f"{key.get_algorithm()} {key.get_fingerprint()}"
        known = self._known.match(host, addr, port if port != 22 else None) if self._known else []
        self.changed = bool(known and known[0])
        return False


def host_key_refused(settings: Ssh, keys: HostKeys) -> str:
    """What to do about a host key that is not the known one."""
    file = settings.known_hosts or "~/.ssh/known_hosts"
    shown = keys.shown or "a key that cannot be verified"
    if keys.changed:
        return (
            f"wrong host key: it shows {shown}, {file} has another; somebody may be in between. "
            "Only if the host was reinstalled, replace its line there"
        )
    return (
        f"unknown host key: it shows {shown}; compare that with `ssh-keygen -lf` on the host's "
        f"own console and add the key to {file}"
    )


def unusable_key(settings: Ssh, error: OSError | ValueError) -> str:
    """What to do about a key or known-hosts file that cannot be used."""
    if isinstance(error, OSError):
        return f"{error.filename}: cannot be read: {error.strerror}"
    if "assphrase" in str(error):
        return f"{settings.key}: the key has a passphrase; use one without, or an agent and no key"
    return f"{settings.key or settings.known_hosts}: {error}"


def refused(settings: Ssh, error: Exception, keys: HostKeys) -> str:
    """What to do about a connection that was not made."""
    match error:
        case asyncssh.HostKeyNotVerifiable():
            return host_key_refused(settings, keys)
        case asyncssh.PermissionDenied():
            offered = settings.key or "the user's own keys and agent"
            return (
                f"authentication refused: add the public key of {offered} to "
                f"~{settings.user}/.ssh/authorized_keys on the host"
            )
        case asyncssh.KeyExchangeFailed() if not settings.legacy:
            return f"no algorithm in common ({error}); an old host needs `legacy: true`"
        case TimeoutError():
            return f"no answer within {settings.connect_timeout:g} s (connection timed out)"
        case ConnectionRefusedError():
            return "connection refused: is sshd running, is the port right?"
        case asyncssh.ConnectionLost() | ConnectionError():
            # A server that finds no algorithm in common may be faster to leave than we to tell.
            hint = "" if settings.legacy else "; an old host needs `legacy: true`"
            return f"the other side hung up during the handshake ({error}){hint}"
        case OSError():
            return error.strerror or str(error)
    return f"{error}"


class KeyRefused(HostError):
    """The host's `authorized_keys` gives our key a level that has no room for the command."""

    reason = "not_permitted"


_REFUSAL = re.compile(rb"xenlens_key: refused: ([^\n]+)\n?")
_REFUSED_STATUS = 126


def refused_by_key(exit_status: int | None, stderr: bytes) -> str:
    """Why xenlens_key.py on the host refused a command; empty where it did not."""
    match = _REFUSAL.fullmatch(stderr) if exit_status == _REFUSED_STATUS else None
    return match[1].decode(errors="replace") if match else ""
