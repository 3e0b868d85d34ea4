"""`multipath -l`, `-ll`, `-v2` and `multipathd show topology`: text of every generation → maps.

A map with a line that cannot be read is left out and counted: with one path fewer it would look
as if the path had vanished, and its priority or group would be a guess. Its lines become noise.
"""

import re

from collectors.multipath_errors import text_error
from collectors.multipath_listing import Listing
from collectors.multipath_records import Map
from collectors.parsing import Noise, Parsed, ParseError

_ESCAPES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
"""0.4.9 to 0.9 print the header in bold on a terminal (`snprint_multipath_topology`)."""
_TREE = re.compile(r"[|`]-[+-]|[| ] [|`]- ")
"""Group and path lines of 0.4.9 and later."""
_LAST_PATH = "  `- "
_EXPECTED = "the first line of a map, such as 'mpatha (WWID) dm-0 VENDOR,PRODUCT'"


def parse_multipath(text: str) -> Parsed[Map]:
    """The maps of a listing, in its order; `()` where the tool says that there are none.

    Raises ToolError where the text is an error message (even one printed with exit status 0) and
    ParseError where it is no listing, or one in which no map is whole. Linear in the text.
    """
    listing = Listing(_ESCAPES.sub("", text) if "\x1b" in text else text)
    listing.read()
    if not listing.maps:
        _refuse(text, listing)
    noise = tuple(Noise(number, listing.noise[number]) for number in sorted(listing.noise))
    return Parsed(tuple(listing.maps), noise, listing.damaged)


def parse_listing(text: str) -> Parsed[Map]:
    """The maps of a listing that comes straight from a host, and must therefore be whole.

    Raises what `parse_multipath` raises, and ParseError where the text breaks off: in the middle
    of a line, or (0.4.9 and later) where the tree says that more paths follow.
    """
    lines = text.rstrip("\n").split("\n")
    tree = [number for number, line in enumerate(lines, 1) if _TREE.match(line)]
    if tree and not lines[tree[-1] - 1].startswith(_LAST_PATH):
        raise ParseError(tree[-1], "more paths behind this line; the listing breaks off")
    if text and not text.endswith("\n"):
        raise ParseError(len(lines), "the end of this line; the listing breaks off", lines[-1])
    return parse_multipath(text)


def _refuse(text: str, listing: Listing) -> None:
    error = text_error(text)
    if error is not None:
        raise error
    for line, expected in ((listing.refused, "a whole map"), (listing.strange, _EXPECTED)):
        if line is not None:
            raise ParseError(line, expected, listing.lines[line - 1])
