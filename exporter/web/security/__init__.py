"""Who is let in, how often, from where, and what every answer tells the browser."""

from exporter.web.security.gate import gate
from exporter.web.security.headers import add_headers
from exporter.web.security.limit import limit
from exporter.web.security.origin import same_origin

MIDDLEWARES = (limit, gate, same_origin)
"""In the order in which they see a request."""

__all__ = ["MIDDLEWARES", "add_headers"]
