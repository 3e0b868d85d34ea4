"""Pings as iputils' own ping printed them, a host's clock before every line."""

from itertools import pairwise

import pytest

from collectors.host import DeadlineExceeded, HostError
from exporter.drill.pings import BEYOND, STAMPED, answers, ping, pings_in
from tests.fakes import FakeHost, refused

GAP = """\
1796028636.083103722
1796028636.088586625 PING 10.9.9.2 (10.9.9.2) 56(84) bytes of data.
1796028636.089637107 64 bytes from 10.9.9.2: icmp_seq=1 ttl=64 time=0.397 ms
1796028636.336122528 64 bytes from 10.9.9.2: icmp_seq=2 ttl=64 time=0.048 ms
1796028636.537573902 64 bytes from 10.9.9.2: icmp_seq=3 ttl=64 time=0.044 ms
1796028636.742887002 64 bytes from 10.9.9.2: icmp_seq=4 ttl=64 time=0.071 ms
1796028638.188986854 64 bytes from 10.9.9.2: icmp_seq=11 ttl=64 time=0.080 ms
1796028638.402249619 64 bytes from 10.9.9.2: icmp_seq=12 ttl=64 time=0.051 ms
1796028638.613188472 64 bytes from 10.9.9.2: icmp_seq=13 ttl=64 time=0.043 ms
1796028638.813355641 64 bytes from 10.9.9.2: icmp_seq=14 ttl=64 time=0.052 ms
1796028639.017699213 64 bytes from 10.9.9.2: icmp_seq=15 ttl=64 time=0.049 ms
1796028639.224927909 --- 10.9.9.2 ping statistics ---
1796028639.226462143 15 packets transmitted, 9 received, 40% packet loss, time 2930ms
1796028639.228906828 rtt min/avg/max/mdev = 0.043/0.092/0.397/0.108 ms
"""
"""iputils 20221126; the link was cut for 1.2 seconds. Without the empty line."""
BACK = """\
1796028645.213905587
1796028648.301798440 PING 10.9.9.2 (10.9.9.2) 56(84) bytes of data.
1796028648.303642571 From 10.9.9.1 icmp_seq=1 Destination Host Unreachable
1796028648.305177889 From 10.9.9.1 icmp_seq=2 Destination Host Unreachable
1796028648.307327405 From 10.9.9.1 icmp_seq=3 Destination Host Unreachable
1796028649.513473589 64 bytes from 10.9.9.2: icmp_seq=13 ttl=64 time=1019 ms
1796028649.514789863 64 bytes from 10.9.9.2: icmp_seq=14 ttl=64 time=808 ms
1796028649.523887629 64 bytes from 10.9.9.2: icmp_seq=15 ttl=64 time=604 ms
1796028649.525425832 64 bytes from 10.9.9.2: icmp_seq=16 ttl=64 time=397 ms
1796028649.526863084 64 bytes from 10.9.9.2: icmp_seq=17 ttl=64 time=196 ms
1796028649.528095179 64 bytes from 10.9.9.2: icmp_seq=18 ttl=64 time=0.022 ms
1796028652.006128392 18 packets transmitted, 6 received, +3 errors, 66% packet loss, time 4315ms
"""
"""The same, shortened: nobody there at first, then five answers at once to what had waited."""
NO_ROUTE = """\
1796028652.020382454
1796028652.030834473 ping: connect: Network is unreachable
"""


def test_every_packet_has_its_time_and_its_round_trip_or_no_answer() -> None:
    told = pings_in(GAP)
    assert told.clock == 1796028636.083103722
    assert [io.seconds is None for io in told.io] == [False] * 4 + [True] * 6 + [False] * 5
    assert told.io[1].at == pytest.approx(1796028636.33607, abs=1e-4, rel=0)
    assert told.io[1].seconds == pytest.approx(48e-6)
    assert {io.error for io in told.io if io.seconds is None} == {"no answer"}


def test_lost_packets_stand_between_those_that_were_answered() -> None:
    steps = [b.at - a.at for a, b in pairwise(pings_in(GAP).io)]
    assert min(steps) >= 0.199
    assert max(steps) < 0.25


def test_an_answer_that_waited_was_sent_when_ping_sent_it() -> None:
    told = pings_in(BACK).io
    assert [round(io.at - 1796028648.494, 1) for io in told[12:]] == [0, 0.2, 0.4, 0.6, 0.8, 1.0]
    assert told[12].seconds == pytest.approx(1.019)


def test_an_icmp_error_is_told_in_its_words() -> None:
    errors = [io.error for io in pings_in(BACK).io]
    assert errors[:4] == ["Destination Host Unreachable"] * 3 + ["no answer"]


def test_lines_that_come_late_all_at_once_move_no_packet_beyond_its_turn() -> None:
    """As from a ping that keeps its lines until it ends."""
    first, *lines = GAP.splitlines()
    late = [f"1796028639.300000000 {line.partition(' ')[2]}" for line in lines]
    prompt = [io.at for io in pings_in(GAP).io]
    assert [io.at for io in pings_in("\n".join([first, *late])).io] == pytest.approx(
        prompt, abs=0.25, rel=0
    )


def test_of_duplicates_the_first_answer_counts() -> None:
    again = "1796028636.336200000 64 bytes from 10.9.9.2: icmp_seq=2 ttl=64 time=9.1 ms (DUP!)\n"
    place = GAP.index("1796028636.5375")
    assert pings_in(GAP[:place] + again + GAP[place:]) == pings_in(GAP)


def test_a_line_that_says_not_yet_is_no_answer() -> None:
    waiting = "1796028637.0 no answer yet for icmp_seq=5\n"
    place = GAP.index("1796028638.1889")
    assert pings_in(GAP[:place] + waiting + GAP[place:]) == pings_in(GAP)


def test_numbers_of_old_iputils_begin_at_zero() -> None:
    old = GAP
    for number in range(1, 16):
        old = old.replace(f"icmp_seq={number} ", f"icmp_seq={number - 1} ")
    assert pings_in(old) == pings_in(GAP)


@pytest.mark.parametrize("text", ["", NO_ROUTE, "%s.%N\n", GAP[: GAP.index("15 packets")]])
def test_a_run_that_sent_nothing_or_broke_off_is_an_error(text: str) -> None:
    with pytest.raises(HostError):
        pings_in(text)


async def test_the_address_is_no_part_of_the_shells_program() -> None:
    host = FakeHost({"*": GAP})
    await ping(host, "10.9.9.2; reboot", 3.0)
    assert host.asked == [f"sh -c {STAMPED} ping 15 10.9.9.2; reboot"]


async def test_what_never_came_back_is_an_error_a_minute_later() -> None:
    assert BEYOND == 60
    with pytest.raises(DeadlineExceeded):
        await ping(FakeHost({"*": DeadlineExceeded("no answer")}), "10.9.9.2", 3.0)


async def test_one_ping_tells_whether_an_address_answers() -> None:
    line = "ping -n -c 1 -W 1 -- 10.9.9."
    host = FakeHost({line + "2": "", line + "3": refused("", 1)})
    assert [await answers(host, f"10.9.9.{n}", 1e9) for n in (2, 3)] == [True, False]
