"""asyncssh's options for a host: keys, known hosts, algorithms."""

from collections.abc import Sequence
from pathlib import Path

import asyncssh

from exporter.hosts.settings import Ssh

LEGACY_KEX = (
    "diffie-hellman-group-exchange-sha1",
    "diffie-hellman-group14-sha1",
    "diffie-hellman-group1-sha1",
)
LEGACY_CIPHERS = ("aes256-cbc", "aes192-cbc", "aes128-cbc", "3des-cbc")
LEGACY_MACS = ("hmac-sha1", "hmac-md5")
LEGACY_HOST_KEYS = ("ssh-rsa", "ssh-dss")
"""What OpenSSH 4.3 offers (its ssh_config(5)); asyncssh's own defaults go first."""

KEEPALIVES_MISSED = 2


def client_options(settings: Ssh) -> asyncssh.SSHClientConnectionOptions:
    """Options for one connection. The user's ~/.ssh/config is never read.

    Reads the key file: raises OSError, or ValueError for a file that is no usable key.
    """
    keys = load_keys(settings.key) if settings.key else ()
    return asyncssh.SSHClientConnectionOptions(
        config=None,
        username=settings.user,
        client_keys=keys,
        # Only with no key of its own may a host be offered what the user's agent holds.
        agent_path=None if settings.key else (),
        preferred_auth="publickey",
        keepalive_interval=settings.keepalive,
        keepalive_count_max=KEEPALIVES_MISSED,
        known_hosts=known_hosts(settings),
        **(_legacy_algorithms() if settings.legacy else {}),
    )


def load_keys(file: Path) -> Sequence[asyncssh.SSHKeyPair]:
    """The keys in a file. Raises OSError, or ValueError for a file that is no usable key.

    Whether the numbers of an RSA key are what they should be is not computed at every connection:
    that is for keys of strangers, and took 33 ms of CPU where all the rest takes 0.2.
    """
    return asyncssh.load_keypairs(str(file), unsafe_skip_rsa_key_validation=True)


def known_hosts(settings: Ssh) -> asyncssh.SSHKnownHosts | None:
    """The host keys to trust; None trusts every key. Raises OSError, ValueError."""
    if not settings.verify_host_key:
        return None
    path = settings.known_hosts or Path("~/.ssh/known_hosts").expanduser()
    if settings.known_hosts is None and not path.exists():
        return asyncssh.import_known_hosts("")
    return asyncssh.read_known_hosts(str(path))


def _legacy_algorithms() -> dict[str, str]:
    return {
        "kex_algs": "+" + ",".join(LEGACY_KEX),
        "encryption_algs": "+" + ",".join(LEGACY_CIPHERS),
        "mac_algs": "+" + ",".join(LEGACY_MACS),
        "signature_algs": "+" + ",".join(LEGACY_HOST_KEYS),
        "server_host_key_algs": "+" + ",".join(LEGACY_HOST_KEYS),
    }
