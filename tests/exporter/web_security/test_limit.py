"""`rate_limit`: so many requests, and no more."""

from exporter.webconfig.bucket import Bucket
from tests.exporter.web_security.secured import Secured, basic, hashed
from tests.fakes import FakeClock


def test_a_burst_is_let_through_and_then_one_per_interval() -> None:
    clock = FakeClock()
    bucket = Bucket(0.5, 3, clock)
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]
    clock.now += 0.5
    assert [bucket.take() for _ in range(2)] == [True, False]
    clock.now += 60
    assert [bucket.take() for _ in range(4)] == [True, True, True, False]


def test_without_an_interval_there_is_no_limit() -> None:
    bucket = Bucket(0.0, 0, FakeClock())
    assert all(bucket.take() for _ in range(1000))


async def test_what_comes_too_fast_is_told_when_to_come_again(rig: Secured) -> None:
    rig.web["rate_limit"] = {"interval": "1h", "burst": 2}
    async with rig.serving():
        assert [await rig.status("/sd") for _ in range(2)] == [200, 200]
        answer, text = await rig.answer("/sd")
    assert (answer.status, text) == (429, "too many requests (rate_limit)\n")
    assert answer.headers["Retry-After"] == "3600"


async def test_whether_it_is_healthy_may_always_be_asked(rig: Secured) -> None:
    rig.web["rate_limit"] = {"interval": "1h", "burst": 1}
    async with rig.serving():
        assert [await rig.status(path) for path in ("/sd", "/sd")] == [200, 429]
        assert await rig.status("/-/healthy") == 200


async def test_a_password_is_not_even_looked_at_beyond_the_limit(rig: Secured) -> None:
    rig.web = {"rate_limit": {"interval": "1h", "burst": 1}}
    rig.web["basic_auth_users"] = {"anna": hashed()}
    async with rig.serving():
        assert await rig.status(headers=basic(password="wrong")) == 401
        assert await rig.status(headers=basic(password="wrong")) == 429


async def test_a_limit_that_stays_the_same_at_a_reload_forgets_nothing(rig: Secured) -> None:
    rig.web["rate_limit"] = {"interval": "1h", "burst": 1}
    async with rig.serving():
        assert await rig.status() == 200
        await rig.reload()
        assert await rig.status() == 429
        rig.web["rate_limit"]["burst"] = 2
        await rig.reload()
        assert await rig.status() == 200
