"""The table of commands that `xenlens_key.py` reads on a host, made from where they are used."""

import shlex
from collections.abc import Callable, Iterator, Mapping

from collectors.onhost import DISK, GATE, HOST, KEY, READS, program
from exporter.keys import drilling, healing, looking, reading
from exporter.keys.patterns import Shape

TABLE = f"{KEY}.table"
LEVELS: Mapping[str, tuple[Callable[[], Iterator[Shape]], ...]] = {
    "read": (reading.shapes,),
    "probe": (drilling.shapes, looking.shapes),
    "heal": (healing.shapes,),
}
"""What each level adds to the one before it."""
_HEAD = f"""\
# What the keys of xenlens allow: a level, and a pattern for each word. {KEY}.py reads it.
# A line that is taken out is no longer allowed; `...` repeats the word before it.
"""


def table() -> str:
    """The whole table as text."""
    lines = (
        shlex.join((level, *shape))
        for level, makers in LEVELS.items()
        for make in makers
        for shape in make()
    )
    return _HEAD + "".join(f"{line}\n" for line in dict.fromkeys(lines))


def on_host() -> dict[str, str]:
    """The files that a host needs for such keys, by name."""
    programs = {f"{name}.py": program(name) for name in (KEY, HOST, DISK, READS, GATE)}
    return {**programs, TABLE: table()}
