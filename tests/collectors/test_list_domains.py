"""list_domains: the table, its state column, its other forms, and damaged rows."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from collectors.list_domains import Domain, parse_list_domains
from collectors.parsing import ParseError, ToolError

DOM0, GUEST = "5f2c0e0a-0000-4000-8000-0000000000d0", "5f2c0e0a-0000-4000-8000-0000000000e7"
HEADER = f"id | {'uuid':>36} |  state"
ZERO = f" 0 | {DOM0} |     R "
SEVEN = f" 7 | {GUEST} | D  B H"
CONTROL = Domain(0, DOM0, False, False, False, False, True, False)
DYING = Domain(7, GUEST, True, False, False, True, False, True)
STATES = st.tuples(*[st.booleans()] * 6)
often_enough = settings(max_examples=100)


def text_of(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def printed(domains: list[Domain], more: str = "") -> str:
    """What table.ml prints: columns as wide as their widest cell, right-aligned."""
    width = max(2, *(len(str(domain.domid)) for domain in domains))
    rows = [f"{'id':>{width}} | {'uuid':>36} |  state{more and ' | sif'}"]
    for domain in domains:
        flags = [getattr(domain, name) for name in NAMES]
        state = "".join(c if on else " " for c, on in zip("DSPBRH", flags, strict=True))
        rows.append(f"{domain.domid:>{width}} | {domain.uuid} | {state}{more}")
    return text_of(*rows)


NAMES = ("dying", "shutdown", "paused", "blocked", "running", "hvm")
DOMAINS = st.lists(
    st.builds(
        lambda domid, uuid, flags: Domain(domid, uuid, *flags),
        st.integers(0, 65535),
        st.uuids().map(str),
        STATES,
    ),
    min_size=1,
    max_size=5,
)


def test_each_place_of_the_state_is_a_flag() -> None:
    parsed = parse_list_domains(text_of(HEADER, ZERO, SEVEN))
    assert parsed.records == (CONTROL, DYING)
    assert (parsed.noise, parsed.damaged) == ((), 0)


@often_enough
@given(DOMAINS, st.sampled_from(["", " |   0"]))
def test_what_list_domains_prints_reads_back(domains: list[Domain], more: str) -> None:
    assert list(parse_list_domains(printed(domains, more)).records) == domains


@often_enough
@given(DOMAINS, st.data())
def test_a_cut_table_gives_no_wrong_domain(domains: list[Domain], data: st.DataObject) -> None:
    text = printed(domains)
    cut = text[: data.draw(st.integers(0, len(text)))]
    try:
        parsed = parse_list_domains(cut)
    except ParseError:
        return
    assert list(parsed.records) == domains[: len(parsed.records)]
    if not cut.endswith("\n") and len(parsed.records) < cut.count("\n"):
        assert parsed.damaged == 1


@often_enough
@given(
    st.text() | st.lists(st.sampled_from([HEADER, ZERO, SEVEN, " | ", "\n", GUEST])).map("".join)
)
def test_garbage_is_refused_or_is_noise(text: str) -> None:
    try:
        parse_list_domains(text)
    except (ParseError, ToolError) as error:
        refusal: Exception | None = error
    else:
        refusal = None
    assert len(str(refusal).splitlines()) == 1


def test_more_columns_are_tolerated() -> None:
    more = (
        " |     752 |     N/A |        N/A |           255 |       0 | 98765432100 |            4"
    )
    header = (
        HEADER + " | tot MiB | max MiB | shadow MiB | shutdown code |     sif |    cpu time | v"
    )
    assert parse_list_domains(text_of(header, ZERO + more)).records == (CONTROL,)


def test_bare_uuids_say_nothing_else() -> None:
    assert parse_list_domains(text_of(DOM0, GUEST)).records == (
        Domain(None, DOM0),
        Domain(None, GUEST),
    )


def test_trailing_blanks_may_be_lost_and_indentation_added() -> None:
    text = text_of(*(f"    {line.rstrip()}" for line in (HEADER, ZERO, SEVEN)))
    assert parse_list_domains(text).records == (CONTROL, DYING)


def test_prompts_are_noise() -> None:
    parsed = parse_list_domains(
        text_of("[root@xs1 ~]# list_domains", HEADER, ZERO, "[root@xs1 ~]#")
    )
    assert parsed.records == (CONTROL,)
    assert len(parsed.noise) == 2


@pytest.mark.parametrize("text", ["", "\n", text_of(HEADER)])
def test_no_domain_is_an_answer(text: str) -> None:
    assert parse_list_domains(text).records == ()


@pytest.mark.parametrize(
    "row",
    [
        f" 7 | {GUEST} | R     ",
        f" 7 | {GUEST} | D  B HX",
        f" 7 | {GUEST[:-1]} | D  B H",
        f" 7 | {GUEST}",
        f" 7 | {GUEST} | D  B H | 1",
        GUEST,
    ],
)
def test_a_damaged_row_is_left_out_and_counted(row: str) -> None:
    parsed = parse_list_domains(text_of(HEADER, ZERO, row))
    assert (parsed.records, parsed.damaged) == ((CONTROL,), 1)
    assert [noise.line for noise in parsed.noise] == [3]


def test_a_table_of_damaged_rows_is_refused_with_its_line() -> None:
    with pytest.raises(ParseError, match=r"^line 2: expected a domain"):
        parse_list_domains(text_of(HEADER, f" 7 | {GUEST}"))


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("bash: list_domains: command not found", "not-running"),
        (
            'Fatal error: exception Xenctrl.Error("1: Operation not permitted")',
            "permission",
        ),
        ('Fatal error: exception Failure("xc_interface_open")', "not-running"),
    ],
)
def test_an_error_message_is_no_data(text: str, kind: str) -> None:
    with pytest.raises(ToolError) as caught:
        parse_list_domains(text + "\n")
    assert caught.value.kind == kind
