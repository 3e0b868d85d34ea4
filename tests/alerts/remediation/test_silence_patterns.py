"""Patterns of silences: read as RE2 does, or not at all. Alertmanager's word: test_silences."""

import time

import pytest

from alerts.remediation.silence_patterns import compiled
from alerts.remediation.silence_program import Unsupported


@pytest.mark.parametrize(
    ("pattern", "fits", "does_not"),
    [
        ("xs", ["xs"], ["xs1", "axs", "", "xs\n"]),
        ("xs.", ["xs1"], ["xs", "xs\n"]),
        ("a|bc", ["a", "bc"], ["ac", "abc"]),
        ("(a|b)*c", ["c", "abac"], ["abd"]),
        ("(a*)*", ["", "aaa"], ["b"]),
        ("a+?b??", ["a", "aab"], ["b", "abb"]),
        ("a{2}b{1,}c{0,2}", ["aab", "aabbcc"], ["ab", "aabccc"]),
        ("^a$|b", ["a", "b"], ["ab"]),
        ("a^b", [], ["ab", "a^b"]),
        (r"\d\w\s", ["1_ "], ["٣_ ", "1é ", "1_\v"]),
        (r"\D\W\S", ["٣é\v"], ["1é\v"]),
        ("[]a-c-]", ["]", "b", "-"], ["d", "["]),
        (r"[^\d^]", ["a", "\n"], ["1", "^"]),
        (r"\.\-\_\\\[", [r".-_\["], ["a-_\\["]),
        ("", [""], ["a"]),
        ("a}b]", ["a}b]"], ["ab"]),
    ],
)
def test_a_pattern_is_matched_against_the_whole_text(
    pattern: str, fits: list[str], does_not: list[str]
) -> None:
    matches = compiled(pattern)
    assert [text for text in fits if not matches(text)] == []
    assert [text for text in does_not if matches(text)] == []


@pytest.mark.parametrize(
    "pattern",
    [
        *("(?i)xs", "(?P<n>x)", "(?=x)", r"\bxs", r"\x41", r"\101", r"\pL", r"\Qx\E", r"\z", r"\Z"),
        *("[[:alpha:]]", "x{,2}", "x{01}", "x{1001}", "x{3,2}", "x**", "x*+", "x{2}{2}", "*", "^*"),
        *("(x", "x)", "a)|(b", "[x", "[z-a]", r"[a-\d]", "x\\", "[]"),
        *("x" * 1001, "(" * 51 + ")" * 51, "((((){1000}){1000}){1000}){1000}", "(x{100}){100}"),
    ],
    ids=lambda pattern: pattern[:20],
)
def test_what_may_differ_what_is_wrong_and_what_is_too_large_is_not_read(pattern: str) -> None:
    with pytest.raises(Unsupported):
        compiled(pattern)


@pytest.mark.parametrize(
    "pattern", ["(a+)+b", "(a|a)*b", "(.*a){300}b", ".*" * 490 + "b", "(a|aa)+b"]
)
def test_a_pattern_that_would_take_python_for_ever_takes_a_moment(pattern: str) -> None:
    matches, began = compiled(pattern), time.process_time()
    assert not matches("a" * 1024)
    assert time.process_time() - began < 10
