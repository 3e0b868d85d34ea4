"""Passwords and sessions, kept out of everything that is shown.

A PBD's device-config may hold a password in plain text: under a key of its own (`cifspassword`,
`chappassword`), among mount options (`options: -o username=u,password=…`), or in a location
(`//user:…@server/share`). Where such a value ends is often doubtful; then too much is masked.
"""

import html
import json
import re
from collections.abc import Iterable
from typing import Literal
from xml.sax.saxutils import escape

MASK = "***"
Form = Literal["text", "json", "xml"]
"""What a value may hold depends on it: in JSON anything but `"`, in XML anything but `<`, in the
text of a tool everything."""

_REFERENCE = re.compile(r"OpaqueRef:(?!NULL\b)[\w-]+")
_KEY = r"(?:passw|passphrase|secret|token)[\w.-]{0,60}|\bpass\d?(?=[ \t]*=)"
_LINE, _JSON, _XML = r"[^\n]", r'(?:\\.|[^"\\])', r"[^<]"
# xe does not escape newlines: a value ends where the next field or an empty line begins.
_UNTIL_FIELD = rf"{_LINE}*(?:\n(?!\n|[ ]*[\w-]+[ ]\([ SM]R[OW]\)){_LINE}+)*"


def _secret(separator: str, value: str) -> re.Pattern[str]:
    return re.compile(
        rf"((?:{_KEY})(?:{separator}|[ \t]*[=:][ \t]*)){value}", re.IGNORECASE | re.ASCII
    )


def _user(inside: str) -> re.Pattern[str]:
    r"""`//user:password@`, also with `\\`. A password may hold `@` and `/`; lengths keep hostile
    texts cheap."""
    return re.compile(rf'((?:(?:\\?/){{2}}|\\{{2,4}})[^\n:@"<]{{0,100}}:){inside}{{0,256}}@')


_MASKED: dict[Form, tuple[re.Pattern[str], re.Pattern[str]]] = {
    "text": (_secret(r"=", _UNTIL_FIELD), _user(_LINE)),
    "json": (_secret(r'\\*"\s*:\s*(?:\\*")?', rf"{_JSON}*"), _user(_JSON)),
    "xml": (_secret(r"</name>\s*<value>\s*(?:<\w+>)?", rf"{_XML}*"), _user(_XML)),
}


def masked(text: str, form: Form = "text") -> str:
    """The text without references (a session is one) and without what looks like a password."""
    secret, user = _MASKED[form]
    text = secret.sub(rf"\1{MASK}", _REFERENCE.sub(f"OpaqueRef:{MASK}", text))
    return user.sub(rf"\1{MASK}@", text)


def form_of(text: str) -> Form:
    """The form of an answer, by how it begins."""
    begins = text.lstrip()[:1]
    if begins == "<":
        return "xml"
    return "json" if begins in ("{", "[", '"') else "text"


class Secrets:
    """Texts of our own that never appear in what is shown, however JSON or XML spell them."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {spelling for secret in secrets for spelling in _spellings(secret)}
        self._spellings = sorted(filter(None, known), key=len, reverse=True)

    def hidden(self, text: str) -> str:
        """The text without them."""
        for spelling in self._spellings:
            text = text.replace(spelling, MASK)
        return text


def _spellings(secret: str) -> Iterable[str]:
    yield secret
    yield json.dumps(secret)[1:-1]
    yield json.dumps(secret, ensure_ascii=False)[1:-1]
    yield escape(secret)
    yield escape(secret, {'"': "&quot;"})
    yield escape(secret, {'"': "&quot;", "'": "&apos;"})
    yield html.escape(secret)
