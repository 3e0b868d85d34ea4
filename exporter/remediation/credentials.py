"""The header `Authorization`, as xenlens sends it."""

from base64 import b64encode


def bearer(token: str) -> str:
    """Of who is known by a token (RFC 6750)."""
    return f"Bearer {token}"


def basic(user: str, password: str) -> str:
    """Of who is known by a password (RFC 7617)."""
    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"
