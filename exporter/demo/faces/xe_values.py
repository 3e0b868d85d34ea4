"""Values of API records as `xe` prints them (XAPI's records.ml)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from exporter.demo.pool.database import Tables
from exporter.demo.pool.names import NULL_REF, uuid_of
from exporter.demo.pool.snapshot import Record

NOT_IN_DATABASE = "<not in database>"
UNKNOWN_TIME = "<unknown time>"
_REF = "OpaqueRef:"
_DATE = "%Y%m%dT%H:%M:%SZ"


class Database:
    """A host's tables, and which record a reference means."""

    def __init__(self, tables: Tables) -> None:
        self.tables = tables
        self._records: dict[str, Record] = {}

    def record(self, ref: str) -> Record | None:
        """The record of a reference, or None for the null reference and dangling ones."""
        if ref == NULL_REF:
            return None
        if not self._records:
            for table in self.tables.values():
                self._records |= table
        return self._records.get(ref)

    def uuid(self, ref: str) -> str:
        """The uuid of a reference; objects of classes that the demo lacks get one as well."""
        if ref == NULL_REF:
            return NOT_IN_DATABASE
        record = self.record(ref)
        return uuid_of("elsewhere", ref) if record is None else str(record["uuid"])

    def follow(self, value: Any, path: list[str]) -> Any:
        """The value at the end of a path of field names; None where a reference leads nowhere."""
        for name in path:
            if isinstance(value, list):
                return [self.follow(one, path) for one in value]
            record = self.record(value) if isinstance(value, str) else value
            if record is None or name not in record:
                return None
            value, path = record[name], path[1:]
        return value

    def text(self, value: Any, joint: str = "; ") -> str:
        """A value as text: nothing in it is escaped."""
        if isinstance(value, Mapping):
            return joint.join(f"{key}: {self.text(each)}" for key, each in value.items())
        if isinstance(value, list):
            return joint.join(self.text(each) for each in value)
        return self._one(value)

    def _one(self, value: Any) -> str:
        if value is None:
            return NOT_IN_DATABASE
        if isinstance(value, bool):
            return str(value).lower()
        if isinstance(value, float):
            return f"{value:.3f}"
        if isinstance(value, datetime):
            return value.strftime(_DATE)
        text = str(value)
        return self.uuid(text) if text.startswith(_REF) else text
