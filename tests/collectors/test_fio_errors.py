"""What is wrong, in the words of fio 1.38 to 3.42 and of the shell that looked for it."""

from pathlib import Path

import pytest

from collectors.fio import parse_fio
from collectors.fio_errors import fio_failure
from collectors.parsing import ToolError

FIXTURES = Path(__file__).parents[1] / "fixtures" / "fio"


def fixture(name: str) -> str:
    return (FIXTURES / f"{name}.txt").read_text()


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("1.38-read-only", "read-only"),
        ("3.33-denied", "permission"),
        ("3.33-no-engine", "no-such-engine"),
        ("1.59-no-option", "bad-command"),
    ],
)
def test_a_captured_failure_is_no_data(name: str, kind: str) -> None:
    with pytest.raises(ToolError) as caught:
        parse_fio(fixture(name))
    assert caught.value.kind == kind


@pytest.mark.parametrize("name", ["2.16-disk-full", "3.33-disk-full"])
def test_a_full_disk_is_told_though_something_was_written(name: str) -> None:
    failure = fio_failure(fixture(name))
    assert failure is not None
    assert failure.kind == "no-space"


@pytest.mark.parametrize(
    ("message", "kind"),
    [
        ("fio: pid=0, err=2/file:filesetup.c:91, func=open, error=No such file", "no-such-object"),
        ("fio: ENOSPC on laying out file, stopping", "no-space"),
        ("fio: pid=1, err=122/file:io_u.c:1, func=xfer, error=Disk quota exceeded", "no-space"),
        ("fio: refusing extend of file due to read-only", "read-only"),
        ("fio: engine libaio not loadable", "no-such-engine"),
        ("fio: failed parsing ioengine=io_uring", "no-such-engine"),
        ("fio: your kernel doesn't support io_uring", "no-such-engine"),
        ("/usr/bin/fio: unrecognized option '--latency-log=1'", "bad-command"),
        ("fio: failed parsing rw=bogus", "bad-command"),
        ("fio: bad terse version format", "bad-command"),
        ("Bad option <bogus=1>", "bad-command"),
        ("No jobs(s) defined", "bad-command"),
        ("probe: you need to specify size=", "bad-command"),
        ("fio: job startup exited with exit code 1", "failed"),
        ("fio: destination does not support O_DIRECT", "failed"),
        ("fio: pid=77, got signal=9", "failed"),
        ("fio: pid=77, err=5/file:io_u.c:1, func=io_u error, error=Input/output error", "failed"),
        ("x: (groupid=0, jobs=1): err= 5 (file:io_u.c:1, func=x): pid=1: Sun", "failed"),
        ("bash: fio: command not found", "not-running"),
        ("sudo: a password is required", "permission"),
        ("ssh: connect to host xs1 port 22: Connection refused", "lost-connection"),
    ],
)
def test_a_message_tells_its_kind(message: str, kind: str) -> None:
    failure = fio_failure(message + "\n")
    assert failure is not None
    assert (failure.kind, str(failure)) == (kind, message)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "fio-3.33\nStarting 1 process\n",
        "fio: cache invalidation of /dev/xvdb failed: Bad file descriptor\n",
        "fio: only root may flush block devices. Cache flush bypassed!\n",
        "fio: this platform does not support process shared mutexes, forcing use of threads.\n",
        "failed: (groupid=0, jobs=1): err= 0: pid=1\n",
    ],
)
def test_what_is_no_failure_is_none(text: str) -> None:
    assert fio_failure(text) is None


def test_a_message_of_fio_that_is_not_known_is_no_data_either() -> None:
    message = "fio: ss_duration 1000000us must be multiple of ss_check"
    with pytest.raises(ToolError, match="ss_duration") as caught:
        parse_fio(message + "\nfio-3.42\n")
    assert caught.value.kind == "failed"


def test_the_cause_is_told_and_not_its_consequence() -> None:
    said = "fio: 1 job failed to start\nfio: pid=0, err=30/file:f.c:1, func=open, error=Read-only"
    failure = fio_failure(said)
    assert failure is not None
    assert failure.kind == "read-only"
