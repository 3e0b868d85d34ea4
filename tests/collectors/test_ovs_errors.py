"""Errors of ovs-appctl and ovs-vswitchd: every wording is told from data, with its kind."""

from collections.abc import Callable
from typing import Any

import pytest

from collectors.bond_list import parse_bond_list
from collectors.bond_show import parse_bond_show
from collectors.lacp_show import parse_lacp_show
from collectors.ovs_errors import ovs_error
from collectors.parsing import Parsed, ToolError

RETURNED = "\novs-appctl: ovs-vswitchd: server returned an error"
RETURNED_1X = "\novs-appctl: ovs-vswitchd: server returned reply code 501"
PIDFILE = "/var/run/openvswitch/ovs-vswitchd.pid"
CTL = "/var/run/openvswitch/ovs-vswitchd.812.ctl"
ERRORS = [
    ("no such bond" + RETURNED, "no-such-object", "no such bond"),
    ("no such bond" + RETURNED_1X, "no-such-object", "no such bond"),
    ("no such lacp object" + RETURNED, "no-such-object", "no such lacp object"),
    ("no such slave", "no-such-object", "no such slave"),
    (
        '"bond/show" command requires at least 1 arguments' + RETURNED_1X,
        "bad-command",
        '"bond/show" command requires at least 1 arguments',
    ),
    (
        '"bond/shoe" is not a valid command (use "list-commands" to see a list of valid commands)'
        + RETURNED,
        "bad-command",
        '"bond/shoe" is not a valid command (use "list-commands" to see a list of valid commands)',
    ),
    (
        "ovs-appctl: unrecognized option '--timeout'",
        "bad-command",
        "ovs-appctl: unrecognized option '--timeout'",
    ),
    (
        f"2023-12-13T07:58:12Z|00001|daemon_unix|WARN|{PIDFILE}: open: No such file or directory\n"
        f'ovs-appctl: cannot read pidfile "{PIDFILE}" (No such file or directory)',
        "not-running",
        f'ovs-appctl: cannot read pidfile "{PIDFILE}" (No such file or directory)',
    ),
    (
        f"Aug 02 10:00:00|00001|daemon|WARN|{PIDFILE}: pid file is not locked",
        "not-running",
        f"Aug 02 10:00:00|00001|daemon|WARN|{PIDFILE}: pid file is not locked",
    ),
    (
        f'ovs-appctl: cannot connect to "{CTL}" (Connection refused)',
        "not-running",
        f'ovs-appctl: cannot connect to "{CTL}" (Connection refused)',
    ),
    ("-bash: ovs-appctl: command not found", "not-running", "-bash: ovs-appctl: command not found"),
    (
        "env: ovs-appctl: No such file or directory",
        "not-running",
        "env: ovs-appctl: No such file or directory",
    ),
    (
        f'ovs-appctl: cannot read pidfile "{PIDFILE}" (Permission denied)',
        "permission",
        f'ovs-appctl: cannot read pidfile "{PIDFILE}" (Permission denied)',
    ),
    (
        "ovs-appctl: ovs-vswitchd: transaction error (End of file)",
        "lost-connection",
        "ovs-appctl: ovs-vswitchd: transaction error (End of file)",
    ),
    (
        "2024-01-01T00:00:00Z|00002|fatal_signal|WARN|terminating with signal 14 (Alarm clock)",
        "lost-connection",
        "2024-01-01T00:00:00Z|00002|fatal_signal|WARN|terminating with signal 14 (Alarm clock)",
    ),
    ("something new" + RETURNED, "not-understood", RETURNED.strip()),
]


@pytest.mark.parametrize(("text", "kind", "message"), ERRORS)
@pytest.mark.parametrize("parse", [parse_bond_show, parse_bond_list, parse_lacp_show])
def test_an_error_text_is_an_error_of_its_kind_in_one_line(
    parse: Callable[[str], Parsed[Any]], text: str, kind: str, message: str
) -> None:
    with pytest.raises(ToolError) as caught:
        parse(text + "\n")
    assert (caught.value.kind, str(caught.value)) == (kind, message)


@pytest.mark.parametrize("text", ["", "\n", "bond_mode: active-backup", "done", "no change"])
def test_an_answer_is_no_error(text: str) -> None:
    assert ovs_error(text) is None
