"""Ports of loopback for servers that tests start."""

import random
import socket
from contextlib import suppress

NOT_GIVEN_BY_LINUX = (12000, 30000)
"""Below net.ipv4.ip_local_port_range: a port of 32768 and more may be the demo's own SSH server."""


def free_port() -> int:
    """A port that nobody listens on now, and that the kernel gives nobody who asks for any."""
    while True:
        port = random.randrange(*NOT_GIVEN_BY_LINUX)
        with socket.socket() as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
