"""What a value looks like: colours, words and thresholds, the same on every dashboard.

Okabe and Ito's colours, which people tell apart whatever their colour vision, with a darker red;
and a colour never stands without a word or a number.
"""

from collections.abc import Iterable, Mapping

from grafana_foundation_sdk.builders.dashboard import ThresholdsConfig
from grafana_foundation_sdk.models.dashboard import (
    DashboardSpecialValueMapOptions,
    SpecialValueMap,
    SpecialValueMatch,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMapping,
    ValueMappingResult,
)

OK = "#009E73"
NOTE = "#56B4E9"
WARNING = "#E69F00"
CRITICAL = "#C4162A"
UNKNOWN = "#808080"
"""What is not known or not there: never the colour of what is well."""
IDLE = "#5B6B7F"
"""What is neither good nor bad."""
NONE = "transparent"

Word = tuple[str, str]
"""A text and its colour; an empty colour keeps that of the place."""
Step = tuple[float, str]
"""A value and the colour from there on."""
COUNT_OF_CRITICAL: tuple[Step, ...] = ((0, OK), (1, CRITICAL))
COUNT_OF_WARNINGS: tuple[Step, ...] = ((0, OK), (1, WARNING))


def words(texts: Mapping[str, Word]) -> ValueMapping:
    """Shows each value as its text."""
    results = {
        value: ValueMappingResult(text, colour or None, index=index)
        for index, (value, (text, colour)) in enumerate(texts.items())
    }
    return ValueMap(results)


def instead_of(match: SpecialValueMatch, text: str, colour: str) -> ValueMapping:
    """Shows nothing, or an empty text, as a word."""
    result = ValueMappingResult(text, colour)
    return SpecialValueMap(DashboardSpecialValueMapOptions(match, result))


def thresholds(steps: Iterable[Step], base: str = UNKNOWN) -> ThresholdsConfig:
    """Colours by value; `base` is for everything below, and for no value at all."""
    first = Threshold(None, base)
    rest = [Threshold(value, colour) for value, colour in steps]
    return ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps([first, *rest])
