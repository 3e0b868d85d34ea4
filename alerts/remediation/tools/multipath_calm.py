"""Whether a host's multipath maps are at rest: nobody else changes or holds them."""

import re
from collections.abc import Iterable, Mapping

from alerts.remediation.records import Refusal, Unreadable
from alerts.remediation.sight import Sight
from alerts.remediation.tools.multipath_map import Found
from collectors.host import Output
from collectors.multipathd import ask, refusal
from collectors.parsing import ToolError

STATUS = ask("show", "maps", "status")
"""The state of every map, in the words of all generations (libmultipath/print.h, `%t`)."""
CHANGERS = ("multipath", "rescan-scsi-bus.sh")
RUNNING = ("pidof", "-x", *CHANGERS)
MARGINAL = ask("show", "paths", "raw", "format", "%d|%M")
"""`%M` came with 0.8.3; before, an unknown wildcard prints nothing."""
CONFIG = ask("show", "config")
HELD_OUT = frozenset({"shaky", "delayed"})
"""Words by which the checker holds a path out on purpose (print.c, `snprint_chk_state`)."""
_MAP_STATES = frozenset({"active", "suspend", "undef"})
_HOLDING = re.compile(
    r'^\s*((?:san_path_err|marginal_path|delay)_\w+)\s+"?(?!(?:no|off|undef|0)"?\s*$)([^"\s]+)',
    re.MULTILINE,
)


async def require_calm(found: Found, sight: Sight) -> None:
    """Raises Refusal while a map is suspended or another program changes maps; Unreadable."""
    output = await sight.ask(found.host, STATUS)
    lines = (line.split() for line in answer(found.host, output).splitlines())
    states = [w for line in lines if line[:1] == [found.name] for w in line if w in _MAP_STATES]
    if not states:
        text = f"{found.host}: multipathd does not tell the state of map {found.name}"
        raise Unreadable("multipathd", text)
    if states[0] != "active":
        text = f"{found.host}: map {found.name} is {states[0]}: somebody is changing it"
        raise Refusal("map_suspended", text)
    await _nobody_at_work(found.host, sight)


async def _nobody_at_work(host: str, sight: Sight) -> None:
    """multipath changes maps, and hangs on sick paths; the script scans for devices."""
    output = await sight.ask(host, RUNNING)
    pids = output.stdout.split()
    if pids:
        text = f"{host}: {' or '.join(CHANGERS)} runs (process {pids[0]}): wait until it ended"
        raise Refusal("multipath_busy", text)
    if output.exit_status != 1:
        said = output.stderr.strip() or "it said nothing"
        raise Unreadable("processes", f"{host}: pidof exited {output.exit_status}: {said}")


async def refuse_marginal(host: str, devices: Iterable[str], sight: Sight) -> None:
    """Raises Refusal where multipathd keeps one of the devices out as marginal; Unreadable."""
    try:
        text = answer(host, await sight.ask(host, MARGINAL))
    except NotUnderstood:
        return
    states = dict(line.split("|", 1) for line in text.splitlines() if "|" in line)
    for device in devices:
        if states.get(device, "").strip() == "marginal":
            text = f"{host}: path {device} is marginal: multipathd holds it out since it flaps"
            raise Refusal("held_out", text)


async def refuse_held_out(host: str, device: str, sight: Sight) -> None:
    """The same for a failed path, which multipathd may be set to hold out for a time.

    0.9.4 was seen to call such a path `faulty`, and `delayed` at other moments, so its states
    alone are no proof. The daemon tells its whole configuration, of all files.
    """
    await refuse_marginal(host, [device], sight)
    options = holding(answer(host, await sight.ask(host, CONFIG)))
    if options:
        name, value = next(iter(options.items()))
        text = f"{host}: multipathd holds out paths that flap ({name} {value}), {device} perhaps"
        raise Refusal("held_out", f"{text}: find its cable or port, or wait")


def holding(config: str) -> Mapping[str, str]:
    """The options of a multipath configuration that hold paths out, with their values."""
    return dict(_HOLDING.findall(config))


class NotUnderstood(Unreadable):
    """multipathd is too old for the question, and printed its help."""


def answer(host: str, output: Output) -> str:
    """multipathd's answer. Raises Unreadable for a refusal, which may exit 0, and for silence."""
    error = refusal(output)
    if error is None and output.stdout.strip():
        return output.stdout
    error = error or ToolError("failed", "multipathd said nothing")
    kind = NotUnderstood if error.kind == "not-understood" else Unreadable
    raise kind("multipathd", f"{host}: {' '.join(output.argv)}: {error}")
