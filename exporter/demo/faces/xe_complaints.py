"""How `xe` complains, in the words of each version (XAPI's datamodel_errors.ml, xapi_cli.ml)."""

from exporter.demo.command import Result
from exporter.demo.pool.snapshot import Version

_USAGE_HINT = "For usage run: 'xe help'\n"
_SLAVE = "You cannot make regular API calls directly on a {member}. Please pass API calls via the "
_IS_SLAVE = {
    (8, 3): _SLAVE.format(member="supporter") + "coordinator host.",
    (7, 0): _SLAVE.format(member="pool member") + "master host.",
    (0, 0): _SLAVE.format(member="slave") + "master host.",
}


class Complaint(Exception):
    """The command fails: what goes to standard error, with exit status 1."""

    @property
    def result(self) -> Result:
        """What the command answers."""
        return Result(stderr=f"{self}", status=1)


def unknown_command(name: str) -> Complaint:
    """There is no such command."""
    return Complaint(f"Unknown command: {name}\n{_USAGE_HINT}")


def syntax_error() -> Complaint:
    """An argument is neither `name=value` nor an option."""
    return Complaint(f"Syntax error: \n{_USAGE_HINT}")


def not_given(parameter: str) -> Complaint:
    """A parameter that the command needs was not given."""
    return Complaint(f"Required parameter not found: {parameter}\n{_USAGE_HINT}")


def unauthenticated(user: str) -> Complaint:
    """Name or password is wrong, or missing."""
    what = "Authentication failed" if user else "Username/password must be specified"
    return Complaint(f"{what}\n{_USAGE_HINT}")


def failure(text: str) -> Complaint:
    """A failure of the command line itself."""
    return Complaint(f"Error: {text}\n")


def unknown_code(code: str, *parameters: str) -> Complaint:
    """An error that the datamodel does not name."""
    return Complaint(f"Error code: {code}\nError parameters: {', '.join(parameters)}\n")


def refused(text: str, **parameters: str) -> Complaint:
    """An error that the datamodel names: its sentence, and a line per parameter."""
    lines = (f"{name}: {value}\n" for name, value in parameters.items())
    return Complaint(f"{text}\n{''.join(lines)}")


def invalid_uuid(kind: str, uuid: str) -> Complaint:
    """UUID_INVALID; `kind` is the API class."""
    return Complaint(f"The uuid you supplied was invalid.\ntype: {kind}\nuuid: {uuid}\n")


def sr_has_pbd(sr: str) -> Complaint:
    """SR_HAS_PBD; `sr` is its uuid and name."""
    return Complaint(
        "The SR is still connected to a host via a PBD. It cannot be destroyed or forgotten.\n"
        f"sr: {sr}\n"
    )


def vdi_in_use(vdi: str) -> Complaint:
    """VDI_IN_USE: somebody has it in a drive."""
    text = "This operation cannot be performed because this VDI is in use by some other operation"
    return Complaint(f"{text}\nvdi: {vdi}\noperation: detach\n")


def is_slave(version: Version, coordinator: str) -> Complaint:
    """HOST_IS_SLAVE: asked by TCP, a member only names its coordinator's address."""
    text = next(text for since, text in _IS_SLAVE.items() if version[:2] >= since)
    return Complaint(f"{text}\nMaster IP address: {coordinator}\n")
