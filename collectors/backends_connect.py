"""Whether a host reaches its storage servers: a TCP connection made by the host's own bash.

Nothing of a mounted file system is touched, since `df` or `stat` on a dead NFS mount hangs in the
kernel and cannot be killed. A connection that is being made can be.
"""

import asyncio
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from collectors.backends_servers import Server
from collectors.host import (
    NOT_FOUND,
    DeadlineExceeded,
    HostError,
    Output,
    Unreachable,
    loop_time,
)
from collectors.parsing import ParseError
from collectors.proc_mounts import PROC_MOUNTS, parse_proc_mounts
from collectors.registry import Look

SCRIPT = 'exec 3<>"/dev/tcp/$0/$1"'
"""Address and port come as `$0` and `$1`: no text of a PBD becomes part of a script."""
CONNECT_SECONDS = 2.0
"""How long a server has to accept a connection."""
LEAST_SECONDS = 1.0
"""With less time than that, silence says nothing about a server."""
AT_ONCE = 4
"""Connections at a time: a host's other commands need channels as well."""
_NOT_TRIED = re.compile(r": No such file or directory$|: restricted: ", re.M)
"""Words of a bash that was built or started without network redirections."""


@dataclass(frozen=True, slots=True)
class Check:
    """Whether a host reached a server. None: could not be found out, and `words` say why."""

    server: Server
    reachable: bool | None
    words: str = ""
    silent: bool = False
    """The time ran out, and whether it was the server's fault is to be judged."""


@dataclass(frozen=True, slots=True)
class Checks:
    """What one round of checks gave."""

    by_server: Mapping[Server, Check]
    mounted: frozenset[str] | None
    """Every mount point of the host; None where that is not known."""


async def check_all(look: Look, servers: Iterable[Server]) -> Checks:
    """Try every server, and read what is mounted. Raises Unreachable for the host itself.

    The list of mounts is asked for after the first connections: a host that gives it in time has
    also begun those, so a silence is the server's.
    """
    gate = asyncio.Semaphore(AT_ONCE)
    trying = [_check(look, server, gate) for server in servers]
    *checks, mounted = await asyncio.gather(*trying, _mounted(look), return_exceptions=True)
    for answer in (*checks, mounted):
        if isinstance(answer, BaseException):
            raise answer
    points = mounted if isinstance(mounted, frozenset) else None
    judged = (_judged(check, points is not None) for check in checks if isinstance(check, Check))
    return Checks({check.server: check for check in judged}, points)


def _judged(check: Check, host_answers: bool) -> Check:
    if check.silent and not host_answers:
        return replace(check, reachable=None, words="the host itself did not answer in time")
    return check


async def _mounted(look: Look) -> frozenset[str] | None:
    # The first connections are under way before the host is asked whether it answers.
    await asyncio.sleep(0)
    try:
        output = await _hasty(look).run(*PROC_MOUNTS)
        return frozenset(parse_proc_mounts(output.stdout)) if output.exit_status == 0 else None
    except Unreachable:
        raise
    except (HostError, ParseError):
        return None


async def _check(look: Look, server: Server, gate: asyncio.Semaphore) -> Check:
    async with gate:
        hasty = _hasty(look)
        patience = hasty.deadline - loop_time()
        if patience < LEAST_SECONDS:
            return Check(server, None, "no time was left to try")
        try:
            output = await hasty.run("bash", "-c", SCRIPT, server.address, str(server.port))
        except Unreachable:
            raise
        except DeadlineExceeded:
            return Check(server, False, f"no answer within {patience:.1f} s", silent=True)
        except HostError as error:
            return Check(server, None, str(error))
        return _verdict(server, output)


def _hasty(look: Look) -> Look:
    return replace(look, deadline=min(look.deadline, loop_time() + CONNECT_SECONDS))


def _verdict(server: Server, output: Output) -> Check:
    if output.exit_status == 0:
        return Check(server, True)
    words = _words(output.stderr)
    if output.exit_status == NOT_FOUND:
        return Check(server, None, "no bash on this host")
    # bash exits 1 when the redirection failed; anything else is not its verdict.
    if output.exit_status != 1 or not words or _NOT_TRIED.search(output.stderr):
        said = words or "it said nothing"
        return Check(server, None, f"bash exited {output.exit_status}: {said}")
    return Check(server, False, words)


def _words(stderr: str) -> str:
    """bash's words for the failure, such as `Connection refused`.

    It puts the script's name, which is the address, before them, and a second line after that
    repeats them with the path (or has only `Invalid argument` for a name that is not known).
    """
    first = next((line.strip() for line in stderr.splitlines() if line.strip()), "")
    return first.rpartition(": ")[2][:200]
