"""The command `ovs-vsctl`, as far as it tells which bridge something is on, and a port's options.

Its words are those of utilities/ovs-vsctl.c and lib/db-ctl-base.c, the same from 1.0.99 on.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import groupby

from exporter.demo.bonds import Bond
from exporter.demo.command import HANGS, Dom0, Result
from exporter.demo.faces.unixctl import RUNDIR
from exporter.demo.hosts import HostState

_SCHEMAS = {"2.5.3": "7.12.1", "2.17.7": "8.3.0"}
"""Versions of the database's schema, which 2.x prints behind its own."""
_WAITS = "1.0.99"
"""The version that waits for its database for ever."""
_NOTE = ' (note that options must precede command names and follow a "--" argument)'


class _Fatal(Exception):
    """Why nothing is printed."""


def ovs_vsctl(dom0: Dom0, argv: Sequence[str], environment: Mapping[str, str]) -> Result:
    """Run commands, several joined by `--`: all of them or, with exit status 1, none."""
    version = dom0.state.flavour.ovs
    words = list(argv[1:])
    try:
        while words and words[0].startswith("-") and words[0] != "--":
            option = words.pop(0)
            if option in ("-V", "--version"):
                return Result(_version(version))
            _take_option(option, words)
        steps = [_checked(step) for step in _steps(words)]
        if not steps:
            raise _Fatal("missing command name (use --help for help)")
        rundir = environment.get("OVS_RUNDIR", RUNDIR)
        if rundir != RUNDIR and version == _WAITS:
            return HANGS
        if rundir != RUNDIR:
            failed = "database connection failed (No such file or directory)"
            raise _Fatal(f"unix:{rundir}/db.sock: {failed}")
        return Result("".join(f"{_COMMANDS[n](dom0.state, *args)}\n" for n, *args in steps))
    except _Fatal as error:
        return Result(stderr=f"ovs-vsctl: {error}\n", status=1)


def _version(version: str) -> str:
    schema = _SCHEMAS.get(version)
    return f"ovs-vsctl (Open vSwitch) {version}\n" + (f"DB Schema {schema}\n" if schema else "")


def _take_option(option: str, words: list[str]) -> None:
    if option in ("-t", "--timeout") and words:
        words.pop(0)
    elif not option.startswith(("--timeout=", "-t")) and option != "--no-wait":
        raise _Fatal(f"unrecognized option '{option}'")


def _steps(words: Sequence[str]) -> Iterator[list[str]]:
    for is_step, step in groupby(words, lambda word: word != "--"):
        if is_step:
            yield list(step)


def _checked(step: list[str]) -> list[str]:
    name, *arguments = step
    if name.startswith("-"):
        raise _Fatal(f"'{arguments[0] if arguments else ''}' command has no '{name}' option")
    if name not in _COMMANDS:
        raise _Fatal(f"unknown command '{name}'; use --help for help")
    needs = _ARGUMENTS.get(name, 1)
    if len(arguments) < needs:
        raise _Fatal(f"'{name}' command requires at least {needs} arguments")
    if len(arguments) > needs:
        note = _NOTE if any(word.startswith("-") for word in arguments) else ""
        raise _Fatal(f"'{name}' command takes at most {needs} arguments{note}")
    return step


def _bridge(host: HostState, name: str) -> Bond:
    bond = host.bridge(name)
    if bond is None:
        raise _Fatal(f"no bridge named {name}")
    return bond


def _br_to_parent(host: HostState, name: str) -> str:
    """None of the demo's bridges is a VLAN's: each is its own parent."""
    return _bridge(host, name).bridge


def _br_to_vlan(host: HostState, name: str) -> str:
    _bridge(host, name)
    return "0"


def _list_br(host: HostState) -> str:
    return "\n".join(sorted(bond.bridge for bond in host.bonds))


def _port_to_br(host: HostState, name: str) -> str:
    bond = host.bond(name)
    if bond is None:
        raise _Fatal(f"no port named {name}")
    return bond.bridge


def _iface_to_br(host: HostState, name: str) -> str:
    found = host.nic(name)
    if found is None:
        raise _Fatal(f"no interface named {name}")
    return found[0].bridge


def _get(host: HostState, table: str, name: str, column: str) -> str:
    """Only `get Port BOND other_config`: what XenServer's network scripts set."""
    if table.lower() != "port" or column != "other_config":
        raise _Fatal(f"the demo has no column {column} of table {table}")
    if host.bond(name) is None:
        raise _Fatal(f'no row "{name}" in table Port')
    return '{bond-detect-mode=carrier, bond-miimon-interval="100"}'


_ARGUMENTS = {"get": 3, "list-br": 0}
"""How many arguments a command takes, where it is not one."""
_COMMANDS: Mapping[str, Callable[..., str]] = {
    "br-to-parent": _br_to_parent,
    "br-to-vlan": _br_to_vlan,
    "get": _get,
    "iface-to-br": _iface_to_br,
    "list-br": _list_br,
    "port-to-br": _port_to_br,
}
