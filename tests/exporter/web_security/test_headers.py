"""What every answer tells the browser, and that our own pages work under it."""

import re
from base64 import b64encode
from hashlib import sha256
from importlib.resources import files
from pathlib import Path

import pytest

from tests.exporter.web_security.secured import Secured, hashed

PAGES = ("/", "/disks", "/disks?embed", "/evidence?target=one", "/runbooks", "/runbooks/BondDown")
TEMPLATES = sorted(Path(str(files("exporter.web") / "templates")).iterdir())
FORBIDDEN = re.compile(r"""\sstyle=|\son[a-z]+=|<script|<img|<form|<iframe|<link|javascript:""")


async def test_every_answer_has_safe_headers_a_refusal_too(rig: Secured) -> None:
    rig.web["basic_auth_users"] = {"anna": hashed()}
    async with rig.serving():
        for path in ("/-/healthy", "/metrics", "/no/such/page"):
            answer, _ = await rig.answer(path)
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers["X-Frame-Options"] == "deny"
            assert answer.headers["Server"] == "xenlens"
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", PAGES)
async def test_a_page_has_nothing_that_its_own_policy_forbids(rig: Secured, path: str) -> None:
    async with rig.serving():
        answer, text = await rig.answer(path)
    assert answer.status == 200
    allowed = answer.headers["Content-Security-Policy"]
    styles = re.findall("<style>(.*?)</style>", text, re.DOTALL)
    assert styles
    for style in styles:
        assert f"'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'" in allowed
    assert not FORBIDDEN.search(text)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda file: file.name)
def test_no_template_fills_in_what_the_policy_forbids(template: Path) -> None:
    text = template.read_text(encoding="utf-8")
    assert not FORBIDDEN.search(text)
    assert all("{" + "{" not in style for style in re.findall("<style>(.*?)</style>", text, re.S))


async def test_what_is_made_to_be_embedded_may_be_framed_and_nothing_else(rig: Secured) -> None:
    async with rig.serving():
        embedded, _ = await rig.answer("/disks?embed")
        others = [(await rig.answer(path))[0] for path in ("/disks", "/?embed", "/metrics?embed")]
    assert "X-Frame-Options" not in embedded.headers
    assert "frame-ancestors" not in embedded.headers["Content-Security-Policy"]
    assert {answer.headers["X-Frame-Options"] for answer in others} == {"deny"}


async def test_the_operators_headers_stand_in_for_ours_and_an_empty_one_is_not_sent(
    rig: Secured,
) -> None:
    rig.web["http_server_config"] = {
        "headers": {
            "X-Frame-Options": "sameorigin",
            "Content-Security-Policy": "",
            "Strict-Transport-Security": "max-age=60",
            "X-XSS-Protection": 0,
        }
    }
    async with rig.serving():
        answer, _ = await rig.answer("/")
    assert answer.headers["X-Frame-Options"] == "sameorigin"
    assert "Content-Security-Policy" not in answer.headers
    assert answer.headers["Strict-Transport-Security"] == "max-age=60"
    assert answer.headers["X-XSS-Protection"] == "0"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
