"""The web configuration file: TLS, users and headers as Prometheus' exporters are given them.

The format is that of the exporter toolkit (docs/web-configuration.md there). What this server
cannot do of it is refused, never left out in silence.
"""

from exporter.webconfig.model import WebConfig
from exporter.webconfig.protection import Protection
from exporter.webconfig.read import Reading, read

__all__ = ["Protection", "Reading", "WebConfig", "read"]
