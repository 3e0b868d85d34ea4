"""A process that is at work on an object until it is killed: `lease_holder URL LABELS PLAYBOOK`."""

import asyncio
import json
import sys
import time
from collections.abc import Mapping

from alerts.remediation.alertmanager import Alertmanager
from alerts.remediation.lease import Lease

PERIOD, LIFETIME = 0.6, 2.0


async def hold(url: str, labels: Mapping[str, str], playbook: str) -> None:
    """Print a line when the lease is held, and hold it."""
    lease = Lease(Alertmanager(url).post, time.time, PERIOD, LIFETIME)
    async with lease.at_work(labels, playbook):
        print("held", flush=True)
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(hold(sys.argv[1], json.loads(sys.argv[2]), sys.argv[3]))
