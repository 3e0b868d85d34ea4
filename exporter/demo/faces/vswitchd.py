"""ovs-vswitchd's answers to control commands, worded and coded as each version does.

From vswitchd/bridge.c and lib/unixctl.c of 1.0.99, ofproto/bond.c and lib/unixctl.c of 2.5.3
and 2.17.7.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from exporter.demo.command import Dom0
from exporter.demo.faces.bond_text import bond_list, bond_show, member_word

OK = 200
BAD_REQUEST = 400
INVALID_ARGUMENT = 501


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply. `code` is that of the text protocol; JSON-RPC knows only success or error."""

    text: str
    code: int = OK

    @property
    def ok(self) -> bool:
        """Whether the command was carried out."""
        return self.code == OK


@dataclass(frozen=True, slots=True)
class Command:
    """A control command and how many arguments it takes."""

    answer: Callable[[Dom0, Sequence[str]], Answer]
    minimum: int = 0
    maximum: int = 0


def answer(dom0: Dom0, name: str, args: Sequence[str]) -> Answer:
    """Carry out one control command."""
    old = dom0.state.flavour.ovs == "1.0.99"
    commands = _COMMANDS_1_0_99 if old else _COMMANDS
    command = commands.get(name)
    if command is None:
        return Answer(_not_valid(name, dom0.state.flavour.ovs), BAD_REQUEST)
    if old:
        return command.answer(dom0, args)
    if len(args) < command.minimum:
        return _error(f'"{name}" command requires at least {command.minimum} arguments')
    if len(args) > command.maximum:
        return _error(f'"{name}" command takes at most {command.maximum} arguments')
    return command.answer(dom0, args)


def _not_valid(name: str, version: str) -> str:
    hint = ' (use "list-commands" to see a list of valid commands)' if version == "2.17.7" else ""
    return f'"{name}" is not a valid command{hint}'


def _error(text: str) -> Answer:
    return Answer(text, INVALID_ARGUMENT)


def _show(dom0: Dom0, args: Sequence[str]) -> Answer:
    host = dom0.state
    bonds = [host.bond(args[0])] if args else list(host.bonds)
    texts = [bond_show(bond, host.flavour.ovs, dom0.now) for bond in bonds if bond is not None]
    return Answer("".join(texts)) if texts else _error("no such bond")


def _show_1_0_99(dom0: Dom0, args: Sequence[str]) -> Answer:
    return _show(dom0, [" ".join(args)])


def _list(dom0: Dom0, args: Sequence[str]) -> Answer:
    return Answer(bond_list(dom0.state.bonds, dom0.state.flavour.ovs))


def _lacp_show(dom0: Dom0, args: Sequence[str]) -> Answer:
    return _error("no such lacp object") if args else Answer("")


def _set_active(dom0: Dom0, args: Sequence[str]) -> Answer:
    word = member_word(dom0.state.flavour.ovs)
    result = dom0.model.set_active(dom0.name, args[0], args[1])
    if result in ("done", "no change"):
        return Answer(result)
    if result == "disabled":
        return _error(f"cannot make disabled {word} active")
    return _error(f"no such {word}" if result == "no such member" else result)


def _set_active_1_0_99(dom0: Dom0, args: Sequence[str]) -> Answer:
    if len(args) < 2:
        return _error("usage: bond/set-active-slave BOND SLAVE")
    return _set_active(dom0, args)


def _version(dom0: Dom0, args: Sequence[str]) -> Answer:
    return Answer(f"ovs-vswitchd (Open vSwitch) {dom0.state.flavour.ovs}")


_COMMANDS_1_0_99 = {
    "bond/show": Command(_show_1_0_99),
    "bond/list": Command(_list),
    "bond/set-active-slave": Command(_set_active_1_0_99),
}
_COMMANDS = {
    "bond/show": Command(_show, 0, 1),
    "bond/list": Command(_list),
    "bond/set-active-slave": Command(_set_active, 2, 2),
    "bond/set-active-member": Command(_set_active, 2, 2),
    "lacp/show": Command(_lacp_show, 0, 1),
    "version": Command(_version),
}
