"""The command `xe` of a simulated dom0: what it prints, and when it hangs.

A member's `xe` is served by the coordinator: without one every command hangs, but for the few that
ask only the host itself.
"""

from collections.abc import Mapping, Sequence

from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.faces.xe_arguments import Arguments, arguments_of
from exporter.demo.faces.xe_classes import classes_of
from exporter.demo.faces.xe_complaints import (
    Complaint,
    failure,
    is_slave,
    unauthenticated,
    unknown_command,
)
from exporter.demo.faces.xe_deeds import DEEDS
from exporter.demo.faces.xe_records import listed, param_get, param_list
from exporter.demo.faces.xe_values import Database
from exporter.demo.pool.database import tables_of_xe

_USAGE = """Usage: xe <command> [-s server] [-pw passwd] [-p port] [-u user] [-pwf password-file]
          [command specific arguments]

To get help on a specific command: xe help <command>
To get a full listing of commands: xe help --all
"""
_OPERATIONS = {"-list": listed, "-param-list": param_list, "-param-get": param_get}
_EXTRA = "XE_EXTRA_ARGS"


def xe(dom0: Dom0, argv: Sequence[str], environment: Mapping[str, str]) -> Result:
    """Run a command of `xe`; its exit status is 1 after every complaint, 0 after usage."""
    words = [*argv[1:], *filter(None, environment.get(_EXTRA, "").split(","))]
    if not words or words[0] in ("help", "--help"):
        return Result(_USAGE)
    try:
        return _answer(dom0, arguments_of(words))
    except Complaint as complaint:
        return complaint.result


def _answer(dom0: Dom0, asked: Arguments) -> Result:
    if asked.command == "host-is-in-emergency-mode":
        return Result("false\n")
    if "server" in asked.client:
        _knock(dom0, asked.client)
    if not dom0.model.chassis.coordinator_answers:
        return HANGS
    deed = DEEDS.get(asked.command)
    if deed is not None:
        return deed(dom0, asked)
    return Result(_of_records(dom0, asked))


def _of_records(dom0: Dom0, asked: Arguments) -> str:
    version = dom0.state.flavour.version
    classes = classes_of(version)
    for ending, operation in _OPERATIONS.items():
        kind = classes.get(asked.command.removesuffix(ending))
        if kind is not None and asked.command.endswith(ending):
            database = Database(tables_of_xe(dom0.model, dom0.name))
            return operation(database, kind, version, asked)
    raise unknown_command(asked.command)


def _knock(dom0: Dom0, client: Mapping[str, str]) -> None:
    """By TCP a password is asked for, and members do not serve. Raises Complaint."""
    chassis = dom0.model.chassis
    address = client["server"]
    own = ("localhost", "127.0.0.1")
    host = next(
        (h for h in chassis.hosts.values() if address in (h.address, h.name)),
        dom0.state if address in own else None,
    )
    if host is None:
        raise failure("No route to host (calling connect )")
    if client.get("username", "") != "root" or not client.get("password"):
        raise unauthenticated(client.get("username", ""))
    if host.name != chassis.pool.coordinator:
        coordinator = chassis.hosts[chassis.pool.coordinator]
        raise is_slave(host.flavour.version, coordinator.address)
