"""The command `ovs-appctl`: the control socket's answers, with exit status and complaints."""

from collections.abc import Mapping, Sequence

from exporter.demo.command import Dom0, Result
from exporter.demo.faces.unixctl import RUNDIR, pidfile, socket_path
from exporter.demo.faces.vswitchd import Answer, answer

_DAEMON = "ovs-vswitchd"
_DATE = "2026-01-01T00:00:00Z"


def ovs_appctl(dom0: Dom0, argv: Sequence[str], environment: Mapping[str, str]) -> Result:
    """Ask ovs-vswitchd. Exit status 1: not reached or not asked; 2: it refused (ovs-appctl(8))."""
    version = dom0.state.flavour.ovs
    target, words = _DAEMON, list(argv[1:])
    while words and words[0].startswith("-"):
        option, _, value = words.pop(0).partition("=")
        if option in ("-V", "--version"):
            return Result(f"ovs-appctl (Open vSwitch) {version}\n")
        if option in ("-t", "--target") or (option in ("-T", "--timeout") and version != "1.0.99"):
            value = value or (words.pop(0) if words else "")
            target = value if option in ("-t", "--target") else target
            continue
        return Result(stderr=f"ovs-appctl: unrecognized option '{option}'\n", status=1)
    if not words:
        complaint = "at least one non-option argument is required (use --help for help)"
        return Result(stderr=f"ovs-appctl: {complaint}\n", status=1)
    unreachable = _unreachable(dom0, target, environment.get("OVS_RUNDIR", RUNDIR))
    return unreachable or _result(answer(dom0, words[0], words[1:]), target, version)


def _unreachable(dom0: Dom0, target: str, rundir: str) -> Result | None:
    missing = "No such file or directory"
    if target.startswith("/"):
        if target == socket_path(dom0):
            return None
        return Result(stderr=f'ovs-appctl: cannot connect to "{target}" ({missing})\n', status=1)
    file = f"{rundir}/{target}.pid"
    if file == pidfile(dom0)[0]:
        return None
    log = f"{_DATE}|00001|daemon_unix|WARN|{file}: open: {missing}\n"
    return Result(stderr=f'{log}ovs-appctl: cannot read pidfile "{file}" ({missing})\n', status=1)


def _result(reply: Answer, target: str, version: str) -> Result:
    text = reply.text if reply.text.endswith("\n") or not reply.text else f"{reply.text}\n"
    if reply.ok:
        return Result(text)
    code = f"reply code {reply.code}" if version == "1.0.99" else "an error"
    return Result(stderr=f"{text}ovs-appctl: {target}: server returned {code}\n", status=2)
