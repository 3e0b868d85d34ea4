"""Which hosts of a pool answer at all, and what uuid each has in XAPI."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from collectors.host import DeadlineExceeded, HostError, Output, Unreachable, loop_time
from collectors.xapi.members import IDENTITY, Member, uuid_in

SHARE = 0.5
"""Share of the time in which a host must say who it is, or counts as not answering."""
Trace = Callable[[Output], None]


class Identities:
    """What hosts said of themselves, remembered by their names in the inventory."""

    def __init__(self) -> None:
        self._uuids: dict[str, str] = {}

    def uuid(self, name: str) -> str | None:
        """The uuid of a host, or None while it has not said it."""
        return self._uuids.get(name)

    def names(self, members: Sequence[Member]) -> dict[str, str]:
        """Names by uuid, of the hosts that said theirs."""
        known = ((member.name, self._uuids.get(member.name)) for member in members)
        return {uuid: name for name, uuid in known if uuid is not None}

    async def ask(
        self, members: Sequence[Member], deadline: float, trace: Trace
    ) -> Mapping[str, bool | None]:
        """By name, whether each host answers: None where something else went wrong.

        Takes at most `SHARE` of the time until `deadline` (event loop's clock).
        """
        now = loop_time()
        until = now + SHARE * max(0.0, deadline - now)
        answers = await asyncio.gather(*(self._ask(member, until, trace) for member in members))
        return dict(zip((member.name for member in members), answers, strict=True))

    async def _ask(self, member: Member, deadline: float, trace: Trace) -> bool | None:
        try:
            output = await member.host.run(IDENTITY, deadline=deadline)
        except HostError as error:
            trace(Output(IDENTITY, exit_status=None, failure=f"{member.name}: {error}"))
            return False if isinstance(error, Unreachable | DeadlineExceeded) else None
        trace(output)
        if uuid := uuid_in(output.stdout):
            self._uuids[member.name] = uuid
        return True
