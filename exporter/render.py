"""Metrics as text, in the format and encoding the client asked for, off the event loop."""

import asyncio
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from prometheus_client import generate_latest
from prometheus_client.core import Metric
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.openmetrics import exposition as openmetrics

OPENMETRICS = "application/openmetrics-text"
PLAIN = "text/plain"
GZIP_LEVEL = 4
GZIP_WINDOW = 31
"""The largest window, and gzip's header and trailer around it (zlib's `windowBits`)."""
END = b"# EOF\n"
"""The last line of an OpenMetrics page."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """A page ready to send."""

    body: bytes
    content_type: str
    gzipped: bool


@dataclass(frozen=True, slots=True)
class _Collected:
    """What the library's renderers want of a registry."""

    metrics: Sequence[Metric]

    def collect(self) -> Iterable[Metric]:
        return self.metrics


async def render(
    metrics: Sequence[Metric], accept: str = "", accept_encoding: str = ""
) -> Rendered:
    """Render in a thread: 100,000 samples take about a second and must not stop other scrapes."""
    return await asyncio.to_thread(render_now, metrics, accept, accept_encoding)


def render_now(metrics: Sequence[Metric], accept: str = "", accept_encoding: str = "") -> Rendered:
    """Render in the calling thread."""
    is_openmetrics = wants_openmetrics(accept)
    content_type = openmetrics.CONTENT_TYPE_LATEST if is_openmetrics else CONTENT_TYPE_PLAIN_0_0_4
    pieces = _pieces(metrics, is_openmetrics)
    gzipped = wants_gzip(accept_encoding)
    return Rendered(b"".join(_squeezed(pieces) if gzipped else pieces), content_type, gzipped)


def _pieces(metrics: Iterable[Metric], is_openmetrics: bool) -> Iterator[bytes]:
    """The page family by family: no thread runs while strings are joined, 13 MB at worst.

    With 93,000 samples that took the event loop's longest stall from 9 to 4.5 ms.
    """
    encode: Callable[..., bytes] = generate_latest
    if is_openmetrics:
        encode = openmetrics.generate_latest
    for metric in metrics:
        yield encode(_Collected((metric,))).removesuffix(END)
    if is_openmetrics:
        yield END


def _squeezed(pieces: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(GZIP_LEVEL, wbits=GZIP_WINDOW)
    for piece in pieces:
        yield packer.compress(piece)
    yield packer.flush()


def wants_openmetrics(accept: str) -> bool:
    """Whether an Accept header gives OpenMetrics more weight than the plain text format."""
    weights = _weights(accept)
    return weights.get(OPENMETRICS, 0.0) > max(
        weights.get(name, 0.0) for name in (PLAIN, "text/*", "*/*")
    )


def wants_gzip(accept_encoding: str) -> bool:
    """Whether an Accept-Encoding header allows gzip."""
    weights = _weights(accept_encoding)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weights(header: str) -> dict[str, float]:
    """The highest `q` of each name in an Accept or Accept-Encoding header (RFC 9110 §12.4.2)."""
    weights: dict[str, float] = {}
    for item in header.lower().split(","):
        name, *parameters = (part.strip() for part in item.split(";"))
        quality = next((p[2:] for p in parameters if p.startswith("q=")), "1")
        try:
            weight = float(quality)
        except ValueError:
            weight = 0.0
        weights[name] = max(weight, weights.get(name, 0.0))
    return weights
