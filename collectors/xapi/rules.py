"""What XAPI's values mean, whichever way they came: the same records from every way."""

import re
from collections.abc import Mapping

from collectors.xapi.records import PathCount

MPATH = "mpath-"
"""How the keys of SM's path counts begin, in a PBD's other-config; the SCSI id follows."""
_PATHS = re.compile(r"\[([0-9]{1,6}), ([0-9]{1,6})\]")
_USER = re.compile(r"^([/\\]{2})[^/\\]*:[^/\\]*@")
_BRAND = "XenServer"
"""software-version had no product_brand before rebranding was possible."""


class Damaged(ValueError):
    """A record lacks a fact that it must have, or has one that cannot be."""


def once(uuid: object, seen: set[str]) -> None:
    """Note the uuid of a record. Raises Damaged where another one of its class had it."""
    if isinstance(uuid, str) and uuid:
        if uuid in seen:
            raise Damaged("uuid")
        seen.add(uuid)


def product(brand: str, version: str) -> str:
    """Product of a host from its product_brand and product_version; either may be empty."""
    return f"{brand or _BRAND} {version}" if version else ""


def natural(value: int | None) -> int | None:
    """A number where XAPI writes -1 for "there is none"."""
    return value if value is not None and value >= 0 else None


def sizes(
    size: int | None, utilisation: int | None, virtual_allocation: int | None
) -> tuple[int | None, int | None, int | None]:
    """The three sizes of an SR, in bytes, in this order."""
    # Before the first scan all three are 0 or -1: no one knows them.
    if size is None or size <= 0:
        return None, None, None
    return size, natural(utilisation), natural(virtual_allocation)


def device_config(told: Mapping[str, str]) -> dict[str, str]:
    """The values, without the user and password in `//user:password@server/share`."""
    return {key: _USER.sub(r"\1", value) for key, value in told.items()}


def path_counts(other_config: Mapping[str, str]) -> dict[str, PathCount]:
    """SM's path counts by SCSI id; a value of another form says nothing."""
    counts: dict[str, PathCount] = {}
    for key, value in other_config.items():
        found = _PATHS.fullmatch(value) if key.startswith(MPATH) else None
        if found:
            counts[key.removeprefix(MPATH)] = PathCount(int(found[1]), int(found[2]))
    return counts
