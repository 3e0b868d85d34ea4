"""Passwords and references are masked, in whatever form of text they stand."""

import json
import time
import xmlrpc.client
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.xapi.redaction import MASK, Secrets, form_of, masked
from tests.collectors.xe_printer import printed

CANARY = "S3CRET"
VALUES = (
    f"-o username=u,password={CANARY}",
    f"-o username=u,pass={CANARY},vers=3",
    f"//u:{CANARY}@srv/share",
    f"//DOM/u:{CANARY}/1@2@srv/share",
    rf"\\u:{CANARY}@srv\share",
    f"mount error [opterr=passwd = {CANARY}]",
)
KEYS = ("password", "cifspassword", "chappassword", "incoming_chappassword", "password_secret")
CONFIGS: list[dict[str, str]] = [
    *({"server": "nas", "options": value, "type": "cifs"} for value in VALUES),
    *({"server": "nas", key: CANARY, "type": "cifs"} for key in KEYS),
]
# What no escape is needed for stands in all three forms as it is.
PASSWORDS = st.text(
    st.characters(min_codepoint=33, max_codepoint=126), min_size=4, max_size=20
).map(lambda text: f"q7{text}7q")


def as_text(config: dict[str, str]) -> str:
    text = "; ".join(f"{key}: {value}" for key, value in config.items())
    return printed([{"uuid": "pbd", "device-config": text, "currently-attached": "true"}] * 2)


def as_xml(config: dict[str, Any]) -> str:
    return xmlrpc.client.dumps((config,), methodresponse=True)


@pytest.mark.parametrize("config", CONFIGS)
def test_a_password_is_masked_in_every_form_and_what_stands_before_it_stays(
    config: dict[str, str],
) -> None:
    for text in (as_text(config), json.dumps(config), json.dumps(json.dumps(config))):
        shown = masked(text, form_of(text))
        assert CANARY not in shown
        assert (MASK in shown, "server" in shown, "nas" in shown) == (True, True, True)
    shown = masked(as_xml(config), "xml")
    assert (CANARY in shown, shown.count("<member>")) == (False, 3)


@given(PASSWORDS, st.sampled_from(VALUES))
def test_a_password_of_any_characters_is_masked(password: str, value: str) -> None:
    if value.startswith(("//", "\\\\")):
        password = password.replace(":", "")
    config = {"options": value.replace(CANARY, password), "chappassword": password, "x": "after"}
    assert "q7" not in masked(as_text(config))
    assert "q7" not in masked(json.dumps(config), "json")
    assert "q7" not in masked(as_xml(config), "xml")


def test_the_fields_and_records_behind_a_password_stay() -> None:
    text = as_text({"chappassword": f"two\n lines of {CANARY}"})
    shown = masked(text)
    assert CANARY not in shown
    assert shown.count("currently-attached ( RO): true") == text.count("currently-attached")


@pytest.mark.parametrize(
    "text",
    [
        "location: nas:/export/iso; server: //nas/share; uri: http://nas:80/",
        "Username/password must be specified",
        "Authentication failed\nFor usage run: 'xe help'\n",
        "master ( RW): OpaqueRef:NULL",
        "bypass: 1; compass: 2",
    ],
)
def test_what_is_no_secret_stays(text: str) -> None:
    assert masked(text) == text


def test_references_are_masked_wherever_they_stand() -> None:
    text = '["HANDLE_INVALID","session","OpaqueRef:5f2c0e0a-0000-4000"] (OpaqueRef:x)'
    for form in ("text", "json", "xml"):
        expected = '["HANDLE_INVALID","session","OpaqueRef:***"] (OpaqueRef:***)'
        assert masked(text, form) == expected


@given(PASSWORDS)
def test_our_own_password_is_hidden_however_it_is_spelled(password: str) -> None:
    secrets = Secrets([password])
    for text in (password, json.dumps({"x": password}), as_xml({"x": password})):
        assert "q7" not in secrets.hidden(text)


def test_no_password_hides_nothing() -> None:
    assert Secrets([""]).hidden("text") == "text"


def test_hostile_text_is_masked_in_time() -> None:
    began = time.perf_counter()
    for text in ("secret" * 20_000, "//a:" * 20_000, "password=\n" * 20_000, "OpaqueRef:" * 20_000):
        for form in ("text", "json", "xml"):
            masked(text, form)
    assert time.perf_counter() - began < 10
