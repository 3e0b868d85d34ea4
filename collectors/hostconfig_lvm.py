"""The filters of /etc/lvm/lvm.conf: do they keep LVM away from the single paths of a LUN?"""

import re
from collections.abc import Callable, Iterator

from collectors.hostconfig_regex import BadPattern, compiled

PATHS: tuple[tuple[str, ...], ...] = tuple(
    (
        f"/dev/{disk}",
        "/dev/disk/by-id/scsi-3600508b400105e210000900000490000",
        "/dev/disk/by-path/pci-0000:05:00.0-sas-0x5001e67000000000-lun-0",
    )
    for disk in ("sda", "sdaa")
)
"""Names that udev gives one path. A device is rejected when one of its names is and no other is
accepted: behind `"r|/dev/sd.*|"`, an `"a/.*/"` lets it in again by its link."""
FILTERS = ("devices/filter", "devices/global_filter")
"""A device has to pass both; LVM before 2.02.98 knows only the first."""
_TOKEN = re.compile(
    r"""(?:\s++|\#[^\n]*+)*+(?:
    "(?P<double>(?:[^"\\]|\\.)*+)" | '(?P<single>[^']*+)' |
    (?P<sign>[{}=\[\],]) | (?P<word>[^\s{}=\[\],"'\#]+) | (?P<end>\Z))""",
    re.X | re.S,
)
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class BadLvmConf(ValueError):
    """The text is no lvm.conf that LVM would read as we do."""


def rejects_sd(text: str) -> bool:
    """Whether `/dev/sda` and `/dev/sdaa` are rejected, as LVM decides. Raises BadLvmConf.

    The first pattern that matches a name decides for that name; a device that nothing matches is
    accepted (lvm.conf(5), LVM2's filter-regex.c).
    """
    lists = list(_settings(text))
    verdicts = {
        name: {_all_rejected(values) for given, values in lists if given == name}
        for name in FILTERS
    }
    if any(len(seen) > 1 for seen in verdicts.values()):
        raise BadLvmConf("a filter is given twice, with different effects")
    return any(True in seen for seen in verdicts.values())


def _all_rejected(patterns: list[str]) -> bool:
    try:
        rules = [_rule(pattern) for pattern in patterns]
    except BadPattern as error:
        raise BadLvmConf(f"filter pattern {error}") from error

    def accepted(name: str) -> bool | None:
        return next((accept for accept, matches in rules if matches(name)), None)

    decisions = ([accepted(name) for name in names] for names in PATHS)
    return all(False in names and True not in names for names in decisions)


def _rule(pattern: str) -> tuple[bool, Callable[[str], bool]]:
    """`a|…|` or `r|…|`, between any two equal characters or a pair of brackets."""
    if len(pattern) < 3 or pattern[0] not in "ar":
        raise BadPattern(f"{pattern!r} does not begin with a or r and a delimiter")
    if pattern[-1] != _CLOSING.get(pattern[1], pattern[1]):
        raise BadPattern(f"{pattern!r} does not end with its delimiter")
    return pattern[0] == "a", compiled(pattern[2:-1])


def _settings(text: str) -> Iterator[tuple[str, list[str]]]:
    """Every setting with its section: (`devices/filter`, its strings)."""
    tokens = _Tokens(text)
    sections: list[str] = []
    while (token := tokens.next()) is not None:
        if token == ("sign", "}") and sections:
            sections.pop()
            continue
        if token[0] == "sign":
            raise BadLvmConf(f"unexpected {token[1]!r}")
        name, sign = "/".join((*sections, token[1].strip("/"))), tokens.next()
        if sign == ("sign", "{"):
            sections.append(token[1].strip("/"))
        elif sign == ("sign", "="):
            yield name, tokens.values()
        else:
            raise BadLvmConf(f"{name} is followed neither by = nor by a brace")
    if sections:
        raise BadLvmConf(f"section {sections[-1]} is not closed")


class _Tokens:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0

    def next(self) -> tuple[str, str] | None:
        """The next token and its kind; None at the end. Raises BadLvmConf."""
        match = _TOKEN.match(self._text, self._at)
        if match is None or match.lastgroup is None:
            raise BadLvmConf("a string is not closed")
        self._at = match.end()
        kind, value = match.lastgroup, match[match.lastgroup]
        if kind == "double":
            value = re.sub(r'\\(["\\])', r"\1", value)
        return None if kind == "end" else (kind, value)

    def values(self) -> list[str]:
        """The values behind `=`: one, or a list in brackets."""
        token = self.next()
        if token is None or (token[0] == "sign" and token[1] != "["):
            raise BadLvmConf("nothing behind a =")
        if token[0] != "sign":
            return [token[1]]
        values: list[str] = []
        while (token := self.next()) != ("sign", "]"):
            if token is None or (token[0] == "sign" and token[1] != ","):
                raise BadLvmConf("a list is not closed")
            if token[0] != "sign":
                values.append(token[1])
        return values
