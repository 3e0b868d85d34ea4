"""Hosts that are only on paper."""

import shlex
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.host import HostError, Output, SocketUnavailable
from exporter.hosts import open_host
from exporter.hosts.settings import Recorded
from exporter.hosts.transcript import captures

XENSERVER1 = Path(__file__).parents[1] / "fixtures" / "recorded" / "xenserver1.txt"
"""A terminal session on XenServer 6.0.2, begun with bare prompts and ended with full ones."""


async def ask(path: Path, line: str) -> Output:
    return await open_host("paper", Recorded(path)).run(shlex.split(line), deadline=0.0)


async def test_a_pasted_session_answers_with_each_commands_own_output() -> None:
    bond0 = await ask(XENSERVER1, "ovs-appctl bond/show bond0")
    assert bond0.stdout.startswith("bond_mode: active-backup\n")
    assert bond0.stdout.endswith("slave eth0: enabled\n\tactive slave\n")
    bond1 = await ask(XENSERVER1, "ovs-appctl bond/show bond1")
    assert "slave eth3: enabled" in bond1.stdout
    maps = await ask(XENSERVER1, "multipath -ll")
    assert maps.stdout.startswith("22202000155fdb615 dm-0 Intel,Multi-Flex\n")
    assert maps.stdout.endswith("\\_ 0:0:1:0 sdb 8:16 [active][ready]\n")
    assert {bond0.exit_status, bond1.exit_status, maps.exit_status} == {0}


async def test_what_a_command_would_read_makes_no_difference() -> None:
    host = open_host("paper", Recorded(XENSERVER1))
    answers = [
        await host.run(["multipath", "-ll"], deadline=0.0, stdin=text) for text in ("", "text")
    ]
    assert answers[0] == answers[1]


async def test_what_was_not_captured_is_not_there() -> None:
    output = await ask(XENSERVER1, "xe pool-list")
    assert output.exit_status == 127
    assert "not recorded" in output.stderr


async def test_a_program_is_the_same_whatever_folder_it_was_called_from(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("# /sbin/multipath -ll\nmaps\n")
    assert (await ask(file, "multipath -ll")).stdout == "maps\n"
    assert (await ask(file, "/usr/sbin/multipath -ll")).stdout == "maps\n"


async def test_the_last_capture_of_a_command_counts(tmp_path: Path) -> None:
    (tmp_path / "1.txt").write_text("$ date\nMonday\n$ date\nTuesday\n")
    (tmp_path / "2.txt").write_text("$ date\nWednesday\n")
    assert (await ask(tmp_path / "1.txt", "date")).stdout == "Tuesday\n"
    assert (await ask(tmp_path, "date")).stdout == "Wednesday\n"


async def test_an_edited_capture_is_read_anew(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    host = open_host("paper", Recorded(file))
    for day in ("Monday", "Tuesday"):
        file.write_text(f"$ date\n{day}\n")
        assert (await host.run(["date"], deadline=0.0)).stdout == f"{day}\n"


async def test_the_exit_status_is_the_one_that_was_asked_for(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("# multipathd show\nerror\n# echo $?\n1\n# echo 5\n5\n")
    output = await ask(file, "multipathd show")
    assert (output.stdout, output.exit_status) == ("error\n", 1)
    assert (await ask(file, "echo 5")).stdout == "5\n"


@pytest.mark.parametrize(
    "said",
    ["-bash: multipath: command not found", "sh: 1: multipath: not found"],
)
async def test_a_captured_command_not_found_exits_127(tmp_path: Path, said: str) -> None:
    file = tmp_path / "x.txt"
    file.write_text(f"[root@xcp1 ~]# multipath -ll\n{said}\n[root@xcp1 ~]#\n")
    assert (await ask(file, "multipath -ll")).exit_status == 127


@pytest.mark.parametrize(
    "name",
    ["ovs-appctl bond_show bond0.txt", "ovs-appctl bond_show bond0"],
)
async def test_a_raw_output_is_found_by_its_files_name(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("bond_mode: active-backup\n# not a prompt: a comment\n")
    output = await ask(tmp_path, "ovs-appctl bond/show bond0")
    assert output.stdout == "bond_mode: active-backup\n# not a prompt: a comment\n"


async def test_behind_full_prompts_a_comment_is_output(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text("root@xcp1:~# cat /etc/fstab\n# swap was here\nnone swap\nroot@xcp1:~# \n")
    assert (await ask(file, "cat /etc/fstab")).stdout == "# swap was here\nnone swap\n"


@pytest.mark.parametrize("comment", ["# Use blkid", "#comment", "# chkconfig: 2345", "# <file>"])
async def test_a_comment_is_no_bare_prompt(tmp_path: Path, comment: str) -> None:
    file = tmp_path / "x.txt"
    file.write_text(f"# cat x\n{comment}\nend\n")
    assert (await ask(file, "cat x")).stdout == f"{comment}\nend\n"


async def test_what_terminals_add_is_taken_off(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    prompt = "\x1b]0;root@xcp1:~\x07\x1b[01;32m[root@xcp1 ~]#\x1b[0m"
    file.write_bytes(f"{prompt} hostname\r\nxcp1\r\n{prompt} \r\n".encode())
    assert (await ask(file, "hostname")).stdout == "xcp1\n"


async def test_captures_that_cannot_be_read_say_so(tmp_path: Path) -> None:
    with pytest.raises(HostError, match="absent: captures cannot be read: No such file"):
        await ask(tmp_path / "absent", "date")


async def test_paper_has_no_sockets() -> None:
    host = open_host("paper", Recorded(XENSERVER1))
    with pytest.raises(SocketUnavailable):
        await host.connect_unix("/var/run/x", deadline=0.0)
    assert host.stuck() == {}
    await host.close()


OUTPUT = st.text(st.characters(codec="ascii", categories=("L", "N", "P", "Zs"))).filter(
    lambda line: not line.startswith(("#", "$", "[")) and "@" not in line
)


@given(st.lists(OUTPUT, max_size=5))
def test_any_output_between_two_prompts_is_kept(lines: list[str]) -> None:
    text = "".join(f"{line}\n" for line in lines)
    [first, second] = captures(f"[root@a ~]# one\n{text}[root@a ~]# two\n")
    assert first.output.rstrip() == text.rstrip()
    assert (first.command, second.command, second.output) == ("one", "two", "")


@given(st.text())
def test_no_text_is_too_odd_to_be_cut(text: str) -> None:
    for capture in captures(text):
        assert capture.command.strip() == capture.command


async def test_a_captured_program_asked_something_else_is_there_but_gives_no_answer() -> None:
    output = await ask(XENSERVER1, "ovs-appctl bond/list")
    assert output.exit_status == 1
    assert "not recorded" in output.stderr


async def test_a_clean_environment_around_a_command_makes_no_difference(tmp_path: Path) -> None:
    (tmp_path / "session.txt").write_text("[root@a ~]# xe pool-list --minimal\nf0\n")
    for line in ("xe pool-list --minimal", "env -i PATH=/bin HOME=/none xe pool-list --minimal"):
        assert (await ask(tmp_path, line)).stdout == "f0\n"
    assert (await ask(tmp_path, "env -i PATH=/bin xe sr-list")).exit_status == 1
    assert (await ask(tmp_path, "env -i")).exit_status == 127
