"""`xenlens parse multipath`: any output that lists maps, told apart by itself."""

from collectors.multipath_json import is_json, parse_maps_json
from collectors.multipath_records import Map
from collectors.multipath_text import parse_multipath
from collectors.parsing import Kind, Parsed


def parse_any(text: str) -> Parsed[Map]:
    """The maps of a listing or of multipathd's JSON. Raises ToolError or ParseError."""
    return parse_maps_json(text) if is_json(text) else parse_multipath(text)


KINDS = (
    Kind(
        "multipath",
        parse_any,
        "multipath -l, multipath -ll, multipathd show topology, multipathd show maps json",
    ),
)
