"""A process that does nothing but measure, as an exporter would: FOLDER and PHASE are its words."""

import asyncio
import sys
from pathlib import Path

from tests.labs.disk_probing import prober, slow


async def main(folder: Path, phase: str) -> None:
    """Spend a minute in the phase."""
    async with prober("local", folder) as here:
        await here.measure(slow(folder, phase))


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]), sys.argv[2]))
