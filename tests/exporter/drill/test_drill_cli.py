"""`xenlens drill` as a person meets it."""

import asyncio
import os
import pty
import termios
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from collectors.host import Host
from exporter.cli import app
from exporter.cli.drill_output import NotWritable, default_folder, read, reserved, save
from exporter.cli.drill_run import Order, Surface, record
from exporter.cli.drill_typing import Typed, listening
from exporter.config import Target, load
from exporter.drill.plan import Plan
from exporter.drill.record import Drill, Io, Lane, Span, State
from exporter.drill.subject import Sample, Subject
from tests.exporter.drill.fakes import GROUP_A, GROUP_B, READY, FakeMap
from tests.fakes import FakeHost

UP = Span(0.0, 20.0, READY)
DRILL = Drill(
    *("multipath", "xs1", "mpatha", 1_700_000_000.0, 20.0, ()),
    serving=Lane("active path group", (Span(0.0, 20.0, GROUP_A),)),
    lanes=(Lane("sda", (UP,)), Lane("sdb", (UP,))),
    io_name="reads",
    io=(Io(1.0, 0.002), Io(2.0, 3.5), Io(6.0, 0.002)),
)
SHORT = Plan(seconds=0.6, every=0.05, chunk=0.2, again=0.05, logs_every=0.1)


def config(folder: Path, machine: str = "hosts: {xs1: {local: {}}}") -> Path:
    file = folder / "xenlens.yml"
    file.write_text(f"pools: {{modular: {{{machine}}}}}\n")
    return file


def xenlens(*words: str | Path) -> Result:
    return CliRunner().invoke(app, ["drill", *map(str, words)])


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("bond", "xs2"), 'unknown target "xs2"'),
        (("multipath", "pool:modular"), "pool:modular is a pool: name one of its hosts"),
        (("multipath", "vm1"), "vm1 is a guest"),
        (("bond", "xs1", "--time", "9d"), "a time from 1s to"),
        (("bond", "xs1", "--ping", "a b"), '"a b" is no address'),
        (("bond", "xs1", "--config", "/nowhere.yml"), "/nowhere.yml"),
    ],
)
def test_a_wrong_command_line_is_told_before_anything_is_made(
    tmp_path: Path, words: tuple[str, ...], why: str
) -> None:
    file = config(tmp_path, "hosts: {xs1: {local: {}}}, guests: {vm1: {local: {}}}")
    done = xenlens(words[0], "--config", file, "--output", tmp_path / "drill", *words[1:])
    assert (done.exit_code, done.stdout) == (2, "")
    assert why in done.stderr
    assert not (tmp_path / "drill").exists()


@pytest.mark.parametrize("kind", ["multipath", "bond"])
def test_a_host_that_cannot_be_reached_leaves_no_folder(tmp_path: Path, kind: str) -> None:
    file = config(tmp_path, "hosts: {xs1: {ssh: {address: 127.0.0.1, port: 1}}}")
    done = xenlens(kind, "xs1", "--config", file, "--output", tmp_path / "drill")
    assert (done.exit_code, done.stdout) == (3, "")
    assert done.stderr.startswith("xenlens: xs1: ")
    assert not (tmp_path / "drill").exists()


def test_a_drill_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "report.md").write_text("of last week")
    done = xenlens("bond", "xs1", "--config", config(tmp_path), "--output", tmp_path)
    text = f"xenlens: {tmp_path}: report.md is there already; give another folder\n"
    assert (done.exit_code, done.stderr) == (2, text)
    assert (tmp_path / "report.md").read_text() == "of last week"


@pytest.mark.parametrize(
    ("name", "why"), [("file/drill", "Not a directory"), ("x" * 300, "File name too long")]
)
def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path, name: str, why: str) -> None:
    (tmp_path / "file").write_text("")
    folder = reserved(tmp_path / name)
    with pytest.raises(NotWritable, match=f"cannot be written: {why}"), folder:
        pytest.fail("there is no such folder")


def test_the_folder_is_named_after_what_is_tested_and_when() -> None:
    name = default_folder("bond", "xs1/../a b", 1_700_000_000.0).name
    assert name.startswith("drill-bond-xs1_.._a_b-202311")


def test_the_report_of_a_saved_drill_is_written_again(tmp_path: Path) -> None:
    file = save(DRILL, tmp_path)
    for _ in range(2):
        done = xenlens("report", file)
        assert (done.exit_code, done.stderr) == (0, "")
        assert str(tmp_path / "report.html") in done.stdout
        assert "The longest gap was 3.5 s" in done.stdout
    assert read(file) == DRILL


@pytest.mark.parametrize(
    ("content", "why"),
    [(None, "No such file or directory"), (b"{}", "no drill of xenlens"), (b"\xff", "utf-8")],
)
def test_a_file_that_is_no_drill_is_told(tmp_path: Path, content: bytes | None, why: str) -> None:
    file = tmp_path / "drill.json"
    if content is not None:
        file.write_bytes(content)
    done = xenlens("report", file)
    assert (done.exit_code, done.stdout, why in done.stderr) == (2, "", True)


