"""What XAPI has of an ISO library, kept so that it can be introduced again."""

import shlex
from collections.abc import Iterator, Mapping

from alerts.remediation.records import Facts, Refusal
from alerts.remediation.sight import Sight
from alerts.remediation.tools.storage_library import Library
from alerts.remediation.tools.storage_xe import records
from collectors.xapi.redaction import masked

SR = (
    "uuid",
    "name-label",
    "name-description",
    "type",
    "content-type",
    "shared",
    "is-tools-sr",
    "other-config",
    "sm-config",
)
PBD = ("uuid", "host-uuid", "device-config")
VDI = ("uuid", "name-label", "location")
"""What is asked of each."""


async def saved(library: Library, host: str, sight: Sight) -> Facts:
    """The records of an SR, its PBDs and its discs, and the commands that make them anew.

    `host` is the one whose `xe` is asked. Passwords are masked: a person has to put them in again.
    Raises Refusal `tools_sr` and `unknown_sr`, Unreadable.
    """
    uuid = library.sr.uuid
    srs = await records(sight, host, "sr", SR, f"uuid={uuid}")
    if len(srs) != 1:
        raise Refusal("unknown_sr", f"XAPI knows no SR {uuid} any more")
    sr = srs[0]
    if sr.get("is-tools-sr") == "true" or "xenserver_tools_sr: true" in sr["other-config"]:
        raise Refusal("tools_sr", f"{library.sr.name} is the library of guest tools: leave it")
    pbds = await records(sight, host, "pbd", PBD, f"sr-uuid={uuid}")
    texts = {pbd["uuid"]: masked(pbd["device-config"]) for pbd in pbds}
    return {
        "sr": {field: masked(value) for field, value in sr.items()},
        "device_config": texts,
        "discs": [dict(one) for one in await records(sight, host, "vdi", VDI, f"sr-uuid={uuid}")],
        "introduce": list(_commands(library, sr["name-description"], texts)),
    }


def _commands(library: Library, description: str, texts: Mapping[str, str]) -> Iterator[str]:
    sr = library.sr
    kind = (f"type={sr.type}", f"content-type={sr.content_type}", "shared=true")
    names = (f"name-label={sr.name}", f"name-description={description}")
    yield shlex.join(("xe", "sr-introduce", f"uuid={sr.uuid}", *kind, *names))
    for pbd in library.pbds.values():
        whose = (f"host-uuid={pbd.host}", f"sr-uuid={sr.uuid}")
        config = _config(texts.get(pbd.uuid, "")) | dict(pbd.device_config)
        keys = (f"device-config:{key}={value}" for key, value in sorted(config.items()))
        yield shlex.join(("xe", "pbd-create", *whose, *keys))


def _config(text: str) -> dict[str, str]:
    """A map's keys and values as `xe` prints them; a mask hides what stands behind it as well."""
    pairs = (piece.partition(": ") for piece in text.split("; "))
    return {key: value for key, colon, value in pairs if colon}
