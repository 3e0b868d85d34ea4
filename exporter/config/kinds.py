"""The types of the configuration's fields, with the patterns the JSON Schema shows."""

from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    PlainSerializer,
    Strict,
    WithJsonSchema,
)

from exporter.config.values import (
    DURATION,
    FLAGS,
    LONGEST,
    SHA256,
    SHORTEST,
    address,
    flag,
    listen,
    matching,
    seconds,
    sequence,
    sha256,
)

_NAME = r"[A-Za-z0-9][A-Za-z0-9._-]{0,252}"
_INTERFACE = r"[^\s/]{1,15}"
_WORD = r"[^\s/]{1,128}"
_ABSOLUTE = r"/[^\s]{1,90}"
_HOST_OR_IP = r"[^@:/\s]+|[^@/\s]*:[^@/\s]*:[^@/\s]*"
"""Neither a user nor a port is in it."""
_PROGRAM = r"(/[^\s/\x00-\x1f\x7f]{1,255}){1,16}"

as_time = PlainSerializer(lambda seconds: f"{seconds:.12g}s", return_type=str)


def time_schema(shortest: float, longest: float) -> WithJsonSchema:
    """A time in the JSON Schema, which can bound plain numbers only."""
    number = {"type": "number", "minimum": shortest, "maximum": longest}
    return WithJsonSchema({"anyOf": [number, {"type": "string", "pattern": f"^{DURATION}$"}]})


def text(pattern: str, allowed: str) -> tuple[Strict, AfterValidator, WithJsonSchema]:
    """What makes a field text of the form `pattern`; `allowed` says it in words."""
    return Strict(), AfterValidator(matching(pattern, allowed)), text_schema(pattern)


def text_schema(pattern: str) -> WithJsonSchema:
    """Text of the form `pattern` in the JSON Schema, which looks for it anywhere."""
    return WithJsonSchema({"type": "string", "pattern": f"^({pattern})$"})


EACH_ONCE = Field(json_schema_extra={"uniqueItems": True})
"""For the JSON Schema of a list; whose list it is checks that itself, and says what is twice."""


def listed(example: str) -> BeforeValidator:
    """Refuses what is no list, with an `example` of what is meant."""
    return BeforeValidator(sequence(example))


Name = Annotated[str, *text(_NAME, "ASCII letters, digits, dot, underscore and minus")]
"""A host or a pool: a scrape target, a label value and a part of a URL."""

Interface = Annotated[str, *text(_INTERFACE, "a network interface, at most 15 characters")]

Word = Annotated[str, *text(_WORD, "at most 128 characters without space or slash")]
"""A bond's name, a WWID, a user's name."""

RunDirectory = Annotated[
    str,
    *text(_ABSOLUTE, "an absolute path without spaces, at most 91 characters"),
]
"""A folder of unix sockets on a host, whose paths have at most 107 characters (unix(7))."""

Program = Annotated[
    str,
    *text(_PROGRAM, "a file's absolute path without spaces, such as /opt/xenlens_host.py"),
]
"""A file on a host that is run there."""

Sha256 = Annotated[
    str,
    Strict(),
    AfterValidator(sha256),
    text_schema(SHA256),
]
"""A digest, kept as 64 lower case hexadecimal digits."""

Address = Annotated[str, BeforeValidator(address), text_schema(_HOST_OR_IP)]

_IN_ANY_CASE = [case(word) for word in FLAGS for case in (str.lower, str.capitalize, str.upper)]
_WORD_SCHEMA = {"type": "string", "enum": _IN_ANY_CASE}
Flag = Annotated[
    bool,
    BeforeValidator(flag),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, _WORD_SCHEMA]}),
]

Port = Annotated[int, Strict(), Field(ge=1, le=65535)]

Seconds = Annotated[
    float,
    BeforeValidator(
        seconds(SHORTEST, LONGEST, "a time from 1ms to 1h, such as 10s, 500ms or 1m30s")
    ),
    as_time,
    time_schema(SHORTEST, LONGEST),
]
"""A length of time, kept in seconds."""

ProbeTimeout = Annotated[
    float,
    BeforeValidator(seconds(0.1, 10.0, "a time from 100ms to 10s, such as 1s")),
    as_time,
    time_schema(0.1, 10.0),
]

ProbeInterval = Annotated[
    float,
    BeforeValidator(seconds(0.02, 1.0, "a time from 20ms to 1s, such as 100ms")),
    as_time,
    time_schema(0.02, 1.0),
]

Listen = Annotated[
    str,
    BeforeValidator(listen),
    WithJsonSchema({"type": "string", "pattern": r"^(\[[^\]]*\]|[^:]*):0{0,4}[1-9][0-9]{0,4}$"}),
]
"""Where to serve, as host:port; an empty host is every address of the machine."""
