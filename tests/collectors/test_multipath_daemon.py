"""Asking multipathd: the argv, its paths in raw format, what it refuses, and filling in maps."""

from dataclasses import replace

import pytest

from collectors.host import Output
from collectors.multipath_records import Group, Map, Path
from collectors.multipathd import (
    DAEMON,
    MAPS_JSON,
    RAW_PATHS,
    RawPath,
    ask,
    complete,
    daemon_pid,
    parse_raw_paths,
    refusal,
)
from collectors.parsing import ParseError, ToolError

WWID = "3600a0980383036374f2b4d3947576b31"
SDB = f"1:0:0:1|sdb|8:16|active|ready|running|50|{WWID}|mpatha|100G"
SDC = f"2:0:0:1|sdc|8:32|failed|i/o pending|offline|10|{WWID}|mpatha|100G"
LOCAL = "0:0:0:0|sda|8:0|undef|undef|unknown|-1|SATA_ST1000|[orphan]|932G"


def test_the_daemon_is_asked_by_the_option_that_never_starts_one() -> None:
    assert ask(*MAPS_JSON) == ("multipathd", "-kshow maps json")
    assert ask(*DAEMON) == ("multipathd", "-kshow daemon")
    assert ask(*RAW_PATHS) == (
        "multipathd",
        "-kshow paths raw format %i|%d|%D|%t|%T|%o|%p|%w|%m|%S",
    )


def test_a_word_with_blanks_is_quoted_as_multipathd_quotes_it() -> None:
    assert ask("show", "map", "1IET     00010001", "json") == (
        "multipathd",
        '-kshow map "1IET     00010001" json',
    )


def test_a_row_reads_into_this_record() -> None:
    assert parse_raw_paths(f"{SDB}\n{LOCAL}\n").records == (
        RawPath(
            "1:0:0:1", "sdb", 8, 16, "active", "ready", "running", 50, WWID, "mpatha", 100 * 1024**3
        ),
        RawPath(
            "0:0:0:0",
            "sda",
            8,
            0,
            "undef",
            "undef",
            "unknown",
            -1,
            "SATA_ST1000",
            None,
            932 * 1024**3,
        ),
    )


def test_a_wildcard_that_a_version_does_not_know_prints_nothing_and_is_unknown() -> None:
    (one,) = parse_raw_paths(f"1:0:0:1|sdb|8:16|active|ready||50|{WWID}||").records
    assert (one.device_state, one.map, one.size_bytes) == (None, None, None)


def test_a_path_whose_device_is_gone_has_no_device_and_no_number() -> None:
    (one,) = parse_raw_paths(f"#:#:#:#|-|#:#|failed|faulty|offline|0|{WWID}|mpatha|0.0K").records
    assert (one.hctl, one.device, one.major) == ("#:#:#:#", None, None)


def test_another_format_is_read_by_its_wildcards() -> None:
    (one,) = parse_raw_paths("[orphan]|sda|8:0|1", "%m|%d|%D|%p").records
    assert (one.map, one.device, one.priority, one.wwid) == (None, "sda", 1, None)


def test_prompts_and_log_lines_among_the_rows_are_noise() -> None:
    text = f"multipathd> show paths\n{SDB}\nOct 28 14:02:44 | sdc: lost\n{SDC}\nmultipathd> "
    parsed = parse_raw_paths(text)
    assert [one.device for one in parsed.records] == ["sdb", "sdc"]
    assert ([noise.line for noise in parsed.noise], parsed.damaged) == ([1, 3, 5], 0)


@pytest.mark.parametrize("row", [SDC[:30], SDC + "|x", SDC.replace("8:32", "8")])
def test_a_torn_row_is_left_out_and_counted(row: str) -> None:
    parsed = parse_raw_paths(f"{SDB}\n{row}\n")
    assert (len(parsed.records), parsed.damaged) == (1, 1)


@pytest.mark.parametrize("text", ["", "ok\n", "multipathd> \n"])
def test_a_daemon_without_paths_has_none(text: str) -> None:
    assert parse_raw_paths(text).records == ()


