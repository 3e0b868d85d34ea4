"""Waiting for something another process does."""

import time
from collections.abc import Callable

STEP = 0.02
"""Seconds between two looks; where a look costs the other side much, more is less."""


def wait_for(
    predicate: Callable[[], object], timeout: float, what: str = "", step: float = STEP
) -> None:
    """Look until `predicate` holds. Raises TimeoutError after `timeout` seconds."""
    until = time.monotonic() + timeout
    while not predicate():
        if time.monotonic() > until:
            raise TimeoutError(f"{what or predicate} did not happen within {timeout} s")
        time.sleep(step)
