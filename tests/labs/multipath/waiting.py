"""Waiting for the machine. It is slow, and every look at it costs it time: so there are few."""

from collections.abc import Callable

from tests.labs import waiting

STEP = 0.4
"""Seconds between two looks."""


def wait_for(predicate: Callable[[], object], timeout: float, what: str = "") -> None:
    """Look until `predicate` holds. Raises TimeoutError after `timeout` seconds."""
    waiting.wait_for(predicate, timeout, what, STEP)
