"""The command line of `xe`: options of the client, the command, its parameters (newcli.ml)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from exporter.demo.faces.xe_complaints import syntax_error

_CLIENT = {
    "-s": "server",
    "-h": "server",
    "-u": "username",
    "-pw": "password",
    "-p": "port",
    "-pwf": "password-file",
}


@dataclass(frozen=True, slots=True)
class Arguments:
    """What was asked. `parameters` are in the order in which they were given."""

    command: str = ""
    parameters: tuple[tuple[str, str], ...] = ()
    client: Mapping[str, str] = field(default_factory=dict)
    """`server`, `username`, `password` …"""

    def get(self, name: str) -> str | None:
        """The first parameter of that name."""
        return next((value for key, value in self.parameters if key == name), None)

    @property
    def minimal(self) -> bool:
        """Whether `--minimal` was given."""
        return self.get("minimal") == "true"


def arguments_of(words: Sequence[str]) -> Arguments:
    """Sort the words out. Raises Complaint."""
    client: dict[str, str] = {}
    rest: list[str] = []
    words = list(words)
    while words:
        word = words.pop(0)
        if word in _CLIENT and words:
            client[_CLIENT[word]] = words.pop(0)
        else:
            rest.append(word)
    switches = [word for word in rest if word.startswith("--")]
    plain = [word for word in rest if not word.startswith("--")]
    if plain and "=" in plain[0]:
        raise syntax_error()
    pairs = [_pair(word.removeprefix("--"), "true") for word in switches]
    pairs += [_pair(word) for word in plain[1:]]
    return Arguments(plain[0] if plain else "", tuple(pairs), client)


def _pair(word: str, default: str | None = None) -> tuple[str, str]:
    name, equals, value = word.partition("=")
    if not equals and default is None:
        raise syntax_error()
    return name, value if equals else default or ""
