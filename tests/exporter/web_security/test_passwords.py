"""What it costs to be right, wrong or unknown."""

import asyncio
import threading

import bcrypt
import pytest

from exporter.webconfig.passwords import MOST_KNOWN, MOST_WAITING, Passwords, TooBusy
from tests.exporter.web_security.secured import PASSWORD, hashed

COSTLY = "$2y$05$nk3KD0vDFjVUgDhYTmbCku7zUIYZ8UxjBPsyGMSEXfDk9b3gBt7QC"


class Counted:
    """bcrypt, and with which hashes it was asked to compare."""

    def __init__(self) -> None:
        self.hashes: list[str] = []

    def __call__(self, password: bytes, hash_: bytes) -> bool:
        self.hashes.append(hash_.decode())
        return bcrypt.checkpw(password, hash_)


async def test_what_was_right_costs_nothing_the_second_time() -> None:
    counted = Counted()
    passwords = Passwords({"anna": hashed()}, compare=counted)
    assert [await passwords.right("anna", PASSWORD) for _ in range(5)] == [True] * 5
    assert len(counted.hashes) == 1


async def test_what_was_wrong_costs_as_much_the_second_time() -> None:
    counted = Counted()
    passwords = Passwords({"anna": hashed()}, compare=counted)
    assert [await passwords.right("anna", "wrong") for _ in range(3)] == [False] * 3
    assert len(counted.hashes) == 3


async def test_an_unknown_user_costs_as_much_as_the_costliest_of_those_who_are_known() -> None:
    counted = Counted()
    passwords = Passwords({"anna": hashed(), "ben": COSTLY}, compare=counted)
    assert not await passwords.right("eve", PASSWORD)
    assert counted.hashes == [COSTLY]


async def test_somebody_elses_password_makes_nobody_known() -> None:
    passwords = Passwords({"anna": hashed()})
    assert [await passwords.right("eve", PASSWORD) for _ in range(2)] == [False, False]


async def test_another_hash_holds_at_once() -> None:
    passwords = Passwords({"anna": hashed()})
    assert await passwords.right("anna", PASSWORD)
    passwords.hashes = {"anna": hashed("another")}
    assert not await passwords.right("anna", PASSWORD)
    assert await passwords.right("anna", "another")
    passwords.hashes = {}
    assert not await passwords.right("anna", "another")


async def test_of_pairs_that_were_right_the_latest_are_remembered() -> None:
    counted = Counted()
    names = [f"user{number}" for number in range(MOST_KNOWN + 1)]
    passwords = Passwords(dict.fromkeys(names, hashed()), compare=counted)
    for name in names:
        assert await passwords.right(name, PASSWORD)
    before = len(counted.hashes)
    assert await passwords.right(names[-1], PASSWORD)
    assert len(counted.hashes) == before
    assert await passwords.right(names[0], PASSWORD)
    assert len(counted.hashes) == before + 1


async def test_one_is_compared_at_a_time_and_too_many_are_sent_away() -> None:
    go, at_once, most = threading.Event(), [0], [0]

    def compare(password: bytes, hash_: bytes) -> bool:
        at_once[0] += 1
        most[0] = max(most[0], at_once[0])
        go.wait(60)
        at_once[0] -= 1
        return True

    passwords = Passwords({"anna": hashed()}, compare=compare)
    asked = [
        asyncio.create_task(passwords.right("anna", str(number))) for number in range(MOST_WAITING)
    ]
    await asyncio.sleep(0)
    with pytest.raises(TooBusy):
        await passwords.right("anna", "one more")
    go.set()
    assert await asyncio.gather(*asked) == [True] * MOST_WAITING
    assert most == [1]
    assert await passwords.right("anna", "one more")
