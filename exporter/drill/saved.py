"""A drill as a file of JSON, so that its report can be written again."""

import json
import math
from typing import Any, NoReturn

from pydantic import TypeAdapter, ValidationError

from exporter.drill.record import Drill

FORMAT = 1
"""Goes up when an older xenlens could no longer read the file."""
_KEY = "xenlens_drill"
_DRILL = TypeAdapter(Drill)


class NotADrill(ValueError):
    """The text is no drill that can be read: why, in one line."""


def dump(drill: Drill) -> str:
    """The drill as JSON, its format number first."""
    return json.dumps({_KEY: FORMAT, **_DRILL.dump_python(drill, mode="json")}) + "\n"


def load(text: str) -> Drill:
    """The drill that `dump` gave this text of. Raises NotADrill."""
    try:
        found = json.loads(text, parse_constant=_refuse, parse_float=_finite)
        return _DRILL.validate_python(_content(found))
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(map(str, first["loc"]))
        raise NotADrill(f"{where}: {first['msg']}") from error
    except NotADrill:
        raise
    except (ValueError, RecursionError) as error:
        raise NotADrill(f"no JSON: {error}") from error


def _content(found: Any) -> dict[str, Any]:
    """Raises NotADrill for another format, or something else altogether."""
    if not isinstance(found, dict) or _KEY not in found:
        raise NotADrill(f"no drill of xenlens: it has no {_KEY}")
    content = dict(found)
    number = content.pop(_KEY)
    if number != FORMAT:
        raise NotADrill(f"format {number!r} is not known to this xenlens, which reads {FORMAT}")
    return content


def _finite(text: str) -> float:
    number = float(text)
    return number if math.isfinite(number) else _refuse(text)


def _refuse(constant: str) -> NoReturn:
    raise NotADrill(f"{constant} is no number that a drill has")
