"""The simulated `xe` complains on standard error, in the words of each version."""

import pytest

from tests.demo.simulated import HOSTS, Simulated

NOWHERE = "00000000-0000-0000-0000-000000000000"
HINT = "For usage run: 'xe help'\n"


@pytest.fixture
def pool() -> Simulated:
    """A healthy chassis."""
    return Simulated()


@pytest.mark.parametrize("host", HOSTS)
@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        ("sr-lst", f"Unknown command: sr-lst\n{HINT}"),
        ("sr-list nonsense", f"Syntax error: \n{HINT}"),
        ("uuid=x", f"Syntax error: \n{HINT}"),
        ("sr-list nonsense=x", "Error: Unknown field 'nonsense'\n"),
        ("pbd-unplug", f"Required parameter not found: uuid\n{HINT}"),
        ("sr-param-get uuid=x", f"Required parameter not found: param-name\n{HINT}"),
        (
            f"vm-param-get uuid={NOWHERE} param-name=uuid",
            f"The uuid you supplied was invalid.\ntype: VM\nuuid: {NOWHERE}\n",
        ),
        (
            f"pbd-plug uuid={NOWHERE}",
            f"The uuid you supplied was invalid.\ntype: PBD\nuuid: {NOWHERE}\n",
        ),
        ("-s 192.0.2.11 sr-list", f"Username/password must be specified\n{HINT}"),
        ("-s 192.0.2.11 -u guest -pw x sr-list", f"Authentication failed\n{HINT}"),
        ("-s 203.0.113.1 sr-list", "Error: No route to host (calling connect )\n"),
    ],
)
def test_complaints_that_all_versions_share(
    pool: Simulated, host: str, words: str, complaint: str
) -> None:
    result = pool.run(host, f"xe {words}")
    assert (result.stdout, result.stderr, result.status) == ("", complaint, 1)


def test_an_unknown_field_is_no_mistake_where_nothing_is_left_to_filter(pool: Simulated) -> None:
    assert pool.printed("xcp82", "xe sr-list uuid=x nonsense=x") == ""


def test_a_missing_key_of_a_map_is_named(pool: Simulated) -> None:
    uuid = pool.printed("xcp82", "xe pool-list --minimal").strip()
    line = f"xe pool-param-get uuid={uuid} param-name=other-config param-key=none"
    result = pool.run("xcp82", line)
    assert (result.stderr, result.status) == ("Error: Key none not found in map\n", 1)


def test_a_field_that_is_none_is_named(pool: Simulated) -> None:
    uuid = pool.printed("xcp82", "xe pool-list --minimal").strip()
    result = pool.run("xcp82", f"xe pool-param-get uuid={uuid} param-name=foo")
    assert result.stderr == "Error code: Missing parameter\nError parameters: foo\n"


@pytest.mark.parametrize(
    ("address", "who", "whom"),
    [
        ("192.0.2.11", "slave", "master"),
        ("192.0.2.12", "pool member", "master"),
        ("192.0.2.13", "supporter", "coordinator"),
    ],
)
def test_a_member_asked_by_tcp_sends_to_the_coordinator_in_its_own_words(
    pool: Simulated, address: str, who: str, whom: str
) -> None:
    pool.fault("coordinator moved" if address == "192.0.2.11" else "coordinator back")
    coordinator = "192.0.2.12" if address == "192.0.2.11" else "192.0.2.11"
    result = pool.run("xcp83", f"xe -s {address} -u root -pw secret sr-list")
    assert result.stderr == (
        f"You cannot make regular API calls directly on a {who}. "
        f"Please pass API calls via the {whom} host.\nMaster IP address: {coordinator}\n"
    )
    assert result.status == 1


def test_a_version_lacks_the_commands_of_later_ones(pool: Simulated) -> None:
    assert (
        pool.run("xenserver1", "xe update-list").stderr == f"Unknown command: update-list\n{HINT}"
    )
    assert pool.run("xcp82", "xe update-list").status == 0


@pytest.mark.parametrize("words", ["", "help", "--help"])
def test_usage_is_no_failure(pool: Simulated, words: str) -> None:
    assert pool.printed("xcp82", f"xe {words}").startswith("Usage: xe <command>")
