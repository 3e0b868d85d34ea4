"""`python` on a simulated host runs xenlens's own program and refuses everything else."""

import pytest

from collectors.onhost import program
from exporter.hosts.ssh_command import wrapped
from tests.demo.probing import GATEWAY, run
from tests.demo.simulated import Simulated


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.mark.parametrize(
    ("host", "places"),
    [
        ("xenserver1", ["/usr/bin/python"]),
        ("xcp82", ["/usr/bin/python"]),
        ("xcp83", ["/usr/bin/python", "/usr/bin/python3"]),
    ],
)
def test_only_xcp_ng_8_3_has_python3(pool: Simulated, host: str, places: list[str]) -> None:
    shown = pool.run(host, "command -v python; command -v python3").stdout
    assert shown.splitlines() == places


@pytest.mark.parametrize(
    ("host", "python", "stdout", "stderr"),
    [
        ("xenserver1", "python", "", "Python 2.4.3\n"),
        ("xcp82", "python", "", "Python 2.7.5\n"),
        ("xcp83", "python", "", "Python 2.7.5\n"),
        ("xcp83", "python3", "Python 3.6.8\n", ""),
    ],
)
def test_python_2_tells_its_version_on_standard_error(
    pool: Simulated, host: str, python: str, stdout: str, stderr: str
) -> None:
    result = pool.run(host, f"{python} --version")
    assert (result.stdout, result.stderr, result.status) == (stdout, stderr, 0)


def test_a_host_without_python3_says_so_as_a_shell_does(pool: Simulated) -> None:
    result = run(pool, "xcp82", "exec python3 -S -E - probe", program())
    assert (result.status, result.stderr) == (127, "bash: line 0: exec: python3: not found\n")


def test_an_installed_program_is_not_there(pool: Simulated) -> None:
    result = run(pool, "xcp83", "python3 -S -E /opt/xenlens_host.py probe", program())
    assert (result.status, result.stdout) == (2, "")
    assert result.stderr == (
        "python3: can't open file '/opt/xenlens_host.py': [Errno 2] No such file or directory\n"
    )


@pytest.mark.parametrize("host", ["xenserver1", "xcp83"])
@pytest.mark.parametrize("line", ["python -", "python", "python -c 'print(1)'", "python -Sc 1"])
def test_no_other_program_is_executed(pool: Simulated, host: str, line: str) -> None:
    result = run(pool, host, line, "print(1)")
    assert (result.status, result.stdout) == (1, "")
    where = "?" if host == "xenserver1" else "<module>"
    assert result.stderr.startswith("Traceback (most recent call last):\n")
    assert f"line 1, in {where}\nNotImplementedError: " in result.stderr


def test_an_empty_program_does_nothing(pool: Simulated) -> None:
    result = pool.run("xcp83", "python3 - </dev/null")
    assert (result.stdout, result.stderr, result.status) == ("", "", 0)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("python -Z", "Unknown option: -Z"),
        ("python --nonsense", "Unknown option: --"),
        ("python -S -c", "Argument expected for the -c option"),
    ],
)
def test_an_option_that_python_does_not_know_is_refused(
    pool: Simulated, line: str, said: str
) -> None:
    result = pool.run("xcp83", line)
    assert (result.status, result.stderr.splitlines()[0]) == (2, said)


@pytest.mark.parametrize(("host", "python"), [("xenserver1", "python"), ("xcp83", "python3")])
def test_the_line_that_ssh_sends_runs_the_program(pool: Simulated, host: str, python: str) -> None:
    words = [python, "-S", "-E", "-", "probe", *GATEWAY.split()]
    result = run(pool, host, wrapped(words, "xenlens-1", reads=True), program())
    assert result.status == 0
    assert result.stdout.splitlines()[1].startswith('{"xenlens_host": 1, "python": ')
