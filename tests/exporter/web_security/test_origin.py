"""A page of another site makes a browser change nothing here."""

from collections.abc import Mapping

import pytest

from tests.exporter.web_security.secured import Secured, basic, hashed

OURS, THEIRS = {"Host": "xenlens.example.org:10045"}, "https://evil.example.com"


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site", "Origin": THEIRS},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "cross-site", "Origin": "http://xenlens.example.org:10045"},
        {"Origin": THEIRS},
        {"Origin": "null"},
        {"Origin": "http://xenlens.example.org:80"},
        {"Origin": "http://xenlens.example.org"},
        {"Origin": "http://xenlens.example.org:10045.example.com"},
        {"Origin": ""},
        {"Origin": "http://["},
    ],
    ids=str,
)
async def test_a_change_that_another_page_asks_for_is_refused_whoever_is_logged_in(
    rig: Secured, headers: Mapping[str, str]
) -> None:
    rig.web["basic_auth_users"] = {"anna": hashed()}
    async with rig.serving():
        for method, path in (("POST", "/-/reload"), ("DELETE", "/-/reload")):
            asked = {**OURS, **basic(), **headers}
            answer, text = await rig.answer(path, asked, method=method)
            assert (answer.status, text) == (
                403,
                "refused: this request comes from a page of another site\n",
            )


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://behind-a-proxy.example.org"},
        {"Sec-Fetch-Site": "none"},
        {"Origin": "http://xenlens.example.org:10045"},
        {"Origin": "https://xenlens.example.org:10045"},
    ],
    ids=str,
)
async def test_a_change_of_our_own_page_or_of_no_browser_is_taken(
    rig: Secured, headers: Mapping[str, str]
) -> None:
    async with rig.serving():
        assert await rig.status("/-/reload", {**OURS, **headers}, method="POST") == 200


async def test_looking_is_free_to_every_page(rig: Secured) -> None:
    async with rig.serving():
        assert (
            await rig.status("/metrics", {"Sec-Fetch-Site": "cross-site", "Origin": THEIRS}) == 200
        )
