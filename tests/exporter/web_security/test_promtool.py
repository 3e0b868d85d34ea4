"""promtool agrees on what a good web configuration is."""

import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.exporter.web_security.cases import BAD, GOOD, STRICTER, write
from tests.exporter.web_security.certificates import Authority

pytestmark = pytest.mark.prometheus


def taken(folder: Path, cases: Mapping[str, str]) -> dict[str, bool]:
    """Whether `promtool check web-config` takes each of them."""
    authority = Authority(folder)

    def asked(case: str) -> bool:
        file = folder / f"{case}.yml"
        argv = ["promtool", "check", "web-config", str(file)]
        return subprocess.run(argv, capture_output=True, timeout=60).returncode == 0

    for case, text in cases.items():
        (folder / f"{case}.yml").write_text(write(authority, text))
    with ThreadPoolExecutor(2) as pool:
        return dict(zip(cases, pool.map(asked, cases), strict=True))


def test_it_takes_the_same_good_files(tmp_path: Path) -> None:
    assert taken(tmp_path, GOOD) == dict.fromkeys(GOOD, True)


def test_it_refuses_the_same_bad_files(tmp_path: Path) -> None:
    cases = {case: text for case, (text, _) in BAD.items()}
    assert taken(tmp_path, cases) == dict.fromkeys(cases, False)


def test_xenlens_is_stricter_just_where_its_tests_say_so(tmp_path: Path) -> None:
    cases = {case: text for case, (text, _) in STRICTER.items()}
    assert taken(tmp_path, cases) == dict.fromkeys(cases, True)
