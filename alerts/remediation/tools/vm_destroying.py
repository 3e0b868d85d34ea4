"""How a domain is destroyed: with what its version of XenServer has for that."""

import re

from alerts.remediation.records import Refusal
from alerts.remediation.tool import Shape

_DOMID = "[1-9][0-9]{0,4}"
"""Never domain 0."""
OLD, NEW = "/opt/xensource/debug/destroy_domain", "xl"
SHAPES: tuple[Shape, ...] = ((OLD, "-domid", _DOMID), (NEW, "destroy", _DOMID))
_SINCE = (6, 5)
"""The old program was in 6.0 to 6.2 (xapi.spec) and was removed in 2014; `xl` is in /usr/sbin."""
_VERSION = re.compile(r"(\d+)\.(\d+)")


def destroying(product: str, domid: int) -> tuple[str, ...]:
    """The command line for a host's product, such as `XCP-ng 8.3.0`. Raises Refusal."""
    version = _VERSION.search(product)
    if version is None:
        text = f"the host's version is not known ({product or 'XAPI does not say'}), so neither is "
        raise Refusal("unknown_version", f"{text}how it destroys a domain")
    old = (int(version[1]), int(version[2])) < _SINCE
    return (OLD, "-domid", f"{domid}") if old else (NEW, "destroy", f"{domid}")
