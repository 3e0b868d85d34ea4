"""`CLASS-list`, `CLASS-param-list` and `CLASS-param-get` of `xe` (XAPI's cli_operations.ml)."""

from collections.abc import Callable

from exporter.demo.faces.xe_arguments import Arguments
from exporter.demo.faces.xe_classes import Class
from exporter.demo.faces.xe_complaints import failure, invalid_uuid, not_given, unknown_code
from exporter.demo.faces.xe_fields import EXPENSIVE, Field
from exporter.demo.faces.xe_print import minimal, table
from exporter.demo.faces.xe_values import Database
from exporter.demo.pool.snapshot import Record, Version

Keep = Callable[[Record], bool]
_NO_FILTERS = frozenset(
    {"params", "server", "password", "port", "username", "minimal", "force", "multiple", "all"}
    | {"message-priority", "trace"}
)


def listed(database: Database, kind: Class, version: Version, asked: Arguments) -> str:
    """`CLASS-list`. Raises Complaint."""
    fields = kind.fields(version)
    records = list(database.tables.get(kind.api, {}).values())
    if asked.get("all") != "true":
        records = _filtered(database, fields, records, [*kind.filters, *_filters(asked)])
    names = _names(asked, kind)
    shown = [f for f in fields if (not names or f.name in names) and not f.hidden]
    if asked.minimal:
        return minimal(_text(database, shown[0], record) for record in records if shown)
    return table([(f.label, _text(database, f, record)) for f in shown] for record in records)


def param_list(database: Database, kind: Class, version: Version, asked: Arguments) -> str:
    """`CLASS-param-list`: expensive fields are read as well. Raises Complaint."""
    record = _by_uuid(database, kind, asked)
    shown = [field for field in kind.fields(version) if not field.hidden]
    return table([[(field.label, field.text(database, record)) for field in shown]])


def param_get(database: Database, kind: Class, version: Version, asked: Arguments) -> str:
    """`CLASS-param-get`: a whole field, or one key of a map. Raises Complaint."""
    uuid, name = asked.get("uuid"), asked.get("param-name")
    if uuid is None or name is None:
        raise not_given("uuid" if uuid is None else "param-name")
    record = _by_uuid(database, kind, asked)
    field = next((f for f in kind.fields(version) if f.name == name), None)
    if field is None:
        raise unknown_code("Missing parameter", name)
    text = field.text(database, record)
    key = asked.get("param-key")
    if key is not None and "m" in field.flags:
        members = field.members(database, record)
        if key not in members:
            raise failure(f"Key {key} not found in map")
        text = members[key]
    return minimal([text]) if asked.minimal else f"{text}\n"


def _by_uuid(database: Database, kind: Class, asked: Arguments) -> Record:
    uuid = asked.get("uuid")
    if uuid is None:
        raise not_given("uuid")
    for record in database.tables.get(kind.api, {}).values():
        if record["uuid"] == uuid:
            return record
    raise invalid_uuid(kind.api, uuid)


def _names(asked: Arguments, kind: Class) -> tuple[str, ...]:
    """The names of the fields to show; none of them means all."""
    params = asked.get("params")
    if params is None:
        return kind.shown
    return () if params == "all" else tuple(params.split(","))


def _text(database: Database, field: Field, record: Record) -> str:
    return EXPENSIVE if field.expensive else field.text(database, record)


def _filters(asked: Arguments) -> list[tuple[str, str]]:
    given = asked.parameters
    return [(k, v) for k, v in given if k not in _NO_FILTERS and not k.startswith("database:")]


def _filtered(
    database: Database,
    fields: tuple[Field, ...],
    records: list[Record],
    filters: list[tuple[str, str]],
) -> list[Record]:
    """The records that pass; a filter is only looked at while there are records."""
    for name, value in filters:
        if records:
            keep = _filter(database, fields, name, value)
            records = [record for record in records if keep(record)]
    return records


def _filter(database: Database, fields: tuple[Field, ...], name: str, value: str) -> Keep:
    plain = next((field for field in fields if field.name == name), None)
    if plain is not None:
        return lambda record: plain.text(database, record) == value
    for flag in "ms":
        owners = [
            f for f in fields if flag in f.flags and name.startswith((f"{f.name}:", f"{f.name}-"))
        ]
        if owners:
            field = max(owners, key=lambda owner: len(owner.name))
            return _member_filter(database, field, name[len(field.name) + 1 :], value)
    raise failure(f"Unknown field '{name}'")


def _member_filter(database: Database, field: Field, key: str, value: str) -> Keep:
    """`other-config:key=value`, `allowed-operations:contains=value`."""
    if "m" in field.flags:
        return lambda record: field.members(database, record).get(key) == value
    if key != "contains":
        raise failure("Invalid syntax for set filtering (should be set-param:contains=key)")
    return lambda record: value in field.members(database, record)
