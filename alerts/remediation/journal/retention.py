"""What is old goes, the oldest first and in one piece, so that the chain still holds."""

from sqlalchemy import Connection, delete, func, select

from alerts.remediation.journal.reading import last_number
from alerts.remediation.journal.records import Event
from alerts.remediation.journal.schema import alerts, runs, steps
from alerts.remediation.journal.writing import ENGINE, Writer


def prune(connection: Connection, writer: Writer, now: float, before: float) -> int:
    """Remove the steps before the first that is younger, or whose run is; gives their number.

    The hash of the last one that goes is kept as the anchor, from which the chain is followed.
    """
    kept = select(func.min(steps.c.seq)).where(
        (steps.c.at >= before)
        | steps.c.run.in_(
            select(runs.c.id).where(runs.c.ended_at.is_(None) | (runs.c.ended_at >= before))
        )
    )
    first = connection.execute(kept).scalar() or writer.seq + 1
    last = connection.execute(select(steps).where(steps.c.seq == first - 1)).first()
    connection.execute(
        delete(alerts).where(alerts.c.at < before, alerts.c.disposition != "pending")
    )
    if last is None:
        return 0
    gone = connection.execute(delete(steps).where(steps.c.seq < first)).rowcount
    left = select(steps.c.run).where(steps.c.run != ENGINE).distinct()
    # Read before they go, and never less than earlier: a number that comes back is not done again.
    number = last_number(connection)
    connection.execute(delete(runs).where(runs.c.id.not_in(left)))
    settings = {"anchor": f"{last.seq} {last.hash}", "last_run": str(number)}
    body = {"removed": gone, "up_to": last.seq, "hash": last.hash}
    writer.note(connection, now, Event("PRUNED", body, settings))
    return gone
