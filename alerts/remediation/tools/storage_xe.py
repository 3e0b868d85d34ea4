"""Lists of storage objects that a pool's reading does not have, by `xe` on a dom0.

`*-list` is answered from XAPI's memory: a dead server does not block it.
"""

from alerts.remediation.records import Unreadable
from alerts.remediation.sight import Sight
from collectors.parsing import ParseError
from collectors.xapi.xe_failures import failure_of
from collectors.xapi.xe_lists import CLEAN
from collectors.xe_complete import END, Record, complete_records

_SECONDS = 20.0


async def records(
    sight: Sight, host: str, kind: str, fields: tuple[str, ...], *filters: str
) -> tuple[Record, ...]:
    """The records of `xe KIND-list`, every one of them whole. Raises Unreadable.

    A field that the host's version does not know is not in them. `uuid` is to be the first.
    """
    command = f"{kind}-list"
    argv = (*CLEAN, "xe", command, *filters, f"params={','.join(fields)}")
    output = await sight.ask(host, argv, _SECONDS)
    failure = failure_of(output, command)
    if failure is not None:
        raise Unreadable(kind, f"{host}: {failure}")
    told = output.stdout
    try:
        parsed = complete_records(told, frozenset(fields))
    except ParseError as error:
        raise Unreadable(kind, f"{host}: xe {command}: {error}") from None
    if parsed.damaged or (told.strip() and not told.endswith(END)):
        raise Unreadable(kind, f"{host}: the answer of xe {command} is not whole: try again")
    return parsed.records
