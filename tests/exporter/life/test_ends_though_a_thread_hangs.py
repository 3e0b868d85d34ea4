"""A thread that reads what never comes does not keep the process."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.exporter.life.program import PROMISE, program

LEAVES = """
import asyncio, sys
from exporter.ending import leave_within

async def main():
    asyncio.get_running_loop().run_in_executor(None, open, sys.argv[1])
    leave_within(float(sys.argv[2]))
    print("left", flush=True)

asyncio.run(main())
"""


@pytest.fixture
def pipe(tmp_path: Path) -> Path:
    """A file that nobody ever writes: who opens it waits, as for a file server that is gone."""
    pipe = tmp_path / "one.txt"
    os.mkfifo(pipe)
    return pipe


def test_a_process_that_is_to_leave_does_so_though_a_thread_hangs(pipe: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", LEAVES, str(pipe), "0.1"], capture_output=True, text=True, timeout=60
    )
    assert (done.returncode, done.stdout) == (0, "left\n")
    assert "a thread that hangs" in done.stderr


async def test_it_ends_in_time_though_a_host_on_paper_cannot_be_read(
    tmp_path: Path, pipe: Path
) -> None:
    config = tmp_path / "xenlens.yml"
    config.write_text(f"pools: {{p: {{hosts: {{one: {{recorded: {pipe.name}}}}}}}}}\n")
    async with program(config) as running:
        status, page = await running.get(
            "/probe?target=one&collector=bonds", **{"X-Prometheus-Scrape-Timeout-Seconds": "1"}
        )
        assert status == 200
        assert 'xenlens_target_up{host="one",pool="p"} 0.0' in page
        running.process.send_signal(signal.SIGTERM)
        # As promised, and as long again on a busy machine.
        async with asyncio.timeout(2 * PROMISE):
            assert await running.process.wait() == 0
        assert any("msg=ended" in line for line in running.log())
        assert "a thread that hangs" in running.log()[-1]