@pytest.mark.parametrize("kind", ["multipath", "bond"])
def test_help_teaches_the_steps_and_the_cost(kind: str) -> None:
    said = " ".join(xenlens(kind, "--help").stdout.split())
    assert all(
        text in said for text in ("pulled", "Ctrl-C", "changes nothing", "It costs the host")
    )
    assert f"Such as: xenlens drill {kind} xcp81" in said


def failing_over(at: float) -> Sample:
    after = State("failed faulty", "bad") if at > 0.3 else READY
    return Sample({"sda": after, "sdb": READY}, GROUP_A if at < 0.3 else GROUP_B)


@asynccontextmanager
async def made_up(host: Host, target: Target) -> AsyncIterator[Subject]:
    yield FakeMap(failing_over)


async def recorded(folder: Path, console: Console, source: int | None = None) -> Drill:
    """A moment of a made-up map, whose host answers nothing else."""
    configuration = load(config(folder))
    order = Order(configuration.find("xs1"), SHORT, folder, made_up)
    return await record(
        configuration, order, Surface(console, source), lambda name, settings: FakeHost({})
    )


async def test_elsewhere_than_on_a_terminal_every_change_is_one_plain_line(tmp_path: Path) -> None:
    printed = StringIO()
    drill = await recorded(tmp_path, Console(file=printed))
    lines = printed.getvalue().splitlines()
    changes = [line.split(maxsplit=1)[1] for line in lines]
    assert changes[:3] == [
        "active path group: controller A",
        "sda: active ready running",
        "sdb: active ready running",
    ]
    assert "sda: active ready running → failed faulty" in changes
    assert "active path group: controller A → controller B" in changes
    assert read(tmp_path / "drill.json") == drill


async def test_a_terminal_shows_states_io_and_what_is_typed(tmp_path: Path) -> None:
    printed = StringIO()
    console = Console(file=printed, force_terminal=True, width=80, color_system=None)
    await recorded(tmp_path, console)
    said = printed.getvalue()
    assert "multipath 22202000155fdb615 (mpatha) on xs1" in said
    assert all(
        text in said for text in ("failed faulty", "slowest 2 ms", "mark>", "Ctrl-C ends it")
    )


async def test_marks_come_from_a_pipe_whose_end_is_not_the_drills(tmp_path: Path) -> None:
    source, sink = os.pipe()
    os.write(sink, b"pulled SCM2\nlast words")
    os.close(sink)
    drill = await recorded(tmp_path, Console(file=StringIO()), source)
    os.close(source)
    marks = [note.text for note in drill.notes if note.source == "mark"]
    assert (marks, drill.seconds >= 0.6) == (["pulled SCM2", "last words"], True)


async def test_a_terminal_that_another_job_has_is_left_alone() -> None:
    keyboard, source = pty.openpty()
    before = termios.tcgetattr(source)
    said: list[str] = []
    with listening(source, Typed(said.append, lambda: said.append("ended")), keys=True):
        os.write(keyboard, b"not a mark\r\x04")
        await asyncio.sleep(0.02)
        assert (termios.tcgetattr(source), said) == (before, [])
    os.close(keyboard)
    os.close(source)


def typed(*keys: bytes) -> tuple[list[str], str, int]:
    """Lines, what is left on the line, and how often it was the end."""
    said: list[str] = []
    ends: list[None] = []
    line = Typed(said.append, lambda: ends.append(None))
    for data in keys:
        line.feed(data)
    return said, line.text, len(ends)


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ((b"pulled SC", b"M2\r"), (["pulled SCM2"], "", 0)),
        ((b"one\ntwo\nthr",), (["one", "two"], "thr", 0)),
        ((b"\n  \n",), ([], "", 0)),
        ((b"pulledd\x7f 2\r",), (["pulled 2"], "", 0)),
        ((b"wrong\x15right\r",), (["right"], "", 0)),
        ((b"a\x1b[Db\x1bOA\x07\r",), (["ab"], "", 0)),
        ((b"caf\xc3", b"\xa9\r"), (["café"], "", 0)),
        ((b"rest\x04",), (["rest"], "", 1)),
        ((b"rest", b""), (["rest"], "", 1)),
    ],
)
def test_keys_become_lines(keys: tuple[bytes, ...], found: tuple[list[str], str, int]) -> None:
    assert typed(*keys) == found


@pytest.mark.parametrize("kind", ["a file", "/dev/null", "closed"])
async def test_nobody_types_in_a_plain_file(tmp_path: Path, kind: str) -> None:
    (tmp_path / "file").write_text("not a mark\n")
    source = os.open("/dev/null" if kind == "/dev/null" else tmp_path / "file", os.O_RDONLY)
    if kind == "closed":
        os.close(source)
    said: list[str] = []
    with listening(source, Typed(said.append, lambda: said.append("ended")), keys=True):
        await asyncio.sleep(0.02)
    if kind != "closed":
        os.close(source)
    assert said == []
