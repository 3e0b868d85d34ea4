"""Every command of the documentation is run: on the demo pool, on its hosts, or in a Debian."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import asyncssh
import pytest

from exporter.demo.server import DemoPool
from tests.docs import stand_ins
from tests.docs.blocks import HOST, ROOT, SHELL, Block, all_commands, blocks, commands, pages
from tests.docs.conftest import Machine
from tests.docs.not_run import MOST, NOT_RUN, TESTED_BY, not_run
from tests.docs.stand_ins import stand_in

MAY_REFUSE = ("xenlens remediation run", "xenlens check", "xenlens probe compare")
"""They end with 1 where nothing is wrong, or something is; with 2 or 3 where they cannot know."""
SECONDS = 180.0


def with_commands(tag: str) -> pytest.MarkDecorator:
    """The pages that have such blocks, but those that another test runs in their order."""
    named = [page for page in pages() if any(b.tag == tag for b in blocks(page))]
    named = [page for page in named if str(page.relative_to(ROOT)) not in TESTED_BY]
    return pytest.mark.parametrize("page", named, ids=lambda page: page.stem)


def to_run(page: Path, tag: str) -> Iterator[tuple[Block, str]]:
    """The commands of a page that are run, in their order."""
    found = ((b, c) for b in blocks(page) if b.tag == tag for c in commands(b))
    yield from ((block, command) for block, command in found if not not_run(command))


def judge(block: Block, command: str, status: int | None, said: str) -> None:
    """Fail where a command ended as it should not."""
    good = (0, 1) if command.startswith(MAY_REFUSE) else (0,)
    assert status in good, f"{block}: {command} ended with {status}\n{said}"


@pytest.fixture(scope="module")
def worked() -> set[str]:
    """Lines that worked for another page: they are not run again."""
    return set()


@pytest.mark.prometheus
@pytest.mark.timeout(900)
@with_commands(SHELL)
def test_its_commands_work_on_the_machine_of_xenlens(
    page: Path, machine: Machine, worked: set[str], tmp_path: Path
) -> None:
    own = {"/etc/xenlens": f"{tmp_path}/etc", "/var/lib": f"{tmp_path}/lib"}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    env = {"PATH": path, "HOME": str(tmp_path), "XENLENS_CONFIG": str(machine.config)}
    (tmp_path / "etc").mkdir()
    captured = ROOT / "tests" / "fixtures" / stand_ins.CAPTURED
    (tmp_path / stand_ins.WORDS["FILE"]).write_bytes(captured.read_bytes())
    for block, command in to_run(page, SHELL):
        line = stand_in(block.page, command, {**machine.places, **own})
        if line in worked:
            continue
        done = subprocess.run(
            ["bash", "-o", "pipefail", "-c", line],
            cwd=tmp_path,
            env=env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=SECONDS,
        )
        judge(block, line, done.returncode, done.stdout + done.stderr)
        worked.add(line)


@with_commands(HOST)
async def test_its_commands_work_on_a_host(page: Path) -> None:
    async with DemoPool() as pool, _login(pool) as host:
        for block, command in to_run(page, HOST):
            line = stand_in(block.page, command, {})
            async with asyncio.timeout(SECONDS):
                done = await host.run(line)
            judge(block, line, done.exit_status, f"{done.stdout!s}{done.stderr!s}")


def _login(pool: DemoPool) -> AbstractAsyncContextManager[asyncssh.SSHClientConnection]:
    return asyncssh.connect(
        "127.0.0.1",
        pool.ports[stand_ins.HOST],
        username="root",
        client_keys=[str(pool.keys.client_file)],
        known_hosts=str(pool.keys.known_hosts_file),
    )


def test_pages_that_another_test_runs_are_read_by_it() -> None:
    for page, test in TESTED_BY.items():
        assert Path(page).name in (ROOT / test).read_text(encoding="utf-8")


def test_what_is_not_run_is_in_the_documentation_and_grows_no_longer() -> None:
    written = {command for _, command in all_commands(SHELL, HOST)}
    assert {one for one in NOT_RUN if not any(c.startswith(one) for c in written)} == set()
    assert len(NOT_RUN) <= MOST
