"""A guest is up while it answers, and says what it runs."""

import pytest

from collectors.guest import Guests
from collectors.registry import CollectorFailed
from tests.collectors.reading import read, samples
from tests.fakes import FakeHost, refused


async def test_a_guest_that_answers_tells_its_kernel() -> None:
    reading = await read(Guests(), FakeHost({"uname -sr": "Linux 2.6.32-5-amd64\n"}))
    assert samples(Guests(), reading) == {'xenlens_guest_info{kernel="Linux 2.6.32-5-amd64"}': 1}


@pytest.mark.parametrize("answer", ["", refused("uname: not found", 127)])
async def test_one_that_cannot_tell_is_a_failure(answer: str) -> None:
    with pytest.raises(CollectorFailed, match="uname exited"):
        await read(Guests(), FakeHost({"uname -sr": answer}))
