"""task and message as the API shows them."""

from exporter.demo.pool.messages import AT
from exporter.demo.pool.names import NULL_REF, ref_of
from exporter.demo.pool.snapshot import NEVER, Snapshot, Table, known

_DATE = "%Y%m%dT%H:%M:%SZ"


def tasks(snapshot: Snapshot) -> Table:
    """The class task."""
    table = {}
    for task in snapshot.pool.tasks:
        base = {
            "uuid": task.uuid,
            "name_label": task.name,
            "name_description": task.description,
            "allowed_operations": ["cancel", "destroy"] if task.finished is None else [],
            "current_operations": {},
            "created": snapshot.time_of(task.created),
            "finished": NEVER if task.finished is None else snapshot.time_of(task.finished),
            "status": task.status,
            "resident_on": snapshot.host_ref(snapshot.pool.coordinator),
            "progress": task.progress,
            "type": "<none/>",
            "result": "",
            "error_info": [],
            "other_config": {},
            "subtask_of": NULL_REF,
            "subtasks": [],
        }
        later = ((7, 0, 0), {"backtrace": "()"})
        table[ref_of(task.uuid)] = known(snapshot.version, base, later)
    return table


def messages(snapshot: Snapshot) -> Table:
    """The class message."""
    table = {}
    for message in snapshot.pool.messages:
        at = snapshot.time_of(message.at)
        table[ref_of(message.uuid)] = {
            "uuid": message.uuid,
            "name": message.name,
            "priority": str(message.priority),
            "cls": message.kind,
            "obj_uuid": message.object,
            "timestamp": at,
            "body": message.body.replace(AT, at.strftime(_DATE)),
        }
    return table
