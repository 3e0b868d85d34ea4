"""What values mean, whichever way they came."""

import pytest

from collectors.xapi.records import PathCount
from collectors.xapi.rules import device_config, path_counts, product, sizes


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ((100, 40, 30), (100, 40, 30)),
        ((100, -1, None), (100, None, None)),
        ((100, 0, 0), (100, 0, 0)),
        ((0, 0, 0), (None, None, None)),
        ((-1, 40, 30), (None, None, None)),
        ((None, 40, 30), (None, None, None)),
    ],
)
def test_no_size_is_known_before_the_first_scan(
    told: tuple[int | None, int | None, int | None], meant: tuple[int | None, ...]
) -> None:
    assert sizes(*told) == meant


@pytest.mark.parametrize(
    ("brand", "version", "shown"),
    [
        ("XCP-ng", "8.3.0", "XCP-ng 8.3.0"),
        ("", "6.0.2", "XenServer 6.0.2"),
        ("XCP-ng", "", ""),
    ],
)
def test_a_product_without_a_brand_is_the_old_one(brand: str, version: str, shown: str) -> None:
    assert product(brand, version) == shown


def test_path_counts_are_those_of_sms_own_form() -> None:
    other_config = {"mpath-36": "[1, 2]", "mpath-37": "[1;2]", "36": "[3, 4]"}
    assert path_counts(other_config) == {"36": PathCount(1, 2)}


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("//u:S3CRET@nas/iso", "//nas/iso"),
        ("//DOM;u:S3@CRET@nas/iso", "//nas/iso"),
        (r"\\u:S3CRET@nas\iso", r"\\nas\iso"),
        ("//u@nas/iso", "//u@nas/iso"),
        ("//nas:445/a@b", "//nas:445/a@b"),
        ("nas:/export/a@b", "nas:/export/a@b"),
    ],
)
def test_a_location_is_kept_without_a_user_and_their_password(told: str, kept: str) -> None:
    assert device_config({"location": told, "type": "cifs"}) == {"location": kept, "type": "cifs"}
