"""Ways to reach a host: local, ssh, recorded."""

from collectors.host import Host
from exporter.hosts.local import LocalHost
from exporter.hosts.recorded import RecordedHost
from exporter.hosts.settings import Local, Recorded, Settings, Ssh
from exporter.hosts.ssh import SshHost

__all__ = ["open_host"]


def open_host(name: str, settings: Settings) -> Host:
    """The host `name`. Nothing is connected before the first command or socket."""
    match settings:
        case Local():
            return LocalHost(name, settings)
        case Ssh():
            return SshHost(name, settings)
        case Recorded():
            return RecordedHost(name, settings)
