"""What of a request may be shown: sizes, and the beginning of what went wrong."""

from typing import Any

from collectors.xapi.redaction import Secrets, form_of, masked
from collectors.xapi.source import XapiFailed

LIMIT = 2048
"""Characters shown of an answer that is no success."""
LONGEST_FAILURE = 300
"""Characters of a failure's text."""
_MARGIN = 8 * LIMIT
_TAIL = 512
"""Characters at the end of a cut text that are not shown: what is cut through is not known for a
secret any more."""


def summary(value: Any, size: int) -> str:
    """One line for a success."""
    records = f"{len(value)} records, " if isinstance(value, dict) else ""
    return f"{records}{size} bytes"


def beginning(body: bytes, secrets: Secrets) -> str:
    """The beginning of an answer, without references (a session is one) and passwords."""
    text = body[:_MARGIN].decode(errors="replace")
    text = masked(secrets.hidden(text), form_of(text))
    return text[: LIMIT if len(body) <= _MARGIN else min(LIMIT, len(text) - _TAIL)]


def shown(failed: XapiFailed, secrets: Secrets) -> XapiFailed:
    """The same failure, its text short and without references and passwords."""
    text, code = masked(secrets.hidden(str(failed))), failed.code
    if not code.isidentifier():
        code = masked(secrets.hidden(code))
    parameters = tuple(masked(secrets.hidden(one)) for one in failed.parameters)
    return XapiFailed(failed.reason, text[:LONGEST_FAILURE], code=code, parameters=parameters)
