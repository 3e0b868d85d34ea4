"""The demo's model as the RPC face's database, and the XAPI of each of its hosts."""

from exporter.demo.flavours import Flavour
from exporter.demo.model import Model
from exporter.demo.pool.database import tables
from exporter.demo.xapi_rpc.database import Tables
from exporter.demo.xapi_rpc.xapi import Dialect, Door, Xapi, XapiPool

_JSON = (6, 5, 0)
_JSON_2 = (7, 3, 0)
_LANDING = (8, 3, 0)
"""Products that first had JSON-RPC, its version 2.0, and a page for people at `/`."""


class ModelDatabase:
    """The pool in the model."""

    def __init__(self, model: Model) -> None:
        self._model = model

    def tables(self, host: str) -> Tables:
        """All objects, as the host's version shows them."""
        return tables(self._model, host)

    def coordinator(self) -> str:
        """The host that has the database."""
        return self._model.chassis.pool.coordinator

    def address(self, host: str) -> str:
        """The address of the host's management interface."""
        return self._model.chassis.hosts[host].address

    def uuid(self, host: str) -> str:
        """The uuid of the host's record."""
        return self._model.chassis.hosts[host].uuid

    def answers(self, host: str) -> bool:
        """A member answers nothing without its coordinator, nor does a host that is lost."""
        chassis = self._model.chassis
        return chassis.coordinator_answers and host not in chassis.pool.lost

    def mark(self) -> object:
        """The state, and the second, with which times and XAPI's opinion of a lost host change."""
        return self._model.chassis, int(self._model.clock())

    def now(self) -> float:
        """Unix time by the model's clock."""
        return self._model.time_of(self._model.clock()).timestamp()


def xapi_of(pool: XapiPool, host: str, flavour: Flavour, door: Door) -> Xapi:
    """The XAPI of a host of the model, with what its version can do."""
    return Xapi(pool, host, _dialect(flavour), door, landing=flavour.version >= _LANDING)


def _dialect(flavour: Flavour) -> Dialect:
    if flavour.version < _JSON:
        return "xml"
    return "json1" if flavour.version < _JSON_2 else "json2"
