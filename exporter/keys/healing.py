"""Level `heal`: the gate, with the effects that the tools of the engine declare and no others."""

from collections.abc import Iterator

from alerts.remediation.tools import tools
from collectors.onhost import GATE
from exporter.keys.patterns import NUMBER, SECONDS, TEXT, Shape, streamed

_WHO = ("--object", TEXT, "--epoch", NUMBER, "--owner", TEXT)


def shapes() -> Iterator[Shape]:
    """Every command line that the level adds."""
    yield streamed(GATE, "take", *_WHO, "--lease", SECONDS)
    yield streamed(GATE, "release", *_WHO)
    act = ("act", *_WHO, "--step", TEXT, "--deadline", SECONDS, "--")
    effects = dict.fromkeys(shape for tool in tools().values() for shape in tool.effects)
    for shape in effects:
        yield streamed(GATE, *act, *shape)
