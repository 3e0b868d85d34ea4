"""A host that is nothing but one unix socket of this machine."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from collectors.host import NOT_FOUND, Output, Stream


@dataclass(frozen=True, slots=True)
class OneSocket:
    """Whatever path is asked for, it is this one."""

    path: Path
    name: str = "socket"

    async def run(self, argv: Sequence[str], *, deadline: float, stdin: str = "") -> Output:
        return Output(tuple(argv), exit_status=NOT_FOUND)

    async def connect_unix(self, path: str, *, deadline: float) -> Stream:
        return await asyncio.open_unix_connection(self.path)

    def stuck(self) -> Mapping[str, float]:
        return {}

    async def close(self) -> None: ...
