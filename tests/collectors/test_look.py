"""A look's wait for the pool's data, with and without a patience of its own."""

import pytest

from collectors.host import DeadlineExceeded, loop_time
from collectors.registry import Look, NotPresent
from collectors.xapi.members import Member
from collectors.xapi.reader import PoolReader
from tests.fake_sources import STATE, FakeSource
from tests.fakes import FakeClock, FakeHost


async def test_who_leaves_early_does_not_end_the_read_for_the_others() -> None:
    source = FakeSource(STATE, delay=0.2)
    pool = PoolReader([Member("a", FakeHost({}), (source,))], FakeClock())
    look = Look(FakeHost({}), loop_time() + 5, pool=pool)
    with pytest.raises(DeadlineExceeded, match=r"no answer within 0\.1 s"):
        await look.pool_reading(within=0.1)
    assert (await look.pool_reading(within=2.0)).state is not None
    assert (await look.pool_reading()).told_by == "a"
    assert len(source.asked) == 1


async def test_without_a_pool_there_is_nothing_to_wait_for() -> None:
    with pytest.raises(NotPresent):
        await Look(FakeHost({}), 0.0).pool_reading(within=1.0)
