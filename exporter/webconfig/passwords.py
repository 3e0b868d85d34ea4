"""Passwords of `basic_auth_users`, compared with their bcrypt hashes."""

import asyncio
import hashlib
import hmac
from collections import OrderedDict
from collections.abc import Callable, Mapping
from secrets import token_bytes

import bcrypt

LONGEST = 72
"""Bytes of a password that bcrypt looks at; htpasswd cuts there as well."""
MOST_KNOWN = 128
MOST_WAITING = 32


class TooBusy(Exception):
    """So many passwords are being compared that another one has to come later."""


class Passwords:
    """Whose password is right.

    bcrypt takes tenths of a second on purpose, so one comparison runs at a time, in a thread. A
    pair that was right is remembered by its HMAC under a key of this process: a scrape costs
    nothing from its second time on, and no password is kept. What was wrong is not remembered.
    """

    def __init__(
        self,
        hashes: Mapping[str, str],
        key: bytes | None = None,
        compare: Callable[[bytes, bytes], bool] = bcrypt.checkpw,
    ) -> None:
        self.hashes = hashes
        """By user. Another mapping holds at once: a remembered pair belongs to its hash."""
        self._key = key or token_bytes(32)
        self._compare = compare
        self._known: OrderedDict[bytes, None] = OrderedDict()
        self._turn = asyncio.Lock()
        self._waiting = 0

    async def right(self, user: str, password: str) -> bool:
        """Whether it is the user's password. Raises TooBusy.

        An unknown user costs what a wrong password costs: somebody's hash is compared, the
        costliest, and what comes of it is dropped.
        """
        if not self.hashes:
            return False
        hashed = self.hashes.get(user)
        seal = self._sealed(user, hashed or "", password)
        if hashed is not None and seal in self._known:
            self._known.move_to_end(seal)
            return True
        same = await self._compared(password, hashed or max(self.hashes.values(), key=_cost))
        if hashed is None or not same:
            return False
        self._remember(seal)
        return True

    async def _compared(self, password: str, hashed: str) -> bool:
        if self._waiting >= MOST_WAITING:
            raise TooBusy
        self._waiting += 1
        try:
            async with self._turn:
                given = password.encode()[:LONGEST]
                return await asyncio.to_thread(self._compare, given, hashed.encode())
        finally:
            self._waiting -= 1

    def _sealed(self, *parts: str) -> bytes:
        each = (hashlib.sha256(part.encode()).digest() for part in parts)
        return hmac.digest(self._key, b"".join(each), "sha256")

    def _remember(self, seal: bytes) -> None:
        self._known[seal] = None
        while len(self._known) > MOST_KNOWN:
            self._known.popitem(last=False)


def _cost(hashed: str) -> int:
    """Two digits between the second and the third dollar."""
    return int(hashed.split("$")[2])
