"""`python -m tests.docs.forward ADDRESS PORT TO_PORT …`: operators' addresses lead to loopback."""

import asyncio
import sys
from functools import partial

LOOPBACK = "127.0.0.1"


async def _copy(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while chunk := await reader.read(65536):
            writer.write(chunk)
            await writer.drain()
    finally:
        writer.close()


async def _join(port: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    there, back = await asyncio.open_connection(LOOPBACK, port)
    await asyncio.gather(_copy(reader, back), _copy(there, writer), return_exceptions=True)


async def _forward(words: list[str]) -> None:
    for address, port, to in zip(*[iter(words)] * 3, strict=True):
        await asyncio.start_server(partial(_join, int(to)), address, int(port))
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(_forward(sys.argv[1:]))