@pytest.mark.parametrize("text", [SDB[:20], "hello world", "mpatha,3600"])
def test_a_text_without_a_whole_row_is_refused(text: str) -> None:
    with pytest.raises(ParseError, match=r"^line 1: expected a path as columns"):
        parse_raw_paths(text)


def test_the_process_id_is_the_sign_of_life() -> None:
    assert daemon_pid("pid 1305 running\n") == 1305
    assert daemon_pid("pid 711 idle") == 711
    assert daemon_pid("") is None
    assert daemon_pid("CLI commands reference:\n list|show daemon\n") is None


def answer(stdout: str = "", stderr: str = "", exit_status: int | None = 0) -> Output:
    return Output(("multipathd",), stdout, stderr, exit_status)


@pytest.mark.parametrize(
    ("output", "kind"),
    [
        (answer("CLI commands reference:\n list|show paths\n"), "not-understood"),
        (answer(" list|show paths\n"), "not-understood"),
        (answer("permission deny: need to be root"), "permission"),
        (answer("", "need to be root\n", 1), "permission"),
        (answer("timeout\n"), "lost-connection"),
        (answer("timeout receiving packet\n", "", 1), "lost-connection"),
        (answer("fail\n"), "no-such-object"),
        (answer("", "ux_socket_connect: No such file or directory\n", 1), "not-running"),
        (answer("", "ERROR: failed to connect to multipathd\n", 1), "not-running"),
        (answer("", "", 1), "not-running"),
    ],
)
def test_a_refusal_is_known_whatever_its_exit_status(output: Output, kind: str) -> None:
    error = refusal(output)
    assert isinstance(error, ToolError)
    assert error.kind == kind


@pytest.mark.parametrize(
    "output",
    [
        answer("ok\n"),
        answer('{"maps": []}'),
        answer(SDB),
        answer(),
        answer(SDB, "12.5 | /etc/multipath.conf: Permission denied"),
    ],
)
def test_an_answer_is_no_refusal(output: Output) -> None:
    assert refusal(output) is None


FROM_JSON = Map(
    WWID,
    "mpatha",
    "dm-3",
    "NETAPP",
    "LUN",
    None,
    (),
    False,
    "alua",
    "rw",
    (
        Group("rr 0", 50, "active", (Path(None, "sdb", 8, 16, "active", "ready", "running"),)),
        Group("rr 0", 10, "enabled", (Path(None, "sdc", 8, 32, "active", "ready", "running"),)),
    ),
)


def completed(*rows: str) -> Map:
    (one,) = complete([FROM_JSON], parse_raw_paths("\n".join(rows)).records)
    return one


def test_maps_from_json_get_addresses_and_size_from_the_paths() -> None:
    one = completed(LOCAL, SDB, SDC)
    assert [path.hctl for path in one.paths] == ["1:0:0:1", "2:0:0:1"]
    assert one.size_bytes == 100 * 1024**3
    assert [path.checker_state for path in one.paths] == ["ready", "ready"]


def test_a_path_that_came_or_went_between_two_questions_keeps_no_address() -> None:
    assert [path.hctl for path in completed(SDB).paths] == ["1:0:0:1", None]


def test_a_letter_that_is_another_disk_by_now_gives_no_address() -> None:
    assert completed(SDB.replace("8:16", "8:48"), SDC).paths[0].hctl is None


def test_paths_of_different_sizes_say_nothing_of_the_maps_size() -> None:
    assert completed(SDB, SDC.replace("100G", "200G")).size_bytes is None


def test_a_path_of_another_lun_says_nothing_of_the_maps_size() -> None:
    assert completed(SDB, SDC.replace(WWID, "3600b").replace("100G", "1.0T")).size_bytes == (
        100 * 1024**3
    )


def test_what_a_map_already_has_is_kept() -> None:
    path = replace(FROM_JSON.groups[0].paths[0], hctl="9:9:9:9")
    known = replace(FROM_JSON, size_bytes=7, groups=(Group("rr 0", 50, "active", (path,)),))
    (one,) = complete([known], parse_raw_paths(SDB).records)
    assert (one.size_bytes, one.paths[0].hctl) == (7, "9:9:9:9")
