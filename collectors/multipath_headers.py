"""The first line of a map in a multipath listing: `ALIAS (WWID) dm-N VENDOR,PRODUCT`."""

import re
from dataclasses import dataclass

_ACTION = re.compile(
    r"\s*(?:create|reload|force[a-z]*|switchpg|resize|rename|reject|unchanged|undef|dry run)?: "
)
"""0.4.9 and later print no word, only the colon, for a resize (`snprint_action`)."""
_DEVICE = re.compile(r"(?:(?<=[\s0-9A-Za-z])dm-\d+|(?<=\s)undef|(?<=\s)\[[a-z]+\]:\S+)(?=\s|$)")
"""`dm-N` may be glued to the WWID (0.4.7); `undef` is a map not loaded, `[nvme]:` native NVMe."""
_BARE = re.compile(
    r"(?:(?P<alias>\S+) \((?P<named>[^\s()]+)\)"
    r"|(?P<naa>36[0-9a-f]{31}|(?:2[0-9a-f]|3[235])[0-9a-f]{15})\s*(?P<made_by>[A-Z][^,]*,.*)?|(?P<t10>1\S{8,}))$"
)
"""Headers without dm-N, as 0.4.5 to 0.4.7 can print them; the vendor may be glued to the WWID.

A WWID is scsi_id's: 3 and a NAA identifier (16 bytes for NAA 6, 8 for the others), 2 and an
EUI-64, or 1 and a vendor's text. One of another length was cut off."""


@dataclass(frozen=True, slots=True)
class Header:
    """The first line of a map."""

    wwid: str
    alias: str | None
    device: str | None
    vendor: str | None
    product: str | None


def read_header(line: str) -> Header | None:
    """A header that names a device: `ALIAS (WWID) dm-N VENDOR,PRODUCT` or `WWID dm-N …`."""
    found = _DEVICE.search(line)
    if found is None:
        return None
    name, made_by = _without_action(line[: found.start()]), line[found.end() :].strip()
    if "|" in name or (" " in made_by and "," not in made_by):
        return None
    alias, wwid = _names(name)
    if not wwid:
        return None
    return Header(wwid, alias, None if found[0] == "undef" else found[0], *_vendor(made_by))


def _names(name: str) -> tuple[str | None, str]:
    """Alias and WWID; no WWID where `name` is neither of the two forms.

    Captures exist that lost the opening bracket. A WWID may contain blanks (`1IET     00010001`).
    """
    if name.endswith(")"):
        alias, _, wwid = name[:-1].rpartition("(" if "(" in name else " ")
        return alias.strip(), wwid.strip() if alias.strip() else ""
    is_wwid = name[:1].isdigit() if " " in name else any(map(str.isdigit, name))
    return None, name if is_wwid and ":" not in name and "(" not in name else ""


def _vendor(text: str) -> tuple[str | None, str | None]:
    vendor, comma, product = text.partition(",")
    return (known(vendor), known(product)) if comma else (None, None)


def _without_action(line: str) -> str:
    action = _ACTION.match(line)
    return line[action.end() if action else 0 :].strip()


def read_bare_header(line: str) -> Header | None:
    """A header without a device. Only the line after it tells it from any other line."""
    match = _BARE.match(_without_action(line))
    if match is None:
        return None
    wwid = match["named"] or match["naa"] or match["t10"]
    return Header(wwid, match["alias"], None, *_vendor(match["made_by"] or ""))


def known(text: str | None) -> str | None:
    """The text without blanks around it; None for `##`, `-` and nothing."""
    text = (text or "").strip()
    return None if text in ("", "##", "-") else text
