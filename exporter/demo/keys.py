"""Keys of the demo: made at its start, kept in a private folder, gone with it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import asyncssh

from exporter.demo.flavours import Flavour

_RSA_BITS = 2048
_LEGACY_HOST_KEY = b"ssh-rsa"
_LEGACY: dict[str, list[str]] = {
    "kex_algs": [
        "diffie-hellman-group-exchange-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group1-sha1",
    ],
    "encryption_algs": ["aes128-cbc", "3des-cbc", "aes192-cbc", "aes256-cbc", "aes128-ctr"],
    "mac_algs": ["hmac-md5", "hmac-sha1"],
    "signature_algs": ["ssh-rsa"],
}
"""What OpenSSH 4.3 knows, as far as asyncssh still does (its ssh_config(5))."""


class Keys:
    """The client's key, and the host keys that all hosts of a kind share.

    All are RSA or younger where the host is: OpenSSH 4.3 knows no Ed25519, so the client's key,
    which opens every host, is RSA.
    """

    def __init__(self, folder: Path) -> None:
        self.client_file = folder / "id_demo"
        self.known_hosts_file = folder / "known_hosts"
        self._client = asyncssh.generate_private_key("ssh-rsa", key_size=_RSA_BITS)
        self._old_host = asyncssh.generate_private_key("ssh-rsa", key_size=_RSA_BITS)
        self._new_host = asyncssh.generate_private_key("ssh-ed25519")
        self.client_file.touch(mode=0o600)
        self.client_file.write_bytes(self._client.export_private_key())

    def server_options(self, flavour: Flavour) -> asyncssh.SSHServerConnectionOptions:
        """Options of a host's SSH server."""
        return asyncssh.SSHServerConnectionOptions(
            server_host_keys=_host_key_pairs(self._host_key(flavour), flavour.legacy),
            authorized_client_keys=asyncssh.import_authorized_keys(_public(self._client)),
            server_version=flavour.openssh,
            gss_host=None,
            **(_LEGACY if flavour.legacy else {}),
        )

    def write_known_hosts(self, hosts: Mapping[int, Flavour]) -> None:
        """Write the host keys of the servers on these ports."""
        lines = (f"[127.0.0.1]:{port} {_public(self._host_key(f))}" for port, f in hosts.items())
        self.known_hosts_file.write_text("".join(lines))

    def _host_key(self, flavour: Flavour) -> asyncssh.SSHKey:
        return self._old_host if flavour.legacy else self._new_host


def _host_key_pairs(key: asyncssh.SSHKey, legacy: bool) -> Sequence[asyncssh.SSHKeyPair]:
    """The host key. Signatures of RSA keys with SHA-2 came with OpenSSH 7.2."""
    pairs = asyncssh.load_keypairs(key)
    if legacy:
        for pair in pairs:
            pair.host_key_algorithms = [_LEGACY_HOST_KEY]
    return pairs


def _public(key: asyncssh.SSHKey) -> str:
    return key.export_public_key().decode()
