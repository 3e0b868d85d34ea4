"""What damaged inputs once did, and do no more."""

import pytest

from collectors.fio import read_fio
from tests.fuzz.subjects import subjects

FIO = """\
sync: (groupid=0, jobs=1): err= 0: pid=2251: Tue Mar  4 12:00:00 2025
  read: IOPS=100, BW=400KiB/s (410kB/s)(4000KiB/10000msec)
    clat (usec): min=90, max=9000, avg=500.00, stdev=10.00
    clat percentiles (usec):
     |  1.00th=[   99], 50.00th=[VALUE], 99.00th=[ 8000]
  cpu          : usr=0.10%, sys=0.20%, ctx=1000, majf=0, minf=10

Run status group 0 (all jobs):
"""


def test_a_percentile_longer_than_any_number_is_none_and_the_others_are_kept() -> None:
    (result,) = read_fio(FIO.replace("VALUE", "9" * 400)).results
    assert sorted(result.percentiles) == ["1.0", "99.0"]


@pytest.mark.parametrize("reply", [b"[" * 100_000 + b"}", b'{"a":' * 100_000 + b"}" * 100_000])
def test_a_reply_of_ovs_vswitchd_that_is_nested_without_end_is_no_answer(reply: bytes) -> None:
    assert isinstance(subjects()["unixctl"].try_to(reply), Exception)
