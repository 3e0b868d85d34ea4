"""/proc/mounts as text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from collectors.parsing import ParseError
from collectors.proc_mounts import Mount, parse_proc_mounts

MOUNTS = r"""rootfs / rootfs rw 0 0
/dev/sda1 / ext3 rw,noatime,barrier=0 0 0
nas:/iso\040images /var/run/sr-mount/a\134b nfs ro,soft 0 0
"""
_ESCAPED = str.maketrans({character: f"\\{ord(character):03o}" for character in " \t\n\\#"})


def test_the_last_mount_at_a_point_is_on_top_and_escapes_are_undone() -> None:
    mounts = parse_proc_mounts(MOUNTS)
    assert mounts["/"] == Mount("/dev/sda1", "/", "ext3", ("rw", "noatime", "barrier=0"))
    assert mounts["/var/run/sr-mount/a\\b"].device == "nas:/iso images"


@pytest.mark.parametrize(
    ("text", "line"), [("", 1), (MOUNTS[:-1], 3), (MOUNTS + "/dev/sdb /x\n", 4)]
)
def test_a_text_that_is_not_whole_is_refused(text: str, line: int) -> None:
    with pytest.raises(ParseError) as refusal:
        parse_proc_mounts(text)
    assert refusal.value.line == line


_points = st.text(st.characters(codec="utf-8", exclude_characters="\x00\r\ufeff"), min_size=1)


@given(st.dictionaries(_points, _points, min_size=1, max_size=5))
def test_every_point_and_device_comes_back_as_it_was(mounts: dict[str, str]) -> None:
    text = "".join(
        f"{device.translate(_ESCAPED)} /{point.translate(_ESCAPED)} ext4 rw 0 0\n"
        for point, device in mounts.items()
    )
    read = parse_proc_mounts(text)
    assert {mount.point[1:]: mount.device for mount in read.values()} == mounts
