"""A pool of two hosts, and a way to its XAPI that answers as told."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from collectors.host import Output
from collectors.xapi.records import Pool, PoolHost, PoolState
from collectors.xapi.source import Inquiry, XapiFailed

COORDINATOR, OTHER = "11111111-1111-1111-1111-111111111111", "22222222-2222-2222-2222-222222222222"
STATE = PoolState(
    Pool("f0", "modular", COORDINATOR),
    (
        PoolHost(COORDINATOR, "ims one", "ims-1", "192.0.2.11", True, True),
        PoolHost(OTHER, "ims two", "ims-2", "192.0.2.12", True, True),
    ),
)


@dataclass
class FakeSource:
    """Gives a state, raises a failure, or waits until its deadline when it has neither."""

    answer: PoolState | XapiFailed | None
    via: str = "fake"
    asked: list[Inquiry] = field(default_factory=list)
    closed: bool = False
    hanging: dict[str, float] = field(default_factory=dict)
    traced: bool = True
    delay: float = 0.0
    crashes: Exception | None = None

    async def read(self, inquiry: Inquiry) -> PoolState:
        self.asked.append(inquiry)
        if self.traced:
            inquiry.trace(Output(("xapi", self.via)))
        if self.answer is None:
            await asyncio.sleep(inquiry.deadline - asyncio.get_running_loop().time())
            raise XapiFailed("deadline_exceeded", "no answer in time")
        if self.delay:
            left = inquiry.deadline - asyncio.get_running_loop().time()
            await asyncio.sleep(min(self.delay, left))
            if self.delay > left:
                raise XapiFailed("deadline_exceeded", "no answer in time")
        if self.crashes is not None:
            raise self.crashes
        if isinstance(self.answer, XapiFailed):
            raise self.answer
        return self.answer

    def stuck(self) -> Mapping[str, float]:
        return self.hanging

    async def close(self) -> None:
        self.closed = True
