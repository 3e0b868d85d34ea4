"""lvm.conf's filters, decided as LVM decides."""

import re
import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.hostconfig_lvm import BadLvmConf, rejects_sd
from collectors.hostconfig_regex import BadPattern, compiled

OPERATORS = '[ "r|/dev/sd.*|", "r|/dev/xvd.|", "r|/dev/VG_Xen.*/*|"]'


def conf(filters: str) -> str:
    return f'# head\ndevices {{\n    dir = "/dev"\n    {filters}\n}}\nlog {{ level = 0 }}\n'


@pytest.mark.parametrize(
    ("filters", "rejected"),
    [
        ("", False),
        (f"filter = {OPERATORS}", True),
        (f"filter={OPERATORS} # keep", True),
        (f"# filter = {OPERATORS}", False),
        (f"global_filter = {OPERATORS}", True),
        (f'filter = "a/.*/"\nglobal_filter = {OPERATORS}', True),
        ('filter = "r|/dev/sd|"', True),
        ("filter = 'r|/dev/sd|'", True),
        ('filter = [\n  "a|^/dev/mapper/|", # maps only\n  "r|.*|",\n]', True),
        ('filter = [ "a/.*/" ]', False),
        ('filter = [ "a/.*/", "r|/dev/sd.*|" ]', False),
        ('filter = [ "r|^/dev/sd[a-z]$|" ]', False),
        ('filter = [ "r|^/dev/sd[a-z]+$|" ]', True),
        ('filter = [ "r{^/dev/sd}" ]', True),
        ('filter = [ "r[^/dev/sd]" ]', True),
        ('filter = [ "r/\\\\/dev\\\\/sd.*/" ]', True),
        (f"other {{ filter = {OPERATORS} }}", False),
    ],
)
def test_the_first_pattern_that_matches_decides(filters: str, rejected: bool) -> None:
    assert rejects_sd(conf(filters)) is rejected


def test_a_path_is_let_in_again_by_any_of_its_other_names() -> None:
    assert rejects_sd(conf('filter = [ "r|/dev/sd.*|", "a/.*/" ]')) is False
    assert rejects_sd(conf('filter = [ "r|/dev/sd.*|", "r|/dev/disk/|", "a/.*/" ]')) is True


def test_a_setting_may_carry_its_section_in_its_name() -> None:
    assert rejects_sd(f"devices/filter = {OPERATORS}\n") is True


def test_an_empty_file_has_no_filter() -> None:
    assert rejects_sd("") is False


@pytest.mark.parametrize(
    "text",
    [
        conf('filter = [ "r|/dev/sd.*" ]'),
        conf('filter = [ "x|/dev/sd.*|" ]'),
        conf('filter = [ "r" ]'),
        conf('filter = [ "r|(/dev/sd|" ]'),
        conf('filter = [ "r|*|" ]'),
        conf(f"filter = {OPERATORS}\nfilter = [ 'a/.*/' ]"),
        conf('filter = [ "r|/dev/sd|" '),
        conf("filter ="),
        conf('filter = "r|/dev/sd|'),
        "devices { filter = 'a/.*/'",
        "devices }",
        "= 3",
        "#" * 5000 + '\n"open',
    ],
)
def test_what_lvm_would_refuse_or_read_otherwise_is_refused(text: str) -> None:
    with pytest.raises(BadLvmConf):
        rejects_sd(text)


@pytest.mark.parametrize(
    ("pattern", "text", "matches"),
    [
        ("a{2}", "aa", False),
        ("a{2}", "a{2}", True),
        (r"\d", "d", True),
        (r"\.x", "ax", False),
        ("^b", "ab", False),
        ("a$", "ab", False),
        ("(ab|c)+d?$", "xabcabd", True),
        ("[^a-c]", "abc", False),
        ("[]", "a", False),
        ("[a-]", "-", True),
        ("a.b", "a\nb", False),
        ("", "anything", True),
        ("x" * 201, "", None),
        ("a)", "a)", None),
    ],
)
def test_patterns_mean_what_the_matcher_of_lvm_means(
    pattern: str, text: str, matches: bool | None
) -> None:
    if matches is None:
        with pytest.raises(BadPattern):
            compiled(pattern)
    else:
        assert compiled(pattern)(text) is matches


@given(
    st.text("ab.*+?|^$", max_size=12).map(lambda text: re.sub(r"[*+?]{2,}", "*", text)),
    st.text("ab", max_size=8),
)
def test_where_both_know_a_pattern_it_matches_as_pythons_do(pattern: str, text: str) -> None:
    try:
        known = re.compile(pattern)
        matches = compiled(pattern)
    except (re.error, BadPattern):
        return
    # `$` of Python also matches before a last line feed, which these texts do not have.
    assert matches(text) is (known.search(text) is not None)


@given(st.text("ar|/[](){}*+?^$\\d-.", max_size=60))
def test_no_pattern_does_more_than_be_refused(pattern: str) -> None:
    with suppress(BadPattern):
        compiled(pattern)("/dev/sda")


def test_no_pattern_takes_long() -> None:
    began = time.perf_counter()
    assert compiled("(.*)*" * 40)("/dev/" + "a" * 80) is True
    assert compiled("((a*)*)*b$")("a" * 80) is False
    assert time.perf_counter() - began < 5


@given(st.text(max_size=80))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with suppress(BadLvmConf):
        rejects_sd(text)
