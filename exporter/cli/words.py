"""Words that several commands say."""


def counted(number: int, noun: str) -> str:
    """`1 host`, `3 hosts`."""
    return f"{number} {noun}{'s' * (number != 1)}"
