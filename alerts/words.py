"""What the rule files say to people: of a subject, of an alert, of a recorded series."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from alerts.bundle import Alert, rule_files

_RECORD = re.compile(r"((?: *#.*\n)*) *- record: (\S+)")
_TEMPLATE = (
    (re.compile(r"{{ with \$labels\.(\w+) }}.*?{{ else }}"), r"{{ $labels.\1 }} or "),
    (re.compile(r"{{ with .*?{{ else }}|{{ end }}"), ""),
    (re.compile(r"{{ \$labels\.(\w+) }}"), lambda label: label[1].upper()),
    (re.compile(r"{{ \$value \| humanizePercentage }}"), "N %"),
    (re.compile(r"{{ \$value.*?}}"), "N"),
    (re.compile(r"\bVM VM\b"), "VM"),
)
"""What makes words of a template, in this order."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recorded series, the file of its rule, and what the comment above the rule says."""

    name: str
    file: str
    text: str


def title(alert: Alert) -> str:
    """Its summary, with names of labels where their values will be: `HOST BOND: …`."""
    text = alert.annotations["summary"]
    for pattern, words in _TEMPLATE:
        text = pattern.sub(words, text)
    return text


def plain(markdown: str) -> str:
    """A line of Markdown without its links and marks, for a table in a terminal."""
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", markdown).replace("`", "").replace("**", "")


def subjects() -> Mapping[str, str]:
    """What each file of rules is about: the first sentence of the comment it begins with."""
    return {
        file.name.removesuffix(".yml"): _opening(file.read_text(encoding="utf-8"))
        for file in rule_files()
    }


def recorded() -> list[Recorded]:
    """Every recorded series, in the order of the files."""
    return [
        Recorded(name, file.name, _joined(comment.splitlines()))
        for file in rule_files()
        for comment, name in _RECORD.findall(file.read_text(encoding="utf-8"))
    ]


def _opening(text: str) -> str:
    comment, _, _ = text.partition("\ngroups:")
    sentence, _, _ = _joined(comment.splitlines()).partition(". ")
    return sentence.rstrip(".")


def _joined(comment: Iterable[str]) -> str:
    return " ".join(line.strip().removeprefix("# ") for line in comment)
