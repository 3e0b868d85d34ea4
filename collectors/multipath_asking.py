"""What multipathd says of its maps, in the best form that it knows."""

import asyncio
from dataclasses import dataclass, replace

from collectors.host import NOT_FOUND, HostError, Output, Unreachable
from collectors.multipath_json import parse_maps_json
from collectors.multipath_records import Map
from collectors.multipath_text import parse_listing
from collectors.multipathd import (
    DAEMON,
    MAPS_JSON,
    RAW_PATHS,
    TOPOLOGY,
    RawPath,
    ask,
    complete,
    daemon_pid,
    parse_raw_paths,
    refusal,
)
from collectors.parsing import Parsed, ParseError, ToolError
from collectors.registry import Look


@dataclass(frozen=True, slots=True)
class Daemon:
    """What multipathd said: its maps, None when it gave none, and whether it runs (None: unknown).

    `knows_json` is False when it answered `show maps json` with its help.
    """

    maps: Parsed[Map] | None
    via: str = ""
    running: bool | None = None
    knows_json: bool = True


class _Silence(Exception):
    """An empty answer: no maps, or no daemon (XCP-ng's build gives the same for both)."""


async def ask_daemon(look: Look, with_json: bool) -> Daemon:
    """Ask for JSON, else for the topology. Raises Unreachable; any other trouble is an answer."""
    try:
        return await _ask(look, with_json)
    except _Silence:
        return await _sign_of_life(look)
    except Unreachable:
        raise
    except ToolError as error:
        return Daemon(None, running=False if error.kind == "not-running" else None)
    except (HostError, ParseError):
        return Daemon(None)


async def _ask(look: Look, with_json: bool) -> Daemon:
    if with_json:
        try:
            return Daemon(await _maps_by_json(look), "multipathd show json", running=True)
        except ToolError as error:
            if error.kind != "not-understood":
                raise
    text = _answer(await look.run(*ask(*TOPOLOGY)))
    maps = await asyncio.to_thread(parse_listing, text)
    return Daemon(maps, "multipathd show topology", running=True, knows_json=False)


async def _maps_by_json(look: Look) -> Parsed[Map]:
    """Maps with what only the list of paths has: addresses and sizes."""
    maps, paths = await asyncio.gather(
        look.run(*ask(*MAPS_JSON)), look.run(*ask(*RAW_PATHS)), return_exceptions=True
    )
    if isinstance(maps, BaseException):
        raise maps
    return await asyncio.to_thread(_completed, _answer(maps), paths)


def _completed(text: str, paths: Output | BaseException) -> Parsed[Map]:
    maps = parse_maps_json(text)
    return replace(maps, records=complete(maps.records, _raw_paths(paths)))


def _raw_paths(output: Output | BaseException) -> tuple[RawPath, ...]:
    """The daemon's list of paths; a daemon that gives none still knows its maps."""
    if isinstance(output, HostError):
        return ()
    if isinstance(output, BaseException):
        raise output
    try:
        return parse_raw_paths(_answer(output)).records
    except (ToolError, ParseError, _Silence):
        return ()


async def _sign_of_life(look: Look) -> Daemon:
    """Whether a daemon that gave an empty answer is there; then it has no maps."""
    try:
        alive = daemon_pid((await look.run(*ask(*DAEMON))).stdout) is not None
    except Unreachable:
        raise
    except HostError:
        return Daemon(None)
    return Daemon(Parsed(()) if alive else None, "multipathd show daemon", running=alive)


def _answer(output: Output) -> str:
    """The daemon's answer. Raises ToolError for a refusal, which may exit 0, and _Silence."""
    if output.exit_status == NOT_FOUND:
        raise ToolError("bad-command", "no multipathd on this host")
    error = refusal(output)
    if error is not None:
        raise error
    if not output.stdout.strip():
        raise _Silence
    return output.stdout
