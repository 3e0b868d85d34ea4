"""The reasons of disk probes are a closed list: all that the sources can say is in it."""

import ast
import inspect
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import collectors
import exporter
from collectors import onhost_run
from collectors.disk_reasons import FAILED, SKIPPED, is_skip
from collectors.disk_run import ERRNO, REASONS
from collectors.host import HostError, SocketUnavailable
from exporter.outcome import run_collector
from tests.collectors.onhost.disk_program import DISK, PROGRAM

ROOTS = [Path(package.__file__ or "").parent for package in (collectors, exporter)]
OURS = [*sorted(ROOTS[0].glob("disk_*.py")), *sorted((ROOTS[1] / "disk").glob("*.py"))]
RAISING = ("DiskProbeFailed", "CollectorFailed")
LABEL = re.compile(r"[a-z]+(?:_[a-z]+)*")


def calls_of(path: Path, *names: str) -> Iterator[ast.Call]:
    """Calls of these functions in a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
            yield node


def words_in(node: ast.expr) -> set[str]:
    """The words that an expression may give, as far as it spells them out."""
    found = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    return {word for word in found if isinstance(word, str)}


def said_by_the_program(verdict: str) -> set[str]:
    """The reasons that xenlens_disk.py tells with `refused` or `failed`."""
    found: set[str] = set()
    for call in calls_of(PROGRAM, "Refused"):
        if words_in(call.args[0]) == {verdict}:
            found |= words_in(call.args[1])
    for call in calls_of(PROGRAM, "refuse"):
        found |= words_in(call.args[0]) if verdict == "refused" else set()
    return found | set(re.findall(rf'"{verdict} ([a-z_]+) ', PROGRAM.read_text()))


def raised_by(path: Path) -> set[str]:
    """The reasons that a file raises, spelled out or by a default."""
    return {word for call in calls_of(path, *RAISING) for word in words_in(call.args[0])}


def host_errors(of: type[HostError] = HostError) -> Iterator[type[HostError]]:
    """Every way in which a host does not answer."""
    yield of
    for kind in of.__subclasses__():
        yield from host_errors(kind)


def by_the_exporter() -> set[str]:
    """What run_collector says of exceptions that have no reason of their own."""
    source = inspect.getsource(inspect.getmodule(run_collector) or run_collector)
    returned = set(re.findall(r'return "([a-z_]+)"', source))
    return returned | set(re.findall(r'reason="([a-z_]+)"', source))


def test_a_reason_is_a_decision_or_a_failure_and_never_both() -> None:
    assert SKIPPED.keys().isdisjoint(FAILED)
    assert [is_skip(reason) for reason in ("busy", "hung")] == [True, False]
    assert all(map(is_skip, SKIPPED))
    assert not any(map(is_skip, FAILED))


@pytest.mark.parametrize("reason", [*SKIPPED, *FAILED])
def test_every_reason_is_a_label_with_a_meaning(reason: str) -> None:
    assert LABEL.fullmatch(reason)
    assert {**SKIPPED, **FAILED}[reason].strip()


def test_what_the_program_refuses_is_a_decision_and_what_fails_there_a_failure() -> None:
    refused, failed = said_by_the_program("refused"), said_by_the_program("failed")
    assert refused >= {"busy", "own_disk", "no_space", "name_taken"}
    assert failed >= {"no_command", "overtime", "hung"}
    assert refused <= SKIPPED.keys()
    assert failed | set(DISK.ENDED_BY.values()) <= FAILED.keys()


def test_every_reason_that_is_raised_for_a_probe_is_known() -> None:
    raised = {path.name: raised_by(path) for path in OURS}
    unknown = {name: words - SKIPPED.keys() - FAILED.keys() for name, words in raised.items()}
    assert {name: words for name, words in unknown.items() if words} == {}
    assert raised["guards.py"] >= {"paths_degraded", "storage_degraded", "state_unknown"}
    assert raised["disk_run.py"] >= {"no_command", "no_figures"}


def test_every_reason_that_is_raised_is_spelled_out_where_it_is_raised() -> None:
    silent = [
        f"{path.name}:{call.lineno}"
        for path in OURS
        for call in calls_of(path, *RAISING)
        if not words_in(call.args[0])
    ]
    assert silent == []


def test_what_running_a_program_on_a_host_may_end_with_is_a_known_failure() -> None:
    raised = raised_by(Path(onhost_run.__file__))
    assert raised >= {"no_python", "exit_status"}
    assert raised <= FAILED.keys()


def test_every_way_in_which_a_host_does_not_answer_a_command_is_a_known_failure() -> None:
    kinds = set(host_errors()) - {SocketUnavailable}
    assert {kind.reason for kind in kinds} >= {"unreachable", "stuck", "output_too_large"}
    assert {kind.reason for kind in kinds} <= FAILED.keys()


def test_no_disk_probe_opens_a_socket() -> None:
    asking = [*OURS, Path(onhost_run.__file__)]
    assert [path.name for path in asking if "connect_unix" in path.read_text()] == []


def test_what_the_exporter_says_of_all_other_exceptions_is_a_known_failure() -> None:
    assert by_the_exporter() >= {"tool_error", "unparsable", "deadline_exceeded", "internal_error"}
    assert by_the_exporter() <= FAILED.keys()


def test_there_is_no_reason_that_nobody_gives() -> None:
    said = said_by_the_program("refused") | said_by_the_program("failed")
    said |= {*DISK.ENDED_BY.values(), *REASONS.values(), *ERRNO.values()}
    said |= {kind.reason for kind in host_errors()} | by_the_exporter()
    for path in (*OURS, Path(onhost_run.__file__)):
        said |= raised_by(path)
    assert (SKIPPED.keys() | FAILED.keys()) - said == set()
