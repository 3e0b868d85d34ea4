"""The timeline's rows of alerts: one for each alert, whoever it is for, however often it came."""

from collections.abc import Iterator, Sequence

import svg

from exporter.drill.pictures import FAINT, INK, LEFT, PAPER, Shape, box, fitting, text, tip
from exporter.drill.pictures_time import Scale
from exporter.drill.record import Drill, WouldFire
from exporter.drill.report_words import Clock

ALERT_BAR = 8
_ROW = 20
_NAME_ROOM = LEFT - 22
Row = tuple[WouldFire, ...]


def rows_of(alerts: Sequence[WouldFire]) -> tuple[Row, ...]:
    """The times of each alert together, in the order of their first."""
    rows: dict[object, list[WouldFire]] = {}
    for alert in alerts:
        rows.setdefault((alert.name, alert.severity, alert.labels), []).append(alert)
    return tuple(map(tuple, rows.values()))


def height_of(alerts: Sequence[WouldFire]) -> int:
    """What the rows take, with the space below them."""
    return len(rows_of(alerts)) * _ROW + (6 if alerts else 0)


def alert_rows(drill: Drill, scale: Scale, clock: Clock, top: float) -> Iterator[Shape]:
    """Outlined while pending, filled from where it would have fired."""
    for number, row in enumerate(rows_of(drill.alerts)):
        y = top + number * _ROW
        labels = ", ".join(f"{name}={value}" for name, value in row[0].labels)
        name = text(LEFT - 10, y + 12, fitting(_named(row[0]), _NAME_ROOM, 11), "end", FAINT, 11)
        yield svg.G(elements=[*(tip(f"{row[0].name} {labels}") or ()), name])
        for alert in row:
            yield from _bars(alert, scale, clock, y + (_ROW - ALERT_BAR) / 2, drill.seconds)


def _named(alert: WouldFire) -> str:
    """The machine's variant of an alert comes minutes before people's."""
    for_machine = ("audience", "machine") in alert.labels
    return f"{alert.name}, machine" if for_machine else alert.name


def _bars(
    alert: WouldFire, scale: Scale, clock: Clock, y: float, seconds: float
) -> Iterator[Shape]:
    end = seconds if alert.resolved_at is None else alert.resolved_at
    firing = end if alert.firing_at is None else alert.firing_at
    x, middle, right = scale.x(alert.pending_at), scale.x(firing), scale.x(end)
    says = f"{alert.name} pending from {clock.both(alert.pending_at)}"
    yield box(x, y, max(2.0, middle - x), ALERT_BAR, PAPER, says, stroke=INK)
    if alert.firing_at is not None:
        says = f"{alert.name} would have fired at {clock.both(alert.firing_at)}"
        yield box(middle, y, max(2.0, right - middle), ALERT_BAR, INK, says, stroke=INK)
