"""`xenlens remediation`: what was healed and why, and the door for people."""

from collections.abc import Callable

import typer

from exporter.cli.remediation_access import with_access
from exporter.cli.remediation_look import explain, list_runs, show, status, verify_journal
from exporter.cli.remediation_run import approve, run
from exporter.cli.remediation_stop import cancel, pause, reject, release, resume

remediation_app = typer.Typer(
    help="Look at what was healed, refused or would have been done; order, approve and stop runs.",
    epilog="Start with: xenlens remediation list. Then: xenlens remediation explain RUN. "
    "To stop everything: xenlens remediation pause.",
    no_args_is_help=True,
)


def _add(name: str, command: Callable[..., None], example: str) -> None:
    epilog = f"Such as: xenlens remediation {name} {example}".rstrip()
    remediation_app.command(name, epilog=epilog)(command)


_add("run", with_access(run), "set-active-member --host xcp1 --bond bond0 --dry-run")
_add("list", with_access(list_runs), "--open")
_add("show", with_access(show), "12")
_add(
    "explain",
    with_access(explain),
    "12, or from a copy of the journal: explain 12 --journal ./copy.db",
)
_add("status", with_access(status), "")
_add("approve", with_access(approve), "12")
_add("reject", with_access(reject), '12 --why "the switch is being replaced"')
_add("cancel", with_access(cancel), "12")
_add("release", with_access(release), "12, after explain 12 and a look at the object")
_add("pause", with_access(pause), '--why "storage maintenance until 18:00"')
_add("resume", with_access(resume), "")
_add("verify-journal", verify_journal, "and keep the hash elsewhere, to compare it the next time")
