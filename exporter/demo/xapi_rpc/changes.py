"""Which objects came, changed and went, told apart by generation, as XAPI's database counts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Literal

from exporter.demo.xapi_rpc.database import Record, Tables

Operation = Literal["add", "mod", "del"]


class Generation:
    """A number that grows with every change, the same for all hosts of a pool."""

    def __init__(self) -> None:
        self.value = 0

    def next(self) -> int:
        """The generation of a change that happens now."""
        self.value += 1
        return self.value


@dataclass(frozen=True, slots=True)
class Key:
    """An object. The class is in lower case, as in events."""

    kind: str
    ref: str


@dataclass(frozen=True, slots=True)
class Change:
    """The last change of an object; a deleted one has no record."""

    key: Key
    created: int
    changed: int
    record: Record | None

    def operation(self, since: int) -> Operation | None:
        """What became of the object after a generation; None where nothing is to be told."""
        if self.changed <= since:
            return None
        if self.record is None:
            return "del" if self.created <= since else None
        return "add" if self.created > since else "mod"


class Changes:
    """The last change of every object there is or was."""

    def __init__(self, generation: Generation) -> None:
        self._generation = generation
        self._objects: dict[Key, Change] = {}
        self._mark: object = None
        self.counts: dict[str, int] = {}
        """How many objects of each class there are, empty classes included."""

    def look(self, tables: Tables, mark: object) -> None:
        """Note what is different from the last look; nothing is while `mark` stays the same."""
        if mark == self._mark:
            return
        self._mark = mark
        self.counts = {kind.lower(): len(table) for kind, table in tables.items()}
        self._compare(tables)

    def since(self, since: int, wanted: Callable[[Key], bool]) -> Iterator[Change]:
        """Changes of wanted objects after a generation."""
        for change in self._objects.values():
            if change.changed > since and wanted(change.key):
                yield change

    def _compare(self, tables: Tables) -> None:
        present = {
            Key(kind.lower(), ref): record
            for kind, table in tables.items()
            for ref, record in table.items()
        }
        for key, record in present.items():
            self._note(key, record)
        for key, old in self._objects.items():
            if old.record is not None and key not in present:
                self._objects[key] = replace(old, changed=self._generation.next(), record=None)

    def _note(self, key: Key, record: Record) -> None:
        old = self._objects.get(key)
        if old is not None and old.record == record:
            return
        now = self._generation.next()
        created = now if old is None or old.record is None else old.created
        self._objects[key] = Change(key, created, now, record)
